// SPDX-License-Identifier: MIT
#include "report/tables.hpp"

#include <gmock/gmock.h>

#include <sstream>

#include "support/timelines.hpp"

namespace lab::report {
namespace {

using draw::Page;

using testing::both;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::placed;
using testing::row;

Timeline one_host() {
  Timeline run;
  run.hosts = {{"h", {}, 1}};
  run.sockets = {{"s", "h", 7, 70}};
  return run;
}

std::string drawn(const Snapshot& snapshot) {
  std::ostringstream out;
  Page page(out, {false, 100, true});
  draw_snapshot(page, one_host(), snapshot);
  return out.str();
}

TEST(SnapshotDrawing, ShowsTheWitnessesNextToEachOther) {
  Snapshot snapshot;
  snapshot.host = "h";
  snapshot.ehash =
      both({row(TcpState::established, "127.0.0.1:34567", "127.0.0.1:34567", 7)}, 4711);
  EXPECT_EQ(
      drawn(snapshot),
      "  h                                                           bucket  module  sock_diag\n"
      "    ehash  ESTABLISHED  127.0.0.1:34567 > 127.0.0.1:34567  s  4711.0     ✓        ✓\n");
}

TEST(SnapshotDrawing, ShowsARowThatOneWitnessMisses) {
  Snapshot snapshot;
  snapshot.host = "h";
  snapshot.listeners = {
      {Witness::module, std::vector<Row>{row(TcpState::listen, "0.0.0.0:80", nullptr, 7)}, ""},
      {Witness::sock_diag, std::vector<Row>{}, ""}};
  EXPECT_THAT(drawn(snapshot), ::testing::ContainsRegex("LISTEN +0.0.0.0:80 +s +✓ +✗"));
}

TEST(SnapshotDrawing, ShowsBothWhereTheWitnessesDiffer) {
  Snapshot snapshot;
  snapshot.host = "h";
  snapshot.ehash = {
      {Witness::module, std::vector<Row>{row(TcpState::syn_sent, "10.0.0.1:1", "10.0.0.2:2", 7)},
       ""},
      {Witness::sock_diag,
       std::vector<Row>{row(TcpState::syn_received, "10.0.0.1:1", "10.0.0.2:2", 7)}, ""}};
  snapshot.disagreements = {"s is SYN-SENT to the module and SYN-RECEIVED to sock_diag"};
  const std::string text = drawn(snapshot);
  EXPECT_THAT(text, ::testing::ContainsRegex("SYN-SENT .* ✓ +✗"));
  EXPECT_THAT(text, ::testing::ContainsRegex("SYN-RECEIVED .* ✗ +✓"));
  EXPECT_THAT(text, HasSubstr("✗ the witnesses disagree: s is SYN-SENT to the module"));
}

// A field that one witness cannot report is no difference.
TEST(SnapshotDrawing, ShowsFieldsThatOnlyOneWitnessKnows) {
  Snapshot snapshot;
  snapshot.host = "h";
  Row known = placed(row(TcpState::closed, "0.0.0.0:8888", nullptr, 7), 12, 0);
  known.role = Role::nothing;
  snapshot.bound = {
      {Witness::sock_diag, std::vector<Row>{row(TcpState::closed, "0.0.0.0:8888", nullptr, 7)}, ""},
      {Witness::module, std::vector<Row>{known}, ""}};
  EXPECT_THAT(drawn(snapshot),
              ::testing::ContainsRegex("CLOSED, nothing +0.0.0.0:8888 +s +12.0 +✓ +✓"));
}

TEST(SnapshotDrawing, SaysWhyAWitnessIsMissing) {
  Snapshot snapshot;
  snapshot.host = "h";
  for (auto* table : {&snapshot.listeners, &snapshot.bound, &snapshot.ehash})
    *table = {{Witness::module, std::nullopt, "not loaded"},
              {Witness::sock_diag, std::vector<Row>{}, ""}};
  snapshot.bound[1] = {Witness::sock_diag, std::nullopt, "this kernel does not dump bound sockets"};
  const std::string text = drawn(snapshot);
  EXPECT_THAT(text, HasSubstr("○ not observed: module: not loaded\n"));
  EXPECT_THAT(text, HasSubstr("○ not observed: bound, sock_diag: this kernel does not dump"));
  EXPECT_THAT(text, ::testing::ContainsRegex("bound +not observed +○ +○"));
  EXPECT_THAT(text, ::testing::ContainsRegex("ehash +empty +○ +✓"));
}

TEST(SnapshotDrawing, ReportsThatTheTablesChanged) {
  Snapshot snapshot;
  snapshot.host = "h";
  snapshot.ehash = both({});
  EXPECT_THAT(drawn(snapshot), Not(HasSubstr("tables changed")));
  snapshot.settled = false;
  EXPECT_THAT(drawn(snapshot), HasSubstr("tables changed"));
}

TEST(Lives, ListEachStateOnceWithItsStep) {
  std::ostringstream out;
  Page page(out, {false, 80, false});
  draw_lives(page, testing::simopen());
  EXPECT_THAT(out.str(), HasSubstr("  left   l  SYN-SENT --> SYN-RECEIVED --> ESTABLISHED"));
  EXPECT_THAT(out.str(), HasSubstr("9, 12, 15\n"));
}

}  // namespace
}  // namespace lab::report
