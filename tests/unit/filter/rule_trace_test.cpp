// SPDX-License-Identifier: MIT
//
// nftables' trace of one connection: the table that asks for it, and what it reports of a real
// one between two namespaces.
#include "filter/rule_trace.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "net/socket.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/error.hpp"

namespace lab::filter {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(RuleTexts, AreFoundByTableAndHandle) {
  const auto texts = rule_texts(
      "table inet t { # handle 1\n\tset s { # handle 2\n\t\ttype inet_service\n\t}\n"
      "\tchain i { # handle 1\n\t\ttype filter hook input priority filter; policy accept;\n"
      "\t\ttcp dport 80 drop comment \"# handle 9\" # handle 4\n\t}\n}\n"
      "# Warning: table ip nat is managed by iptables-nft, do not touch!\n"
      "table ip nat { # handle 3\n\tchain p { # handle 1\n\t\tredirect to :8080 # handle "
      "4\n\t}\n}");
  EXPECT_EQ(texts.at("inet t").at(4), "tcp dport 80 drop comment \"# handle 9\"");
  EXPECT_EQ(texts.at("ip nat").at(4), "redirect to :8080");
  EXPECT_EQ(texts.at("inet t").size(), 1U);
}

TEST(RuleActions, AreKnownByStatementsAndTargetsAndNotByWords) {
  using Action = TracedRule::Action;
  const auto action = [](const char* statements, const char* text = "") {
    return action_of(nlohmann::json::parse(statements), text);
  };
  EXPECT_EQ(action(R"([{"counter":null},{"dnat":{"addr":"10.0.0.9"}}])"), Action::redirects);
  EXPECT_EQ(action(R"([{"xt":{"type":"target","name":"REDIRECT"}}])"), Action::redirects);
  EXPECT_EQ(action(R"([{"reject":{"type":"tcp reset"}}])"), Action::rejects);
  EXPECT_EQ(action(R"([{"tproxy":{"port":1}}])"), Action::proxies);
  EXPECT_EQ(action(R"([{"synproxy":null}])"), Action::answers);
  EXPECT_EQ(action(R"([{"xt":null}])", R"(counter xt target "DNAT")"), Action::redirects);
  EXPECT_EQ(action(R"([{"jump":{"target":"dnat"}}])", R"(jump dnat comment "to redirect")"),
            Action::none);
}

TEST(TraceTable, MarksTheSegmentsOfTheConnectionAlone) {
  const std::string table =
      trace_table("x", {{{*Address::parse("10.0.0.1"), 40000}, {*Address::parse("10.0.0.2"), 80}}});
  EXPECT_THAT(table, HasSubstr("flags owner"));
  EXPECT_THAT(table,
              HasSubstr("ip saddr 10.0.0.1 ip daddr 10.0.0.2 tcp sport 40000 tcp dport 80 meta"));
  EXPECT_THAT(table, HasSubstr("ip daddr 10.0.0.1 tcp dport 40000 meta"));
  EXPECT_THAT(
      trace_table("x", {{{*Address::parse("fd00::1"), 0}, {*Address::parse("fd00::2"), 80}}}),
      HasSubstr("ip6 saddr fd00::1 ip6 daddr fd00::2 tcp dport 80 meta"));
}

TEST(TracedSegment, HasNoTcpOfAnotherProtocolOrACutHeader) {
  std::array<std::uint8_t, 20> network{0x45, 0, 0,  40, 0, 0, 0,  0, 64, 6,
                                       0,    0, 10, 0,  0, 1, 10, 0, 0,  2};
  std::array<std::uint8_t, 20> transport{0x9c, 0x40, 0, 80, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x02};
  const auto segment = segment_from(Family::inet, network.data(), network.size(), transport.data(),
                                    transport.size());
  ASSERT_TRUE(segment.has_value());
  EXPECT_EQ(segment->source.str(), "10.0.0.1:40000");
  EXPECT_EQ(segment->destination.str(), "10.0.0.2:80");
  EXPECT_TRUE(segment->flags.syn);
  EXPECT_FALSE(segment_from(Family::inet, network.data(), 19, transport.data(), 20));
  EXPECT_FALSE(segment_from(Family::inet, network.data(), 20, transport.data(), 13));
  network[9] = 1;  // ICMP
  EXPECT_FALSE(segment_from(Family::inet, network.data(), 20, transport.data(), 20));
}

class Traced : public ::testing::TestWithParam<Family> {
 protected:
  static constexpr std::uint16_t port = 8888, client_port = 40000;

  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts_.emplace();
    try {
      firewall_.emplace(server());
    } catch (const EnvironmentError& error) {
      GTEST_SKIP() << error.what();
    }
  }
  Namespace& server() { return hosts_->server.space; }
  Endpoint servers() const { return hosts_->server.at(GetParam(), port); }
  Endpoint clients() const { return hosts_->client.at(GetParam(), client_port); }
  std::vector<RuleFlow> flow() const { return {{clients(), servers()}}; }
  void rules(const std::string& text) { ASSERT_EQ(firewall_->run(text), ""); }

