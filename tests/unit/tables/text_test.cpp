// SPDX-License-Identifier: MIT
//
// Tables and lookups as text and as JSON.
#include "tables/text.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tables/drawing.hpp"
#include "tables/json.hpp"
#include "tables/tuples.hpp"
#include "tcp_lookup/contract.h"
#include "unit/tables/rows.hpp"
#include "util/error.hpp"

namespace lab::tables {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

template <typename Shown>
std::string printed(const Shown& shown, draw::Style style = {}) {
  std::ostringstream out;
  print_text(shown, out, style);
  return out.str();
}

TEST(TablesText, IsLaidOutInColumns) {
  TableEntry full = listener("127.0.0.1:81", 2, "slow (pid 3, fd 4)");
  full.row.accept_queue = 2;
  full.row.accept_queue_max = 1;
  full.row.bucket = 109;
  full.row.position = 0;
  full.row.reuseport = true;
  full.row.device = "lo";
  EXPECT_EQ(printed(TableView{{seen(Table::listeners, {listener("0.0.0.0:80", 1), full})}, {}}),
            "Listeners   lhash2, by the module\n"
            "State   Recv-Q  Send-Q  Local Address:Port  Bucket  Pos  Options           Process\n"
            "LISTEN       0     128  0.0.0.0:80               -    -  -                 "
            "nginx (pid 7, fd 3)\n"
            "LISTEN       2       1  127.0.0.1:81           109    0  dev:lo,reuseport  "
            "slow (pid 3, fd 4)\n");
}

TEST(TablesText, DistinguishesTheKindsOfConnections) {
  TableEntry request = connection("[::1]:80", "[::1]:5", TcpState::syn_received);
  request.row.kind = Kind::request;
  EXPECT_THAT(printed(TableView{{seen(Table::ehash, {request})}, {}}),
              AllOf(HasSubstr("SYN-RECEIVED  request  [::1]:80"), HasSubstr("[::1]:5")));
}

TEST(TablesText, SaysWhatWasNotObserved) {
  ObservedTable unseen;
  unseen.table = Table::bound;
  unseen.not_observed = "too old";
  const std::string text = printed(
      TableView{{unseen, seen(Table::ehash, {}, Witness::sock_diag)}, {"buckets: no module"}});
  EXPECT_THAT(text, AllOf(HasSubstr("not observed: too old"), HasSubstr("no socket"),
                          HasSubstr("ehash, by sock_diag"), HasSubstr("buckets: no module")));
}

TEST(TablesText, KeepsToAscii) {
  const std::string text = printed(
      TableView{{seen(Table::listeners, {listener("0.0.0.0:80")})}, {"x"}}, {false, 100, false});
  ASSERT_FALSE(text.empty());
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; })) << text;
}

TEST(TablesJson, HoldsTheRowsTheWitnessAndTheProcesses) {
  TableEntry one = listener("0.0.0.0:80", 1);
  one.holders = {{7, 3, "nginx", false}};
  const auto object = to_json(TableView{{seen(Table::listeners, {one})}, {"why"}});
  const auto& table = object["tables"][0];
  EXPECT_EQ(table["table"], "listeners");
  EXPECT_EQ(table["witness"], "module");
  EXPECT_EQ(table["rows"][0]["local"], "0.0.0.0:80");
  EXPECT_EQ(table["rows"][0]["processes"][0]["command"], "nginx");
  EXPECT_EQ(object["not_observed"][0], "why");
}

LookupStep step(LookupStepName name, LookupResult result) {
  LookupStep made;
  made.step = name;
  made.result = result;
  return made;
}

Lookups lookup_of_a_listener() {
  LookupAnswer answer;
  answer.tuple = parse_tuple("10.0.0.2:50000", "10.0.0.1:80", "");
  answer.steps = {step(LookupStepName::ehash, LookupResult::miss),
                  step(LookupStepName::exact, LookupResult::miss),
                  step(LookupStepName::wildcard, LookupResult::hit),
                  step(LookupStepName::bind, LookupResult::hit),
                  step(LookupStepName::verdict, LookupResult::hit)};
  answer.steps[0].bucket = 3980;
  answer.steps[0].walked = 0;
  answer.steps[2].bucket = 86;
  answer.steps[2].walked = 1;
  answer.steps[2].score = 2;
  Row socket = row(TcpState::listen, "0.0.0.0:80");
  socket.inode = 11214;
  for (const std::size_t hit : {2u, 3u, 4u}) answer.steps[hit].socket = socket;
  answer.verdict = LookupVerdict::conn_request;
  answer.handler = "tcp_conn_request";
  answer.agrees = true;
  Lookups lookups;
  lookups.answers = {answer};
  lookups.processes.by_inode[11214] = {{7, 3, "nginx", false}};
  return lookups;
}

