// SPDX-License-Identifier: MIT
//
// The survey of this machine: sockets of this process, found again from outside.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>

#include "collect/netns.hpp"
#include "collect/proc.hpp"
#include "collect/processes.hpp"
#include "collect/trial.hpp"
#include "unit/view/zoo.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Collect : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
    space_.emplace(testing::fresh_namespace("survey"));
  }
  std::optional<Namespace> space_;
};

TEST_F(Collect, NamesTheProcessAndTheDescriptor) {
  const TcpSocket socket = testing::bound_socket(*space_, {Address::any(Family::inet), 8888});
  const Processes processes = find_holders({socket.inode()});
  ASSERT_TRUE(processes.by_inode.contains(socket.inode()));
  const auto& holders = processes.by_inode.at(socket.inode());
  ASSERT_THAT(holders, SizeIs(1));
  EXPECT_EQ(holders[0].pid, ::getpid());
  EXPECT_EQ(holders[0].fd, socket.fd());
  EXPECT_EQ(holders[0].command, command_of(::getpid()));
  EXPECT_FALSE(holders[0].stopped);
}

// Refused, it stands in no table any more.
TEST_F(Collect, FindsASocketByItsCookieAlone) {
  TcpSocket socket = testing::connecting_socket(*space_, {Address::loopback(Family::inet), 9});
  EXPECT_EQ(socket.await_connected(testing::soon()).error, ECONNREFUSED);
  const auto holder = find_holder_of_cookie(socket.cookie());
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->pid, ::getpid());
  EXPECT_EQ(holder->fd, socket.fd());
  EXPECT_FALSE(find_holder_of_cookie(~0ULL));
}

TEST_F(Collect, FindsAHolderQuickly) {
  const TcpSocket socket = testing::bound_socket(*space_, {Address::any(Family::inet), 8888});
  const auto holder = find_a_holder(socket.inode());
  ASSERT_TRUE(holder);
  EXPECT_EQ(holder->pid, ::getpid());
  EXPECT_EQ(holder->fd, socket.fd());
}

TEST_F(Collect, FindsBoundOnlySocketsInTheDescriptors) {
  TcpSocket socket = TcpSocket::create(*space_, Family::inet6);
  testing::must(socket.set_v6only(true), "IPV6_V6ONLY");
  testing::must(socket.bind_to_device("lo"), "SO_BINDTODEVICE");
  testing::must(socket.bind({Address::any(Family::inet6), 8888}), "bind");
  const auto rows = find_bound(*space_, 8888, {});
  ASSERT_TRUE(rows);
  ASSERT_THAT(*rows, SizeIs(1));
  EXPECT_EQ((*rows)[0].local.str(), "[::]:8888");
  EXPECT_EQ((*rows)[0].inode, socket.inode());
  EXPECT_EQ((*rows)[0].state, TcpState::closed);
  EXPECT_EQ((*rows)[0].v6only, true);
  EXPECT_EQ((*rows)[0].device, "lo");
}

TEST_F(Collect, DoesNotTakeListenersConnectionsAndOthersForBoundOnly) {
  const TcpSocket listener = testing::listening_socket(*space_, {Address::any(Family::inet), 8888});
  const Namespace other = testing::fresh_namespace("other");
  const TcpSocket elsewhere = testing::bound_socket(other, {Address::any(Family::inet), 8888});
  const TcpSocket another_port = testing::bound_socket(*space_, {Address::any(Family::inet), 9});
  // Nothing, or "not all could be asked": never one of these.
  EXPECT_THAT(find_bound(*space_, 8888, {}).value_or(std::vector<Row>{}), IsEmpty());
}

TEST_F(Collect, KnowsNamespacesThatAProcessHoldsOpen) {
  const KnownNamespaces known = list_namespaces();
  const auto found = std::ranges::find(known.namespaces, space_->inode(), &KnownNetns::inode);
  ASSERT_NE(found, known.namespaces.end());
  EXPECT_EQ(found->path, fmt::format("/proc/{}/fd/{}", ::getpid(), space_->fd()));
  EXPECT_FALSE(found->has_name);
  EXPECT_THAT(found->process, HasSubstr(fmt::format("(pid {})", ::getpid())));
}

TEST_F(Collect, LooksIntoOthersForTheListenerAndTheAddress) {
  const TcpSocket listener = testing::listening_socket(*space_, {Address::any(Family::inet), 8888});
  const Namespace here = Namespace::current();
  const auto others = look_into_others(here, *Endpoint::parse("127.0.0.1:8888"));
  const auto has_it = [&](const OtherNetns& space) {
    return std::ranges::any_of(space.listeners,
                               [&](const Row& row) { return row.inode == listener.inode(); });
  };
  EXPECT_EQ(std::ranges::count_if(others.namespaces, has_it), 1);
  // A loopback address alone is no sign: every namespace has it.
  const std::string path = fmt::format("/proc/{}/fd/{}", ::getpid(), space_->fd());
  const auto silent = look_into_others(here, *Endpoint::parse("127.0.0.1:7"));
  EXPECT_EQ(std::ranges::count(others.namespaces, path, &OtherNetns::netns), 1);
  EXPECT_EQ(std::ranges::count(silent.namespaces, path, &OtherNetns::netns), 0);
}

TEST_F(Collect, EndsItsTrial) { EXPECT_TRUE(takes_one_more_request().has_value()); }

std::string complaint(const std::string& netns) {
  try {
    open_netns(netns);
  } catch (const EnvironmentError& error) {
    return error.what();
  }
  return "";
}

TEST(CollectNetns, NamesOneThatIsMissing) {
  EXPECT_THAT(complaint("no-such-namespace"), HasSubstr("no network namespace of that name"));
  EXPECT_THAT(complaint("999999999"), HasSubstr("no process of that number"));
  EXPECT_THAT(complaint("/nowhere/netns"), HasSubstr("no such file"));
  EXPECT_THAT(complaint("/etc/passwd"), HasSubstr("is no network namespace"));
  EXPECT_THAT(complaint("/proc/self/ns/mnt"), HasSubstr("is no network namespace"));
}

TEST(CollectNetns, OpensItsOwnForEverybody) {
  EXPECT_EQ(open_netns("/proc/self/ns/net").inode(), Namespace::current().inode());
}

}  // namespace
}  // namespace lab::collect
