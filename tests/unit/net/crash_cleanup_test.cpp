// SPDX-License-Identifier: MIT
#include "net/crash_cleanup.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "net/interfaces.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

bool has_link(TestHost& host) {
  const auto interfaces = list_interfaces(host.netlink);
  return std::ranges::count(interfaces, "eth0", &Interface::name) == 1;
}

// A process that registers the client's link for crash cleanup, and then acts.
template <typename Action>
void in_a_process_with_a_will(TwoHosts& hosts, Action action) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    // Its own connection to the kernel: an answer to one must not reach the other.
    Netlink netlink(hosts.client.space);
    {
      const CrashCleanup cleanup({{netlink, {hosts.client.end}}});
      action();
    }
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
}

TEST(CrashCleanup, RunsWhenTheProcessIsKilled) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  in_a_process_with_a_will(hosts, [] { ::kill(::getpid(), SIGKILL); });
  const auto gone = [&hosts] { return !has_link(hosts.client) && !has_link(hosts.server); };
  EXPECT_TRUE(await_change(hosts.server.space, RTNLGRP_LINK, gone, soon()));
}

TEST(CrashCleanup, SurvivesAKillOfTheProcessGroup) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  in_a_process_with_a_will(hosts, [] {
    ::setpgid(0, 0);
    ::kill(0, SIGKILL);
  });
  const auto gone = [&hosts] { return !has_link(hosts.server); };
  EXPECT_TRUE(await_change(hosts.server.space, RTNLGRP_LINK, gone, soon()));
}

TEST(CrashCleanup, IsCancelledByItsDestructor) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  in_a_process_with_a_will(hosts, [] {});
  EXPECT_TRUE(has_link(hosts.client));
}

// It must not keep a socket that its maker has closed.
TEST(CrashCleanup, HoldsNoDescriptorOfItsMaker) {
  SKIP_WITHOUT_ROOT();
  TwoHosts hosts;
  TcpSocket listener = hosts.server.socket(Family::inet);
  ASSERT_TRUE(listener.bind(hosts.server.at(Family::inet, 8888)).ok());
  ASSERT_TRUE(listener.listen(1).ok());
  const CrashCleanup cleanup({{hosts.client.netlink, {hosts.client.end}}});
  listener.close();
  TcpSocket client = hosts.client.socket(Family::inet);
  EXPECT_EQ(client.connect(hosts.server.at(Family::inet, 8888)).error, EINPROGRESS);
  EXPECT_EQ(client.await_connected(soon()).error, ECONNREFUSED);
}

}  // namespace
}  // namespace lab
