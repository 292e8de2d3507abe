// SPDX-License-Identifier: MIT
//
// Both witnesses on real sockets. What needs the module runs where it is
// loaded (the microVM) and is skipped elsewhere.
#include "view/snapshot.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "tcp_lookup/contract.h"
#include "unit/view/zoo.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using testing::fresh_namespace;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;
using testing::Zoo;

const Row* find(const Witnessed& table, const TcpSocket& socket) {
  for (const Row& row : *table.rows)
    if (row.cookie == socket.cookie()) return &row;
  return nullptr;
}

class SnapshotOfTheZoo : public ::testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
    space_.emplace(fresh_namespace("zoo"));
    module_ = in(*space_, [] { return Module::open_here(); });
    diag_.emplace(in(*space_, [] { return SockDiag::open_here(); }));
  }

  Snapshot take() { return take_snapshot("zoo", module_, *diag_); }

  std::optional<Namespace> space_;
  ModuleHere module_;
  std::optional<SockDiag> diag_;
};

TEST_P(SnapshotOfTheZoo, ShowsSockDiagAndTheReasonWithoutTheModule) {
  const Zoo zoo(*space_, GetParam());
  ModuleHere none{std::nullopt, "tcp_lookup.ko is not loaded in this kernel"};
  const Snapshot snapshot = take_snapshot("zoo", none, *diag_);
  EXPECT_EQ(snapshot.host, "zoo");
  for (const auto* table : {&snapshot.listeners, &snapshot.bound, &snapshot.ehash}) {
    ASSERT_THAT(*table, SizeIs(2));
    EXPECT_EQ(table->at(0).witness, Witness::module);
    EXPECT_EQ(table->at(0).rows, std::nullopt);
    EXPECT_EQ(table->at(0).why_not, "tcp_lookup.ko is not loaded in this kernel");
    EXPECT_EQ(table->at(1).witness, Witness::sock_diag);
  }
  EXPECT_TRUE(find(snapshot.listeners[1], zoo.listener));
  EXPECT_TRUE(find(snapshot.ehash[1], zoo.self));
  EXPECT_THAT(snapshot.disagreements, IsEmpty());
}

TEST_P(SnapshotOfTheZoo, HasTheRolesOfTheBindTableWhereSockDiagListsIt) {
  const Zoo zoo(*space_, GetParam());
  const Snapshot snapshot = take();
  const Witnessed& bound = snapshot.bound.at(1);
  if (!diag_->lists_bound()) {
    EXPECT_EQ(bound.rows, std::nullopt);
    EXPECT_THAT(bound.why_not, HasSubstr("needs 6.8"));
    return;
  }
  for (const TcpSocket* socket : {&zoo.bound_only, &zoo.listener, &zoo.syn_sent})
    ASSERT_TRUE(find(bound, *socket));
  EXPECT_EQ(find(bound, zoo.bound_only)->role, Role::nothing);
  EXPECT_EQ(find(bound, zoo.listener)->role, Role::listening);
  EXPECT_EQ(find(bound, zoo.syn_sent)->role, Role::connected);
}

TEST_P(SnapshotOfTheZoo, ShowsTheSameInBothWitnesses) {
  if (!module_.module) GTEST_SKIP() << module_.why_not;
  const Zoo zoo(*space_, GetParam());
  // The last FINs of the zoo may still be on their way; a snapshot handles that.
  const Snapshot snapshot = take();
  EXPECT_TRUE(snapshot.settled);
  EXPECT_THAT(snapshot.disagreements, IsEmpty());
  EXPECT_THAT(*snapshot.listeners.at(0).rows, SizeIs(4));
  EXPECT_EQ(snapshot.listeners[0].rows->size(), snapshot.listeners[1].rows->size());
  EXPECT_EQ(snapshot.ehash.at(0).rows->size(), snapshot.ehash.at(1).rows->size());

  const Row* bound = find(snapshot.bound.at(0), zoo.bound_only);
  ASSERT_TRUE(bound) << "the server that forgot listen() shows here";
  EXPECT_EQ(bound->role, Role::nothing);
  EXPECT_EQ(bound->inode, zoo.bound_only.inode());
  const Row* listener = find(snapshot.listeners[0], zoo.listener);
  ASSERT_TRUE(listener);
  EXPECT_EQ(listener->accept_queue, 1U);
  EXPECT_EQ(listener->accept_queue_max, 7U);
  const Row* self = find(snapshot.ehash[0], zoo.self);
  ASSERT_TRUE(self);
  EXPECT_EQ(self->local, self->remote);
  EXPECT_TRUE(self->bucket && self->position) << "only the module reports the place";
}

