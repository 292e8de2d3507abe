// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "record/row.hpp"

namespace lab {
namespace {

TEST(TcpStateNames, MatchTheRfc) {
  EXPECT_EQ(to_string(TcpState::established), "ESTABLISHED");
  EXPECT_EQ(to_string(TcpState::syn_received), "SYN-RECEIVED");
  EXPECT_EQ(to_string(TcpState::closed), "CLOSED");
}

TEST(TcpStateNames, ParseAndPrintTheSame) {
  for (int value = 1; value <= 11; ++value) {
    const auto state = static_cast<TcpState>(value);
    EXPECT_EQ(tcp_state_from(to_string(state)), state) << to_string(state);
  }
}

TEST(TcpStateNames, IncludeThoseOfSs) {
  EXPECT_EQ(tcp_state_from("ESTAB"), TcpState::established);
  EXPECT_EQ(tcp_state_from("SYN-RECV"), TcpState::syn_received);
  EXPECT_EQ(tcp_state_from("UNCONN"), TcpState::closed);
  EXPECT_EQ(tcp_state_from("CLOSE"), TcpState::closed);
  EXPECT_EQ(tcp_state_from("established"), std::nullopt);
}

TEST(KindAndRoleNames, ParseAndPrintTheSame) {
  for (const Kind kind : {Kind::full, Kind::request, Kind::timewait})
    EXPECT_EQ(kind_from(to_string(kind)), kind);
  for (const Role role : {Role::nothing, Role::listening, Role::connected})
    EXPECT_EQ(role_from(to_string(role)), role);
  EXPECT_EQ(kind_from("nothing"), std::nullopt);
  EXPECT_EQ(role_from("full"), std::nullopt);
}

TEST(DescribeRow, NamesBothEnds) {
  Row row;
  row.state = TcpState::established;
  row.local = Endpoint::parse("10.0.0.1:40000").value();
  row.remote = Endpoint::parse("10.0.0.2:40001").value();
  EXPECT_EQ(describe(row), "ESTABLISHED 10.0.0.1:40000 > 10.0.0.2:40001");
}

TEST(DescribeRow, LeavesOutAMissingRemoteEnd) {
  Row row;
  row.state = TcpState::listen;
  row.local = Endpoint::parse("[::]:8888").value();
  row.remote.address = Address::any(Family::inet6);
  row.device = "eth0";
  EXPECT_EQ(describe(row), "LISTEN [::]:8888 dev eth0");
}

}  // namespace
}  // namespace lab
