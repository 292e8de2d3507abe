// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedRow;
using testing::ElementsAre;
using testing::SizeIs;

constexpr Outcome pass = Outcome::pass, fail = Outcome::fail, not_observed = Outcome::not_observed;

ExpectedRow expected(const std::string& socket, std::optional<TcpState> state = std::nullopt) {
  ExpectedRow made;
  made.socket = socket;
  made.state = state;
  return made;
}

scenario::Tables ehash_on(std::vector<std::string> hosts, std::vector<ExpectedRow> rows) {
  scenario::Tables tables;
  tables.hosts = std::move(hosts);
  tables.ehash = {true, std::move(rows), {}};
  return tables;
}

// The server's ehash shows at least `has` and nothing of `lacks`.
scenario::Tables ehash_among(std::vector<ExpectedRow> has, std::vector<ExpectedRow> lacks) {
  scenario::Tables tables;
  tables.hosts = {"server"};
  tables.ehash = {false, std::move(has), std::move(lacks)};
  return tables;
}

Snapshot server_ehash(std::vector<Row> module, std::vector<Row> sock_diag) {
  Snapshot snapshot;
  snapshot.host = "server";
  snapshot.ehash = {shows(Witness::module, std::move(module)),
                    shows(Witness::sock_diag, std::move(sock_diag))};
  return snapshot;
}

std::vector<Check> judge_tables(const scenario::Tables& tables, std::vector<Snapshot> snapshots) {
  StepRecord record;
  record.snapshots = std::move(snapshots);
  return judge_last(scenario_with({tables}), record, two_hosts());
}

TEST(Tables, PassForEachWitnessAndTheirAgreement) {
  const auto checks = judge_tables(ehash_on({"server"}, {expected("conn", TcpState::established)}),
                                   {server_ehash({child()}, {child()})});
  ASSERT_THAT(outcomes(checks), ElementsAre(pass, pass, pass));
  EXPECT_EQ(checks[0].title, "ehash on server shows conn, ESTABLISHED");
  EXPECT_EQ(checks[0].witnesses, Witness::module);
  EXPECT_EQ(checks[0].expected, "ehash on server shows exactly 1 row: conn, ESTABLISHED");
  EXPECT_EQ(checks[0].seen, "it shows 1 row: conn ESTABLISHED server:8888 > client:40000");
  EXPECT_EQ(checks[1].title, checks[0].title);
  EXPECT_EQ(checks[1].witnesses, Witness::sock_diag);
  EXPECT_EQ(checks[2].title, "the witnesses agree on server");
}

TEST(Tables, AnEmptyTableMustBeEmpty) {
  const auto tables = ehash_on({"server"}, {});
  EXPECT_THAT(outcomes(judge_tables(tables, {server_ehash({}, {})})),
              ElementsAre(pass, pass, pass));
  const auto checks = judge_tables(tables, {server_ehash({child()}, {})});
  ASSERT_THAT(outcomes(checks), ElementsAre(fail, pass, pass));
  EXPECT_EQ(checks[0].title, "ehash on server is empty");
  EXPECT_EQ(checks[0].seen,
            "it shows 1 row: conn ESTABLISHED server:8888 > client:40000; unexpected: [conn "
            "ESTABLISHED server:8888 > client:40000]");
}

TEST(Tables, NameAMissingRow) {
  const auto checks = judge_tables(ehash_on({"server"}, {expected("conn", TcpState::established)}),
                                   {server_ehash({}, {child()})});
  ASSERT_THAT(outcomes(checks), ElementsAre(fail, pass, pass));
  EXPECT_EQ(checks[0].seen, "it shows no row; missing: [conn, ESTABLISHED]");
}

TEST(Tables, CompareEveryStatedField) {
  const auto judged = [](const ExpectedRow& wanted) {
    Row seen = child();
    seen.role = Role::connected;
    seen.accept_queue = 2;
    return judge_tables(ehash_on({"server"}, {wanted}), {server_ehash({seen}, {seen})})[0].outcome;
  };
  ExpectedRow right = expected("conn", TcpState::established);
  right.kind = Kind::full;
  right.role = Role::connected;
  right.local = place("server", 8888);
  right.remote = place("client", 40000);
  right.accept_queue = 2;
  EXPECT_EQ(judged(right), pass);

  std::vector<ExpectedRow> wrong(8, right);
  wrong[0].socket = "srv";
  wrong[1].state = TcpState::syn_received;
  wrong[2].kind = Kind::request;
  wrong[3].role = Role::nothing;
  wrong[4].local = place("server", 8889);
  wrong[5].local = place("any", 8888);
  wrong[6].remote = place("server", 40000);
  wrong[7].accept_queue = 0;
  for (const ExpectedRow& each : wrong) EXPECT_EQ(judged(each), fail) << describe(each);
}