TEST_P(SnapshotOfTheZoo, ReportsADisagreementWhenAWitnessLies) {
  if (!module_.module) GTEST_SKIP() << module_.why_not;
  const Zoo zoo(*space_, GetParam());
  // A sock_diag of another namespace knows nothing of these sockets.
  const Namespace elsewhere = fresh_namespace("elsewhere");
  SockDiag stranger = in(elsewhere, [] { return SockDiag::open_here(); });
  const Snapshot snapshot = take_snapshot("zoo", module_, stranger);
  EXPECT_THAT(snapshot.disagreements,
              ::testing::Contains(HasSubstr("listeners on zoo: module shows LISTEN")));
  EXPECT_THAT(snapshot.disagreements, ::testing::Contains(HasSubstr("sock_diag shows nothing")));
}

TEST_P(SnapshotOfTheZoo, ShowsTheModuleNothingOfAnotherNamespace) {
  if (!module_.module) GTEST_SKIP() << module_.why_not;
  const Namespace elsewhere = fresh_namespace("elsewhere");
  const Zoo zoo(elsewhere, GetParam());
  const Snapshot snapshot = take();
  EXPECT_THAT(*snapshot.listeners.at(0).rows, IsEmpty());
  EXPECT_THAT(*snapshot.bound.at(0).rows, IsEmpty());
  EXPECT_THAT(*snapshot.ehash.at(0).rows, IsEmpty());
}

TEST_P(SnapshotOfTheZoo, LooksUpWhatASynWouldMeet) {
  if (!module_.module) GTEST_SKIP() << module_.why_not;
  const Zoo zoo(*space_, GetParam());
  const Endpoint from{zoo.loopback, 50000};
  const auto answers = module_.module->lookup({
      {from, {zoo.loopback, 8000}, "lo"},               // bound and no more
      {from, {zoo.loopback, 8001}, "lo"},               // a listener
      {from, {zoo.loopback, 9}, "lo"},                  // nobody
      {zoo.self.local(), zoo.self.local(), "lo"},       // connected to itself
      {{zoo.loopback, 8002}, zoo.syn_sent.local(), ""}  // a SYN from where one was sent to
  });
  ASSERT_THAT(answers, SizeIs(5));
  for (const LookupAnswer& answer : answers)
    EXPECT_TRUE(answer.agrees) << to_string(answer.verdict);
  EXPECT_EQ(answers[0].verdict, LookupVerdict::rst);
  ASSERT_TRUE(answers[0].find(LookupStepName::bind));
  ASSERT_TRUE(answers[0].find(LookupStepName::bind)->socket);
  EXPECT_EQ(answers[0].find(LookupStepName::bind)->socket->cookie, zoo.bound_only.cookie());
  EXPECT_EQ(answers[1].verdict, LookupVerdict::conn_request);
  EXPECT_EQ(answers[1].find(LookupStepName::verdict)->socket->cookie, zoo.listener.cookie());
  EXPECT_EQ(answers[2].verdict, LookupVerdict::rst);
  EXPECT_EQ(answers[2].find(LookupStepName::bind)->result, LookupResult::miss);
  EXPECT_EQ(answers[3].verdict, LookupVerdict::challenge_ack);
  EXPECT_EQ(answers[3].find(LookupStepName::ehash)->result, LookupResult::hit);
  EXPECT_EQ(answers[3].find(LookupStepName::exact)->result, LookupResult::skipped);
  EXPECT_EQ(answers[4].verdict, LookupVerdict::simultaneous_open);
}

