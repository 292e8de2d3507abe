// SPDX-License-Identifier: MIT
#include "util/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "util/error.hpp"

namespace lab {
namespace {

bool is_ignored(int signal) {
  struct sigaction action {};
  checked(::sigaction(signal, nullptr, &action), "sigaction", std::to_string(signal));
  return action.sa_handler == SIG_IGN;
}

void do_nothing(int) {}

}  // namespace

void catch_file_size_signal() {
  if (is_ignored(SIGXFSZ)) return;
  struct sigaction action {};
  action.sa_handler = do_nothing;
  checked(::sigaction(SIGXFSZ, &action, nullptr), "sigaction", "SIGXFSZ");
}

Fd block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  // nohup(1), and a shell's "&", have some of them ignored. A blocked signal would be
  // read from the signalfd nevertheless: the kernel keeps it pending.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (!is_ignored(signal)) sigaddset(&signals, signal);
  checked(::sigprocmask(SIG_BLOCK, &signals, nullptr), "sigprocmask", "SIGINT, SIGTERM, SIGHUP");
  return Fd(checked(::signalfd(-1, &signals, SFD_CLOEXEC), "signalfd", "SIGINT, SIGTERM, SIGHUP"));
}

int take_signal(const Fd& signals) {
  signalfd_siginfo taken{};
  checked(::read(signals.get(), &taken, sizeof taken), "read", "signalfd");
  return 128 + static_cast<int>(taken.ssi_signo);
}

}  // namespace lab
