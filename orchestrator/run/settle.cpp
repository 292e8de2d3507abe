// SPDX-License-Identifier: MIT
#include "run/settle.hpp"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace lab::run {
namespace {

// The column of /proc/net/softnet_stat with the number of packets in a processor's backlog
// (softnet_seq_show(), since Linux 5.10).
constexpr int backlog_column = 11;

bool backlogs_are_empty() {
  std::ifstream stat("/proc/thread-self/net/softnet_stat");
  for (std::string line; std::getline(stat, line);) {
    std::istringstream columns(line);
    std::string column;
    for (int i = 0; i <= backlog_column && columns >> column; ++i)
      if (i == backlog_column && column.find_first_not_of('0') != std::string::npos) return false;
  }
  return true;
}

// Softirqs are read sections of RCU, for whose end the kernel waits here (synchronize_rcu()). A
// kernel that cannot do that (nohz_full) returns EINVAL; then the backlogs alone count.
void await_softirqs() { ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0); }

}  // namespace

void await_delivery(RunContext& context, const Deadline& deadline) {
  for (;;) {
    const std::size_t before = context.timeline.packets.size();
    const bool empty = backlogs_are_empty();
    await_softirqs();
    context.drain();
    if (empty && backlogs_are_empty() && context.timeline.packets.size() == before) return;
    if (deadline.passed()) return;
  }
}

}  // namespace lab::run
