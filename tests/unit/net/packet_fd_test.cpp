// SPDX-License-Identifier: MIT
#include "net/packet_fd.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "net/interfaces.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

bool has_link(Netlink& netlink) {
  const auto interfaces = list_interfaces(netlink);
  return std::ranges::count(interfaces, "held", &Interface::name) == 1;
}

// A process with a namespace of its own, joined to the client, and a packet socket in it,
// which it closes like that. The namespace goes with the socket, and the link with it.
void expect_that_nothing_is_left_of(const std::function<void(Fd)>& close) {
  TwoHosts hosts;
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Namespace own = Namespace::create("own");
    Netlink client(hosts.client.space);
    add_veth(client, {"held", Mac::numbered(1001), 1001}, own, {"eth0", Mac::numbered(1002), 1002});
    close(open_packet_fd(own, "testing"));
    ::_exit(has_link(client) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(await_change(
      hosts.client.space, RTNLGRP_LINK, [&] { return !has_link(hosts.client.netlink); }, soon()));
}

TEST(PacketFd, IsClosedInAThread) {
  SKIP_WITHOUT_ROOT();
  expect_that_nothing_is_left_of([](Fd fd) { close_aside(std::move(fd)); });
}

TEST(PacketFd, IsClosedBehindTheProcess) {
  SKIP_WITHOUT_ROOT();
  expect_that_nothing_is_left_of([](Fd fd) {
    close_behind_us();
    close_aside(std::move(fd));
  });
}

}  // namespace
}  // namespace lab