TEST(Tables, DoNotCompareUnreportedFields) {
  ExpectedRow wanted = expected("conn");
  wanted.role = Role::connected;
  wanted.accept_queue = 0;
  EXPECT_THAT(
      outcomes(judge_tables(ehash_on({"server"}, {wanted}), {server_ehash({child()}, {child()})})),
      ElementsAre(pass, pass, pass));
}

TEST(Tables, IdentifyASocketByInodeIfTheRowHasNoCookie) {
  Row seen = child();
  seen.cookie.reset();
  const auto judged = [&] {
    return judge_tables(ehash_on({"server"}, {expected("conn")}), {server_ehash({seen}, {seen})})[0]
        .outcome;
  };
  EXPECT_EQ(judged(), fail);  // neither cookie nor inode: it may be anyone's
  seen.inode = 702;
  EXPECT_EQ(judged(), pass);
  seen.inode = 0;  // no process holds it: the same for many sockets
  EXPECT_EQ(judged(), fail);
}

TEST(Tables, UseWildcardAndLoopbackOfTheFamily) {
  ExpectedRow wanted;
  wanted.local = place("any", 8888);
  const auto judged = [&](Family family, const std::string& local) {
    Timeline timeline = two_hosts();
    timeline.family = family;
    StepRecord record;
    record.snapshots = {server_ehash({row(TcpState::listen, local, local, 71)}, {})};
    return judge_last(scenario_with({ehash_on({"server"}, {wanted})}), record, timeline)[0].outcome;
  };
  EXPECT_EQ(judged(Family::inet, "0.0.0.0:8888"), pass);
  EXPECT_EQ(judged(Family::inet6, "[::]:8888"), pass);
  EXPECT_EQ(judged(Family::inet, "[::]:8888"), fail);
  EXPECT_EQ(judged(Family::inet6, "0.0.0.0:8888"), fail);
  wanted.local = place("any4", 8888);
  EXPECT_EQ(judged(Family::inet, "[::]:8888"), fail);
  EXPECT_EQ(judged(Family::inet6, "0.0.0.0:8888"), pass);
  wanted.local = place("any6", 8888);
  EXPECT_EQ(judged(Family::inet, "[::]:8888"), pass);
  wanted.local = place("loopback", 1);
  EXPECT_EQ(judged(Family::inet, "127.0.0.1:1"), pass);
  EXPECT_EQ(judged(Family::inet6, "[::1]:1"), pass);
  EXPECT_EQ(judged(Family::inet6, "[::2]:1"), fail);
  EXPECT_EQ(judged(Family::inet6, "127.0.0.1:1"), fail);
  EXPECT_EQ(judged(Family::inet, "[::1]:1"), fail);
}

// "any socket" comes first and must not take the only row that conn can have.
TEST(Tables, MatchRowsAsAWhole) {
  const Row other = row(TcpState::established, "10.0.0.2:8888", "10.0.0.1:40001", 99);
  EXPECT_EQ(judge_tables(ehash_on({"server"}, {expected(""), expected("conn")}),
                         {server_ehash({child(), other}, {})})[0]
                .outcome,
            pass);
}

TEST(Tables, FailOnADuplicateRow) {
  EXPECT_EQ(judge_tables(ehash_on({"server"}, {expected("conn")}),
                         {server_ehash({child(), child()}, {})})[0]
                .outcome,
            fail);
}

TEST(Tables, ExpectARowOnItsSocketsHost) {
  Snapshot client;
  client.host = "client";
  const Row cli = row(TcpState::established, "10.0.0.1:40000", "10.0.0.2:8888", 73);
  client.ehash = {shows(Witness::module, {cli}), shows(Witness::sock_diag, {cli})};
  const auto tables = ehash_on({"client", "server"}, {expected("cli"), expected("conn")});
  EXPECT_THAT(outcomes(judge_tables(tables, {client, server_ehash({child()}, {child()})})),
              ElementsAre(pass, pass, pass, pass, pass, pass));
}

