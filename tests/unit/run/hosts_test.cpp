// SPDX-License-Identifier: MIT
//
// The verbs that change a host, played for real: nftables, sysctl, link, drop.
#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "net/ping.hpp"
#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "run/features.hpp"
#include "unit/run/scenes.hpp"

namespace lab::run {
namespace {

using testing::HasSubstr;

class Hosts : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override { SKIP_WITHOUT_ROOT(); }

  void set(scenario::Scenario scene) {
    scenario = std::move(scene);
    context.reset(new RunContext{scenario, {}, build(scenario, GetParam()), {}, {}, {}});
    context->timeline.family = GetParam();
    for (const Host& host : context->hosts) context->timeline.hosts.push_back(record_of(host));
  }

  template <typename Action>
  Played act(const Action& action) {
    StepRecord record;
    play(*context, action, record);
    return record.played;
  }

  Endpoint at(const std::string& host, std::uint16_t port) {
    return resolve({host, {port, ""}, ""}, context->timeline);
  }
  int ping(const std::string& from, const std::string& to, int milliseconds = 10'000) {
    return lab::ping(context->host(from).netns(), at(to, 0).address,
                     Deadline(std::chrono::milliseconds(milliseconds)))
        .error;
  }
  bool is_silent(const std::string& from, const std::string& to) {
    return ping(from, to, 50) == ETIMEDOUT;
  }
  // What becomes of a SYN to the server, where nobody listens.
  int connect(std::uint16_t port) {
    TcpSocket socket = TcpSocket::create(context->host("client").netns(), GetParam());
    EXPECT_EQ(socket.connect(at("server", port)).error, EINPROGRESS);
    return socket.await_connected(Deadline(std::chrono::milliseconds(50))).error;
  }

  scenario::Scenario scenario;
  std::unique_ptr<RunContext> context;
};
INSTANTIATE_TEST_SUITE_P(, Hosts, testing::Values(Family::inet, Family::inet6), name_of);

constexpr const char* drop_port = R"(table inet filter {
  chain in {
    type filter hook input priority 0
    tcp dport $port drop
  }
}
)";

scenario::Drop drop_syn(const std::string& flags, std::int64_t port, int count) {
  scenario::Drop drop;
  drop.host = "server";
  drop.segment = {{"client", {}, ""}, {"server", {port, ""}, ""}, *TcpFlags::parse(flags), {}};
  drop.count = count;
  return drop;
}

TEST_P(Hosts, RulesAreAddedAndFlushed) {
  if (const auto why = why_missing("nftables")) GTEST_SKIP() << *why;
  set(two_hosts());
  context->timeline.values["port"] = 8888;
  EXPECT_EQ(act(scenario::Nftables{"server", drop_port, false}).error, 0);
  EXPECT_EQ(connect(8888), EINPROGRESS) << "the SYN was answered";
  EXPECT_EQ(connect(8889), ECONNREFUSED);
  EXPECT_EQ(act(scenario::Nftables{"server", "", true}).error, 0);
  EXPECT_EQ(connect(8888), ECONNREFUSED);
}

TEST_P(Hosts, AMistakeInRulesIsAnErrorOfTheStep) {
  if (const auto why = why_missing("nftables")) GTEST_SKIP() << *why;
  set(two_hosts());
  const Played played = act(scenario::Nftables{"server", drop_port, false});
  EXPECT_EQ(played.error, EINVAL);
  EXPECT_THAT(played.observed, HasSubstr("line 4:16-19: Error: unknown identifier 'port'"));
}

TEST_P(Hosts, ASysctlIsWrittenOrReportsWhyNot) {
  set(two_hosts());
  EXPECT_EQ(act(scenario::Sysctl{"server", {{"net.ipv4.tcp_sack", "0"}}}).error, 0);
  EXPECT_EQ(read_sysctl(context->host("server").netns(), "net/ipv4/tcp_sack"), "0");
  EXPECT_EQ(read_sysctl(context->host("client").netns(), "net/ipv4/tcp_sack"), "1");
  EXPECT_EQ(act(scenario::Sysctl{"server", {{"net.ipv4.tcp_nonsense", "0"}}}).error, ENOENT);
  EXPECT_EQ(act(scenario::Sysctl{"server", {{"net.ipv4.tcp_sack", "many"}}}).error, EINVAL);
}

