// SPDX-License-Identifier: MIT
#include "vm/kernel_reports.hpp"

#include <gtest/gtest.h>

namespace lab::vm {
namespace {

// As 6.12 prints them.
TEST(KernelReports, BeginWithWhatAKernelsCheckPrintsFirst) {
  std::size_t looked_at = 0;
  for (const char* line : {
           "BUG: KASAN: slab-use-after-free in tl_walk+0x1f/0x80 [tcp_lookup]",
           "BUG: sleeping function called from invalid context at mm/util.c:1",
           "BUG: MAX_LOCKDEP_CHAINS too low!",
           "WARNING: CPU: 0 PID: 71 at lib/refcount.c:28 refcount_warn_saturate+0xb1/0x100",
           "WARNING: possible circular locking dependency detected",
           "WARNING: suspicious RCU usage",
           "WARNING: lock held when returning to user space!",
           "UBSAN: array-index-out-of-bounds in net/ipv4/tcp.c:1:2",
           "INFO: trying to register non-static key.",
           "INFO: task poke:71 blocked for more than 120 seconds.",
           "ODEBUG: free active (active state 0) object: 0 object type: timer_list",
           "ref_tracker: net notrefcnt@0 has 1/1 users at",
           "unregister_netdevice: waiting for eth0 to become free. Usage count = 2",
           "kmemleak: Kernel memory leak detector disabled",
       }) {
    EXPECT_TRUE(begins_report(line)) << line;
    ++looked_at;
  }
  EXPECT_EQ(looked_at, 14u);
}

TEST(KernelReports, OrdinaryLinesBeginNone) {
  for (const char* line : {
           "", "tcp_lookup: loading out-of-tree module taints kernel.",
           "process 'x' started BUG: KASAN", "TCP: request_sock_TCP: Possible SYN flooding",
           "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", "kmemleak: Object 0x1 ignored",
           "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [poke:71]",
           "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!"})
    EXPECT_FALSE(begins_report(line)) << line;
}

TEST(KernelReports, TheTextOfARecordIsItsFirstLine) {
  EXPECT_EQ(kernel_text("4,339,5140900,-;BUG: KASAN: x; y\n SUBSYSTEM=net\n"), "BUG: KASAN: x; y");
}

TEST(KernelReports, WhatAProgramWroteToTheLogIsNotTheKernels) {
  // Facility 1 (user), level 2, as a write to /dev/kmsg gets it at least.
  EXPECT_EQ(kernel_text("10,340,5140901,-;BUG: forged\n"), "");
  EXPECT_EQ(kernel_text("12,341,5140901,-;BUG: forged\n"), "");
}

TEST(KernelReports, AMalformedRecordHasNoText) {
  for (const char* record : {"", ";", "4,1,2,-", "x,1,2,-;BUG: x"})
    EXPECT_EQ(kernel_text(record), "") << record;
}

}  // namespace
}  // namespace lab::vm