TEST(Tables, AreNotObservedByABlindWitness) {
  Snapshot snapshot;
  snapshot.host = "server";
  snapshot.ehash = {blind(Witness::module, "tcp_lookup.ko is not loaded"),
                    shows(Witness::sock_diag, {child()})};
  const auto checks = judge_tables(ehash_on({"server"}, {expected("conn")}), {snapshot});
  ASSERT_THAT(outcomes(checks), ElementsAre(not_observed, pass, not_observed));
  EXPECT_EQ(checks[0].seen, "tcp_lookup.ko is not loaded");
  EXPECT_EQ(checks[2].seen, "module: tcp_lookup.ko is not loaded");
}

TEST(Tables, AreNotObservedWithoutASnapshot) {
  const auto checks = judge_tables(ehash_on({"server"}, {}), {});
  ASSERT_THAT(outcomes(checks), ElementsAre(not_observed));
  EXPECT_EQ(checks[0].seen, "no snapshot of this host was taken");
}

TEST(Tables, UseTheLastSnapshotOfAHost) {
  const auto tables = ehash_on({"server"}, {expected("conn")});
  EXPECT_EQ(
      judge_tables(tables, {server_ehash({}, {}), server_ehash({child()}, {child()})})[0].outcome,
      pass);
  EXPECT_EQ(
      judge_tables(tables, {server_ehash({child()}, {child()}), server_ehash({}, {})})[0].outcome,
      fail);
}

TEST(Tables, NameTheDeadlineAfterWaiting) {
  StepRecord record;
  record.snapshots = {server_ehash({}, {})};
  record.played.timed_out = true;
  const auto checks =
      judge_last(scenario_with({ehash_on({"server"}, {expected("conn")})}), record, two_hosts());
  EXPECT_EQ(checks[0].seen,
            "it shows no row; missing: [conn]; still so at the deadline, after 2500 ms");
}

TEST(TablesHas, AllowsOtherRows) {
  const Row other = row(TcpState::established, "10.0.0.2:8888", "10.0.0.1:40001", 99);
  const auto tables = ehash_among({expected("conn")}, {});
  const auto checks = judge_tables(tables, {server_ehash({other, child()}, {child(), other})});
  ASSERT_THAT(outcomes(checks), ElementsAre(pass, pass, pass));
  EXPECT_EQ(checks[0].title, "ehash on server shows conn");
  EXPECT_EQ(checks[0].expected, "ehash on server shows at least 1 row: conn");
  EXPECT_EQ(judge_tables(tables, {server_ehash({other}, {})})[0].seen,
            "it shows 1 row: unnamed ESTABLISHED server:8888 > client:40001; missing: [conn]");
}

TEST(TablesLacks, FailsOnAMatchingRow) {
  const auto tables = ehash_among({}, {expected("", TcpState::established), expected("srv")});
  const auto checks = judge_tables(tables, {server_ehash({child()}, {})});
  ASSERT_THAT(outcomes(checks), ElementsAre(fail, pass, pass));
  EXPECT_EQ(checks[0].title, "ehash on server does not show any socket, ESTABLISHED; srv");
  EXPECT_EQ(checks[0].expected,
            "ehash on server shows no row that matches [any socket, ESTABLISHED] or [srv]");
  EXPECT_EQ(checks[0].seen,
            "it shows 1 row: conn ESTABLISHED server:8888 > client:40000; [any socket, "
            "ESTABLISHED] must not be there, but is: [conn ESTABLISHED server:8888 > "
            "client:40000]");
}

TEST(TablesHasAndLacks, AreJudgedTogether) {
  const auto tables = ehash_among({expected("conn")}, {expected("", TcpState::time_wait)});
  const Row old = row(TcpState::time_wait, "10.0.0.2:8888", "10.0.0.1:40001", 98);
  EXPECT_THAT(outcomes(judge_tables(tables, {server_ehash({child()}, {child(), old})})),
              ElementsAre(pass, fail, pass));
  EXPECT_EQ(judge_tables(tables, {server_ehash({child()}, {})})[0].title,
            "ehash on server shows conn, does not show any socket, TIME-WAIT");
}

// What is not reported can neither convict a row nor acquit it.
TEST(TablesLacks, IsNotObservedIfTheDecidingFieldIsNotReported) {
  ExpectedRow listening = expected("conn");
  listening.role = Role::listening;
  Row reported = child();
  reported.role = Role::connected;
  const auto checks =
      judge_tables(ehash_among({}, {listening}), {server_ehash({reported}, {child()})});
  ASSERT_THAT(outcomes(checks), ElementsAre(pass, not_observed, pass));
  EXPECT_THAT(checks[1].seen, testing::StartsWith("as far as it reports, [conn, role listening]"));
}

