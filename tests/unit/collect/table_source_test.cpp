// SPDX-License-Identifier: MIT
//
// The tables as a person looks at them, read from real sockets by whichever
// witness this kernel has; and the word that a socket has ended.
#include "collect/table_source.hpp"

#include <gmock/gmock.h>
#include <poll.h>

#include "collect/device.hpp"
#include "collect/table_events.hpp"
#include "tcp_lookup/contract.h"
#include "unit/view/zoo.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;

class TablesOfANamespace : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
    space_.emplace(testing::fresh_namespace("tables"));
  }
  const std::vector<Table> all_{std::begin(all_tables), std::end(all_tables)};
  std::optional<Namespace> space_;
};

const TableEntry* find(const ObservedTable& seen, const TcpSocket& socket) {
  for (const TableEntry& entry : seen.entries)
    if (entry.row.inode == socket.inode()) return &entry;
  return nullptr;
}

TEST_F(TablesOfANamespace, HoldEverySocketWithItsProcess) {
  testing::Zoo zoo(*space_, Family::inet);
  const TableView view = TableSource(*space_).read(all_);
  ASSERT_EQ(view.tables.size(), 3u);
  const TableEntry* listener = find(view.tables[0], zoo.listener);
  ASSERT_TRUE(listener);
  ASSERT_EQ(listener->holders.size(), 1u);
  EXPECT_EQ(listener->holders[0].pid, ::getpid());
  EXPECT_THAT(listener->process, HasSubstr(std::to_string(::getpid())));
  EXPECT_TRUE(find(view.tables[2], zoo.client));
  if (view.tables[1].witness) {
    const TableEntry* bound = find(view.tables[1], zoo.bound_only);
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->row.role, Role::nothing);
  } else {
    EXPECT_THAT(view.tables[1].not_observed, HasSubstr("6.8"));
  }
}

TEST_F(TablesOfANamespace, SayWhatTheWitnessCannotShow) {
  const TableView view = TableSource(*space_).read(all_);
  if (view.tables[0].by_module()) GTEST_SKIP() << "the module is loaded, and tells all";
  EXPECT_THAT(view.not_observed, Not(IsEmpty()));
  EXPECT_THAT(view.not_observed[0], HasSubstr("tcp_lookup.ko"));
}

TEST_F(TablesOfANamespace, AnswerManyLookupsInOneGo) {
  const TcpSocket listener = testing::listening_socket(*space_, {Address::any(Family::inet), 80});
  const Endpoint source{Address::loopback(Family::inet), 1};
  const Lookups lookups = TableSource(*space_).look_up(
      {{source, {source.address, 80}, ""}, {source, {source.address, 81}, "lo"}});
  ASSERT_EQ(lookups.answers.size(), 2u);
  EXPECT_EQ(lookups.answers[0].verdict, LookupVerdict::conn_request);
  EXPECT_EQ(lookups.answers[1].verdict, LookupVerdict::rst);
  EXPECT_TRUE(lookups.processes.by_inode.contains(listener.inode()));
  EXPECT_EQ(lookups.inferred, !lookups.not_observed.empty());
}

TEST_F(TablesOfANamespace, RefuseADeviceThatIsNotThere) {
  TableSource source(*space_);
  const Endpoint end{Address::loopback(Family::inet), 1};
  EXPECT_THAT(
      [&] {
        source.look_up({{end, end, "l0"}});
      },
      ThrowsMessage<UsageError>(HasSubstr("did you mean lo?")));
}

TEST_F(TablesOfANamespace, AreReportedWhenASocketEnds) {
  TableEvents events(*space_);
  ASSERT_GE(events.fd(), 0) << events.how();
  EXPECT_FALSE(events.drain());
  { const TcpSocket socket = testing::listening_socket(*space_, {Address::any(Family::inet), 80}); }
  const Deadline deadline = testing::soon();
  bool told = false;
  while (!told && !deadline.passed()) {
    pollfd waited{events.fd(), POLLIN, 0};
    ::poll(&waited, 1, deadline.poll_timeout());
    told = events.drain();
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace lab::collect
