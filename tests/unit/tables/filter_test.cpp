// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "tables/filter.hpp"
#include "unit/tables/rows.hpp"
#include "util/error.hpp"

namespace lab::tables {
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

bool fits(const std::string& end, const Row& row) { return end_from(end).value().fits(row); }

TEST(End, IsAnAddressAPortOrBoth) {
  const Row made = row(TcpState::established, "10.0.0.1:80", "10.0.0.2:40000");
  EXPECT_TRUE(fits("10.0.0.1:80", made));
  EXPECT_TRUE(fits("10.0.0.2:40000", made));  // the peer's
  EXPECT_TRUE(fits(":80", made));
  EXPECT_TRUE(fits("*:40000", made));
  EXPECT_TRUE(fits("10.0.0.2", made));
  EXPECT_TRUE(fits("10.0.0.2:*", made));
  EXPECT_FALSE(fits("10.0.0.2:80", made));  // of one end both, not one of each
  EXPECT_FALSE(fits(":81", made));
}

TEST(End, IsInBracketsForIPv6) {
  const Row made = row(TcpState::listen, "[::1]:80");
  EXPECT_TRUE(fits("[::1]:80", made));
  EXPECT_TRUE(fits("[::1]", made));
  EXPECT_TRUE(fits("::1", made));
  EXPECT_EQ(end_from("[::1]:80")->str(), "[::1]:80");
  EXPECT_FALSE(end_from("::1:80:x"));
}

TEST(End, MatchesTheMappedAddressForIPv4) {
  EXPECT_TRUE(fits("10.0.0.1:22",
                   row(TcpState::established, "[::ffff:10.0.0.1]:22", "[::ffff:10.0.0.9]:5")));
}

// A listener's remote end is all zero, which is not an address to search for.
TEST(End, MatchesOnlyTheLocalEndOfAListener) {
  EXPECT_FALSE(fits(":0", row(TcpState::listen, "10.0.0.1:80")));
  EXPECT_TRUE(fits("0.0.0.0", row(TcpState::listen, "0.0.0.0:80")));
  EXPECT_FALSE(fits("0.0.0.0", row(TcpState::listen, "10.0.0.1:80")));
}

TEST(States, HaveTheNamesOfTheRfcAndOfSs) {
  for (const char* word : {"listen", "LISTEN", "listening"})
    EXPECT_EQ(states_from(word), std::set{TcpState::listen}) << word;
  for (const char* word : {"estab", "established", "ESTABLISHED"})
    EXPECT_EQ(states_from(word), std::set{TcpState::established}) << word;
  for (const char* word : {"syn-recv", "SYN-RECEIVED", "syn_recv"})
    EXPECT_EQ(states_from(word), std::set{TcpState::syn_received}) << word;
  for (const char* word : {"fin-wait-1", "FIN-WAIT1", "fin-wait1"})
    EXPECT_EQ(states_from(word), std::set{TcpState::fin_wait_1}) << word;
  EXPECT_EQ(states_from("bucket"), (std::set{TcpState::syn_received, TcpState::time_wait}));
  EXPECT_THAT(*states_from("connected"), SizeIs(9));
  EXPECT_FALSE(states_from("nginx"));
}

TEST(States, NameTheNearestIfUnknown) {
  EXPECT_THAT([] { require_states("time-wiat"); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("--state time-wiat"), HasSubstr("did you mean TIME-WAIT"))));
  EXPECT_THAT([] { require_states("!"); }, ThrowsMessage<UsageError>(HasSubstr("there are")));
}

TEST(Filter, CombinesItsConditions) {
  const Asked asked = parse_asked({"ehash", ":80", "10.0.0.2"}, {"estab", "time-wait"});
  EXPECT_THAT(asked.tables, ElementsAre(Table::ehash));
  const auto wanted = [&](const TableEntry& each) {
    return asked.filter.matches(Table::ehash, each);
  };
  EXPECT_TRUE(wanted(connection("10.0.0.1:80", "10.0.0.2:40000")));
  EXPECT_TRUE(wanted(connection("10.0.0.1:80", "10.0.0.2:40000", TcpState::time_wait)));
  EXPECT_FALSE(wanted(connection("10.0.0.1:80", "10.0.0.2:40000", TcpState::syn_sent)));
  EXPECT_FALSE(wanted(connection("10.0.0.1:80", "10.0.0.3:40000")));
  EXPECT_FALSE(wanted(connection("10.0.0.1:81", "10.0.0.2:40000")));
}

TEST(Filter, TakesTextsWhileItIsTyped) {
  const Filter filter = filter_from("listen NGINX :80");
  EXPECT_TRUE(filter.matches(Table::listeners, listener("0.0.0.0:80")));
  EXPECT_FALSE(filter.matches(Table::listeners, listener("0.0.0.0:81")));
  EXPECT_FALSE(filter.matches(Table::listeners, listener("0.0.0.0:80", 0, "sshd (pid 1, fd 3)")));
  EXPECT_EQ(filter.str(), "LISTEN :80 NGINX");
}

TEST(Asked, MeansEveryTableIfNoneIsNamed) {
  EXPECT_THAT(parse_asked({}, {}).tables, SizeIs(3));
  EXPECT_THAT(parse_asked({"all"}, {}).tables, SizeIs(3));
  EXPECT_THAT(parse_asked({"ehash", "listeners"}, {}).tables,
              ElementsAre(Table::listeners, Table::ehash));
}

TEST(Asked, SaysWhatToWriteInstead) {
  const auto mistake = [](const std::string& word) { return [word] { parse_asked({word}, {}); }; };
  EXPECT_THAT(mistake("listener"), ThrowsMessage<UsageError>(HasSubstr("did you mean listeners")));
  EXPECT_THAT(mistake("estab"), ThrowsMessage<UsageError>(HasSubstr("--state estab")));
  EXPECT_THAT(mistake(":99999"), ThrowsMessage<UsageError>(HasSubstr("IPv6 in brackets")));
  EXPECT_THAT(mistake("fd00::1:x"), ThrowsMessage<UsageError>(HasSubstr("[fd00::1]:80")));
}

// Listening and connected sockets are in the other tables already.
TEST(Asked, ShowsOnlyBoundOnlySocketsAmongAll) {
  TableEntry idle = entry(row(TcpState::closed, "0.0.0.0:8888"));
  idle.row.role = Role::nothing;
  TableEntry busy = listener("0.0.0.0:80");
  busy.row.role = Role::listening;
  TableView view{{seen(Table::bound, {idle, busy})}, {}};
  TableView alone = view;
  EXPECT_EQ(keep_asked(view, parse_asked({}, {})), 1u);
  EXPECT_THAT(view.tables[0].entries, SizeIs(1));
  EXPECT_EQ(keep_asked(alone, parse_asked({"bound"}, {})), 2u);
  EXPECT_THAT(alone.tables[0].entries, SizeIs(2));
}

}  // namespace
}  // namespace lab::tables