TEST_P(Hosts, ALinkWorksAgainAfterBeingDown) {
  scenario::Scenario scene = routed();
  scene.hosts[1].addresses = {{"inner", "lo"}};
  set(scene);
  EXPECT_EQ(act(scenario::SetLink{"client", "eth0", false}).error, 0);
  EXPECT_NE(ping("client", "server", 50), 0);
  EXPECT_EQ(act(scenario::SetLink{"client", "eth0", true}).error, 0);
  EXPECT_EQ(ping("client", "server"), 0);
  EXPECT_EQ(ping("server", "client"), 0);
}

TEST_P(Hosts, ALinkIsUpWhenBothEndsAreUpAgain) {
  set(two_hosts());
  for (const char* host : {"client", "server"})
    EXPECT_EQ(act(scenario::SetLink{host, "eth0", false}).error, 0);
  EXPECT_EQ(act(scenario::SetLink{"client", "eth0", true}).error, 0);
  EXPECT_NE(ping("client", "server", 50), 0);
  EXPECT_EQ(act(scenario::SetLink{"server", "eth0", true}).error, 0);
  EXPECT_EQ(ping("client", "server"), 0);
}

TEST_P(Hosts, LoCanBeDownAndKeepsItsAddress) {
  scenario::Scenario scene = two_hosts();
  scene.hosts[1].addresses = {{"inner", "lo"}};
  set(scene);
  EXPECT_EQ(act(scenario::SetLink{"server", "lo", false}).error, 0);
  EXPECT_EQ(act(scenario::SetLink{"server", "lo", true}).error, 0);
  const Address inner = resolve({"server", {}, "inner"}, context->timeline).address;
  const auto answered = [&] {
    return lab::ping(context->host("client").netns(), inner, Deadline(std::chrono::seconds(10)));
  };
  EXPECT_EQ(answered(), Result{});
}

TEST_P(Hosts, AMissingDeviceIsAnErrorOfTheStep) {
  set(two_hosts());
  EXPECT_EQ(act(scenario::SetLink{"server", "eth7", false}).error, ENODEV);
}

TEST_P(Hosts, SegmentsAreDroppedAndTheCaptureHasSeenThem) {
  if (const auto why = why_missing("nftables")) GTEST_SKIP() << *why;
  set(two_hosts());
  Host& server = context->host("server");
  EXPECT_TRUE(server.drops_done());
  act(drop_syn("S", 8888, 1));
  EXPECT_FALSE(server.drops_done());
  EXPECT_EQ(connect(8889), ECONNREFUSED) << "another port";
  EXPECT_EQ(connect(8888), EINPROGRESS) << "the SYN was answered";
  EXPECT_TRUE(server.drops_done());
  EXPECT_EQ(connect(8888), ECONNREFUSED);

  context->drain();
  const auto syns = std::ranges::count_if(context->timeline.packets, [&](const Packet& packet) {
    return packet.host == "server" && packet.segment &&
           packet.segment->destination == at("server", 8888);
  });
  EXPECT_EQ(syns, 2);
}

TEST_P(Hosts, AFlushKeepsDropsAndADropKeepsRules) {
  if (const auto why = why_missing("nftables")) GTEST_SKIP() << *why;
  set(two_hosts());
  context->timeline.values["port"] = 7777;
  act(drop_syn("S", 8888, 1));
  EXPECT_EQ(act(scenario::Nftables{"server", drop_port, true}).error, 0);
  act(drop_syn("S", 9999, 1));
  EXPECT_EQ(connect(7777), EINPROGRESS);
  EXPECT_EQ(act(scenario::Nftables{"server", "flush ruleset", false}).error, 0);
  EXPECT_EQ(connect(7777), ECONNREFUSED);
  EXPECT_EQ(connect(8888), EINPROGRESS);
  EXPECT_EQ(connect(9999), EINPROGRESS);
  EXPECT_TRUE(context->host("server").drops_done());
}

}  // namespace
}  // namespace lab::run