// Of two hosts, the one that has none of the sockets named claims nothing.
TEST(TablesHas, HasNoCheckForAHostWithoutSuchRows) {
  scenario::Tables tables = ehash_among({expected("conn")}, {});
  tables.hosts = {"client", "server"};
  Snapshot client;
  client.host = "client";
  client.ehash = {shows(Witness::module, {}), shows(Witness::sock_diag, {})};
  const auto checks = judge_tables(tables, {client, server_ehash({child()}, {child()})});
  ASSERT_THAT(outcomes(checks), ElementsAre(pass, pass, pass, pass));
  EXPECT_EQ(checks[0].title, "the witnesses agree on client");
}

TEST(Witness, IsJudgedAloneWithoutAgreement) {
  Snapshot snapshot = server_ehash({child()}, {});
  snapshot.disagreements = {"only the module shows conn"};
  auto tables = ehash_on({"server"}, {expected("conn")});
  tables.witness = Witness::module;
  EXPECT_THAT(outcomes(judge_tables(tables, {snapshot})), ElementsAre(pass));
  tables.witness = Witness::sock_diag;
  EXPECT_THAT(outcomes(judge_tables(tables, {snapshot})), ElementsAre(fail));
  snapshot.ehash.pop_back();
  EXPECT_THAT(outcomes(judge_tables(tables, {snapshot})), ElementsAre(not_observed));
}

TEST(Tables, UseTheHostWhereASocketWasOpened) {
  scenario::Scenario scenario = scenario_with({ehash_on({"server"}, {expected("cli")})});
  Timeline timeline = two_hosts();
  timeline.sockets[2].host = "server";  // by another step than the one on the client
  StepRecord record;
  const Row cli = row(TcpState::established, "10.0.0.2:8888", "10.0.0.1:40000", 73);
  record.snapshots = {server_ehash({cli}, {cli})};
  EXPECT_THAT(outcomes(judge_last(scenario, record, timeline)), ElementsAre(pass, pass, pass));
}

std::vector<Check> judge_observed(std::vector<Snapshot> snapshots) {
  StepRecord record;
  record.snapshots = std::move(snapshots);
  return judge_last(scenario_with({scenario::Observe{{"server"}}}), record, two_hosts());
}

TEST(Observe, OnlyChecksThatTheWitnessesAgree) {
  Snapshot snapshot = server_ehash({child()}, {child()});
  ASSERT_THAT(outcomes(judge_observed({snapshot})), ElementsAre(pass));
  EXPECT_EQ(judge_observed({snapshot})[0].title, "the witnesses agree on server");
  snapshot.disagreements = {"only the module shows conn"};
  EXPECT_THAT(outcomes(judge_observed({snapshot})), ElementsAre(fail));
  EXPECT_THAT(outcomes(judge_observed({})), ElementsAre(not_observed));
}

TEST(Agreement, FailsWithEachDisagreement) {
  Snapshot snapshot = server_ehash({child()}, {child()});
  snapshot.disagreements = {"ehash on server: only the module shows A", "B"};
  const auto checks = judge_tables(ehash_on({"server"}, {expected("conn")}), {snapshot});
  ASSERT_THAT(checks, SizeIs(3));
  EXPECT_EQ(checks[2].outcome, fail);
  EXPECT_EQ(checks[2].seen, "ehash on server: only the module shows A; B");
}

TEST(Agreement, FailsWhileTheTablesChange) {
  Snapshot snapshot = server_ehash({child()}, {child()});
  snapshot.settled = false;
  const auto checks = judge_tables(ehash_on({"server"}, {expected("conn")}), {snapshot});
  ASSERT_THAT(checks, SizeIs(3));
  EXPECT_EQ(checks[2].outcome, fail);
  EXPECT_EQ(checks[2].seen, "the tables changed during every read, so they could not be compared");
}

TEST(Agreement, NeedsATableThatBothCouldSee) {
  Snapshot snapshot = server_ehash({}, {});
  snapshot.bound = {shows(Witness::module, {}), blind(Witness::sock_diag, "needs 6.8")};
  scenario::Tables tables;
  tables.hosts = {"server"};
  tables.bound.emplace();
  EXPECT_THAT(outcomes(judge_tables(tables, {snapshot})),
              ElementsAre(pass, not_observed, not_observed));
  tables.ehash.emplace();
  EXPECT_THAT(outcomes(judge_tables(tables, {snapshot})),
              ElementsAre(pass, not_observed, pass, pass, pass));
}

}  // namespace
}  // namespace lab::check