  // The first SYN of a connect(), as rules see it.
  std::vector<TracedRule> trace() {
    RuleTrace trace(server(), 0, flow());
    TcpSocket socket = TcpSocket::create(hosts_->client.space, GetParam());
    EXPECT_TRUE(socket.bind(clients()).ok());
    EXPECT_EQ(socket.connect(servers()).error, EINPROGRESS);
    std::vector<TracedRule> seen;
    const Deadline deadline(std::chrono::seconds(5));
    const auto ended = [&] {
      return std::ranges::any_of(seen, [](const TracedRule& each) {
        return each.drops() || (each.own && each.chain == "input-last");
      });
    };
    while (!ended() && !deadline.passed()) {
      pollfd waited{trace.fd(), POLLIN, 0};
      ::poll(&waited, 1, deadline.poll_timeout());
      trace.drain(seen);
    }
    EXPECT_FALSE(trace.lost());
    trace.add_texts(seen);
    return seen;
  }
  static const TracedRule* drop_in(const std::vector<TracedRule>& seen) {
    const auto found = std::ranges::find_if(seen, &TracedRule::drops);
    return found == seen.end() ? nullptr : &*found;
  }

  std::optional<TwoHosts> hosts_;
  std::optional<Nftables> firewall_;
};
INSTANTIATE_TEST_SUITE_P(, Traced, ::testing::Values(Family::inet, Family::inet6), name_of);

TEST_P(Traced, NamesTheRuleThatDropsBehindAJump) {
  rules(
      "table inet t { chain sub { tcp dport 8888 counter drop; }; "
      "chain i { type filter hook input priority 0; tcp dport 1 drop; jump sub; }; }");
  const auto seen = trace();
  const TracedRule* drop = drop_in(seen);
  ASSERT_NE(drop, nullptr);
  EXPECT_EQ(drop->chain_name(), "inet t sub");
  EXPECT_EQ(drop->text, "tcp dport 8888 counter drop");
  EXPECT_GT(drop->handle, 0U);
  ASSERT_TRUE(drop->segment.has_value());
  EXPECT_EQ(drop->segment->source, clients());
  EXPECT_EQ(drop->segment->destination, servers());
  EXPECT_FALSE(lost_in_hook(seen).has_value());
}

TEST_P(Traced, NamesAPolicyThatDrops) {
  rules("table inet t { chain i { type filter hook input priority 0; policy drop; }; }");
  const auto seen = trace();
  const TracedRule* drop = drop_in(seen);
  ASSERT_NE(drop, nullptr);
  EXPECT_EQ(drop->chain_name(), "inet t i");
  EXPECT_EQ(drop->handle, 0U);
}

TEST_P(Traced, ComesOutOfEveryHookWhereRulesLetItPass) {
  rules("table inet t { chain i { type filter hook input priority 0; tcp dport 8888 accept; }; }");
  const auto seen = trace();
  EXPECT_EQ(drop_in(seen), nullptr);
  EXPECT_FALSE(lost_in_hook(seen).has_value());
  EXPECT_TRUE(std::ranges::any_of(seen, [](const TracedRule& each) {
    return each.text == "tcp dport 8888 accept" && each.verdict == "accept";
  }));
}

// The table is the process's: with it, it goes.
TEST_P(Traced, LeavesNothingBehindAfterSigkill) {
  rules("table inet t { chain i { type filter hook input priority 0; }; }");
  const std::string before = firewall_->ruleset();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const RuleTrace trace(server(), 0, flow());
    const char byte = 1;
    if (::write(ready[1], &byte, 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ::close(ready[1]);
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  ::close(ready[0]);
  EXPECT_THAT(firewall_->ruleset(), HasSubstr("lab_probe_")) << "the table is there meanwhile";
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(firewall_->ruleset(), before);
}

}  // namespace
}  // namespace lab::filter