TEST(LookupDrawing, EndsAtTheSocketThatTakesTheSyn) {
  const std::string text = printed(lookup_of_a_listener());
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("SYN 10.0.0.2:50000 > 10.0.0.1:80\n"),
            HasSubstr("├─ ehash            bucket 3980   walked 0    miss\n"),
            HasSubstr("no connection has this 4-tuple · __inet_lookup_established()"),
            HasSubstr("hit, score 2\n"), HasSubstr("─▶ LISTEN 0.0.0.0:80, nginx (pid 7, fd 3)"),
            HasSubstr("╰─▶ CONN-REQUEST · tcp_conn_request() · the kernel's own lookup agrees")));
}

TEST(LookupDrawing, NamesTheCaveatsInWords) {
  Lookups lookups = lookup_of_a_listener();
  lookups.answers[0].caveat = "no-device,incoming-cpu";
  EXPECT_THAT(printed(lookups), AllOf(HasSubstr("but no --device was given"),
                                      HasSubstr("but SO_INCOMING_CPU decides")));
}

TEST(LookupDrawing, SaysThatTheSearchForAHolderWasCut) {
  Lookups lookups = lookup_of_a_listener();
  LookupStep& bind = lookups.answers[0].steps.at(3);
  bind.result = LookupResult::cut;
  bind.walked = 128;
  ASSERT_TRUE(bind.socket);
  EXPECT_THAT(printed(lookups),
              HasSubstr("only connections among the first 128 sockets on port 80"));
}

TEST(LookupDrawing, NamesWhoHasThePortAtAnotherAddress) {
  Lookups lookups = lookup_of_a_listener();
  for (LookupStep& each : lookups.answers[0].steps) {
    each.result = LookupResult::miss;
    each.socket.reset();
  }
  EXPECT_THAT(printed(lookups),
              AllOf(HasSubstr("nobody holds port 80 at 10.0.0.1"), Not(HasSubstr("elsewhere"))));
  EXPECT_THAT(ports_without_holder(lookups.answers), ::testing::ElementsAre(80));
  Row local = row(TcpState::listen, "127.0.0.1:80");
  local.inode = 11214;
  lookups.elsewhere = {local, row(TcpState::listen, "127.0.0.1:81")};
  EXPECT_THAT(printed(lookups), AllOf(HasSubstr("elsewhere: LISTEN 127.0.0.1:80, nginx (pid 7"),
                                      Not(HasSubstr("127.0.0.1:81"))));
}

TEST(LookupDrawing, ClaimsNoAgreementIfInferred) {
  Lookups lookups = lookup_of_a_listener();
  lookups.inferred = true;
  lookups.not_observed = {"the kernel's own lookup"};
  EXPECT_THAT(printed(lookups), AllOf(Not(HasSubstr("agrees")), HasSubstr("Not observed")));
  EXPECT_FALSE(to_json(lookups)["answers"][0].contains("agrees"));
}

TEST(LookupJson, SaysWhetherTheSynWouldBeAnswered) {
  const auto object = to_json(lookup_of_a_listener());
  EXPECT_EQ(object["answers"][0]["answered"], true);
  EXPECT_EQ(object["answers"][0]["steps"][2]["socket"]["processes"][0]["pid"], 7);
}

// As `explain` takes them.
TEST(TablesTuples, AreIpv4WhereTheyAreMapped) {
  const Tuple tuple = parse_tuple("[::ffff:10.0.0.2]:50000", "[::ffff:10.0.0.1]:80", "");
  EXPECT_EQ(tuple.destination.str(), "10.0.0.1:80");
  EXPECT_THROW(parse_tuple("10.0.0.2:0", "10.0.0.1:80", ""), UsageError);
}

TEST(Tuples, AreReadLineByLine) {
  std::istringstream lines(
      "# a remark\n\n10.0.0.1:1 10.0.0.2:80\n[fd00::1]:1 [fd00::2]:80 dev eth1\n");
  const auto tuples = read_tuples(lines, "eth0");
  ASSERT_EQ(tuples.size(), 2u);
  EXPECT_EQ(tuples[0].device, "eth0");
  EXPECT_EQ(tuples[1].device, "eth1");
}

TEST(Tuples, NameTheLineOfAMistake) {
  const auto read = [](const char* text) {
    return [text] {
      std::istringstream lines(text);
      read_tuples(lines, "");
    };
  };
  EXPECT_THAT(read("10.0.0.1:1 10.0.0.2:2\n10.0.0.1:1\n"),
              ThrowsMessage<UsageError>(HasSubstr("line 2")));
  EXPECT_THAT(read("fd00::1:1 [fd00::2]:80\n"),
              ThrowsMessage<UsageError>(HasSubstr("[fd00::1]:80")));
  EXPECT_THAT(read("10.0.0.1:1 [fd00::2]:80\n"),
              ThrowsMessage<UsageError>(HasSubstr("different families")));
}

}  // namespace
}  // namespace lab::tables
