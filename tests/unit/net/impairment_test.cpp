// SPDX-License-Identifier: MIT
#include "net/impairment.hpp"

#include <cerrno>

#include "net/ping.hpp"
#include "unit/net/two_hosts.hpp"
#include "util/clock.hpp"

namespace lab {
namespace {

using std::chrono::milliseconds;

class ImpairmentTest : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    hosts.emplace();
    if (!impair_client({})) GTEST_SKIP() << "this kernel has no sch_netem";
  }
  bool impair_client(const Impairment& how) {
    return impair(hosts->client.netlink, hosts->client.end, how);
  }
  Result ping_server(const Deadline& deadline) {
    return ping(hosts->client.space, hosts->server.inet, deadline);
  }

  std::optional<TwoHosts> hosts;
};

TEST_F(ImpairmentTest, LetsEverythingPassWithoutDelayAndLoss) {
  EXPECT_EQ(ping_server(soon()), Result{});
}

TEST_F(ImpairmentTest, DelaysEveryPacketAtLeastThatLong) {
  ASSERT_TRUE(impair_client({milliseconds(60), 0}));
  const Timestamp begin = now();
  EXPECT_EQ(ping_server(soon()), Result{});
  EXPECT_GE(now() - begin, 60'000'000);  // ns
}

TEST_F(ImpairmentTest, LosesEverythingAtAHundredPercent) {
  ASSERT_TRUE(impair_client({milliseconds(0), 100}));
  EXPECT_EQ(ping_server(shortly()).error, ETIMEDOUT);
}

TEST_F(ImpairmentTest, CanHoldASlowLink) {
  ASSERT_TRUE(impair_client({milliseconds(1), 0}));
  HeldLink link = hosts->from(hosts->client);
  link.impaired = true;
  const auto hold = make_plug_hold(link);
  if (!hold) GTEST_SKIP() << "this kernel has no sch_plug";
  EXPECT_EQ(ping_server(soon()), Result{});
  hold->hold();
  EXPECT_EQ(ping_server(shortly()).error, ETIMEDOUT);
  hold->release_all();
  EXPECT_EQ(ping_server(soon()), Result{});
}

}  // namespace
}  // namespace lab