// More than one write holds.
TEST_P(SnapshotOfTheZoo, LooksUpManyAtOnce) {
  if (!module_.module) GTEST_SKIP() << module_.why_not;
  const Address loopback = Address::loopback(GetParam());
  std::vector<Tuple> tuples;
  for (std::uint16_t port = 1; port <= 3 * TCP_LOOKUP_QUERIES_MAX; ++port)
    tuples.push_back({{loopback, 50000}, {loopback, port}, "lo"});
  const auto answers = module_.module->lookup(tuples);
  ASSERT_EQ(answers.size(), tuples.size());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].tuple, tuples[i]);
    EXPECT_EQ(answers[i].verdict, LookupVerdict::rst);
  }
}

TEST_P(SnapshotOfTheZoo, ThrowsOnARefusalAndThenAnswersAgain) {
  if (!module_.module) GTEST_SKIP() << module_.why_not;
  const Endpoint end{Address::loopback(GetParam()), 1};
  EXPECT_THAT(
      [&] {
        module_.module->lookup({{end, end, "lo"}, {end, end, "nosuch0"}});
      },
      ThrowsMessage<UsageError>(HasSubstr("dev nosuch0\" at column")));
  EXPECT_THAT(module_.module->lookup({{end, end, "lo"}}), SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(Both, SnapshotOfTheZoo, ::testing::Values(Family::inet, Family::inet6),
                         [](const auto& each) { return std::string(to_string(each.param)); });

// A socket made for IPv6 stays one, also when it speaks IPv4.
TEST(SnapshotOfBothFamilies, ShowsMappedAddressesAlike) {
  if (const auto why = testing::why_no_namespaces(); !why.empty()) GTEST_SKIP() << why;
  const Namespace space = fresh_namespace("dual");
  ModuleHere module = in(space, [] { return Module::open_here(); });
  if (!module.module) GTEST_SKIP() << module.why_not;
  TcpSocket dual = TcpSocket::create(space, Family::inet6);
  testing::must(dual.set_v6only(false), "IPV6_V6ONLY");
  testing::must(dual.bind({Address::any(Family::inet6), 8001}), "bind");
  testing::must(dual.listen(8), "listen");
  TcpSocket only = TcpSocket::create(space, Family::inet6);
  testing::must(only.set_v6only(true), "IPV6_V6ONLY");
  testing::must(only.bind({Address::any(Family::inet6), 8002}), "bind");
  testing::must(only.listen(8), "listen");
  const TcpSocket plain = testing::listening_socket(space, {Address::any(Family::inet), 8002});
  const TcpSocket client =
      testing::connected_socket(space, {Address::loopback(Family::inet), 8001});
  const TcpSocket server = *dual.accept(testing::soon()).socket;

  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  const Snapshot snapshot = take_snapshot("dual", module, diag);
  EXPECT_TRUE(snapshot.settled);
  EXPECT_THAT(snapshot.disagreements, IsEmpty());
  const Row* row = find(snapshot.ehash[0], server);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->local, *Endpoint::parse("[::ffff:127.0.0.1]:8001"));
  EXPECT_EQ(find(snapshot.listeners[0], dual)->v6only, false);
  EXPECT_EQ(find(snapshot.listeners[0], only)->v6only, true);
}

TEST(Module, ReportsThatItIsNotLoaded) {
  const ModuleHere here = Module::open_here();
  if (here.module) {
    EXPECT_EQ(here.module->info().at("schema"), std::to_string(TCP_LOOKUP_SCHEMA));
    EXPECT_EQ(here.why_not, "");
  } else {
    EXPECT_EQ(here.why_not, "tcp_lookup.ko is not loaded in this kernel");
  }
}

}  // namespace
}  // namespace lab
