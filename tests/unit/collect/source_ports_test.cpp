// SPDX-License-Identifier: MIT
//
// Which local ports connect() may take.
#include "collect/source_ports.hpp"

#include <gtest/gtest.h>

namespace lab::collect {
namespace {

Endpoint at(const char* text) { return *Endpoint::parse(text); }

Row row(TcpState state, const char* local, const char* remote = "0.0.0.0:0") {
  Row made;
  made.state = state;
  made.local = at(local);
  made.remote = at(remote);
  return made;
}

class SourcePortsTest : public ::testing::Test {
 protected:
  SourcePortsTest() {
    in_use_.range = {40000, 40001};
    in_use_.connections = &connections_;
    in_use_.listeners = &listeners_;
    in_use_.bound_only = &bound_;
  }
  SourcePorts find(const char* source = "10.0.0.1:0", const char* destination = "10.0.0.2:80") {
    return source_ports(in_use_, at(source).address, at(destination));
  }
  PortsInUse in_use_;
  std::vector<Row> connections_, listeners_, bound_;
};

TEST_F(SourcePortsTest, AreUnusedWhereNobodyHasThem) {
  EXPECT_EQ(find().unused, 2U);
  EXPECT_EQ(find().choice, 40000);
}

TEST_F(SourcePortsTest, AreSharedBetweenDestinations) {
  connections_ = {row(TcpState::established, "10.0.0.1:40000", "10.0.0.2:81"),
                  row(TcpState::established, "10.0.0.1:40001", "10.0.0.3:80")};
  EXPECT_EQ(find().shared, 2U);
  EXPECT_FALSE(find().none_is_left());
  EXPECT_EQ(find().choice, 40000);
}

TEST_F(SourcePortsTest, AreUsedUpForTheSameDestination) {
  connections_ = {row(TcpState::established, "10.0.0.1:40000", "10.0.0.2:80"),
                  row(TcpState::syn_sent, "[::ffff:10.0.0.1]:40001", "[::ffff:10.0.0.2]:80")};
  EXPECT_TRUE(find().none_is_left());
  EXPECT_EQ(find().choice, std::nullopt);
  EXPECT_FALSE(find("10.0.0.7:0").none_is_left()) << "another source has other 4-tuples";
}

TEST_F(SourcePortsTest, ThatBindHoldsAreNoConnectsWhateverTheAddress) {
  listeners_ = {row(TcpState::listen, "127.0.0.1:40000")};
  bound_ = {row(TcpState::closed, "[::1]:40001", "[::]:0")};
  EXPECT_TRUE(find().none_is_left());
  EXPECT_EQ(find().held, 2U);
}

TEST_F(SourcePortsTest, ThatAreReservedAreNoConnects) {
  in_use_.reserved = {{40000, 40001}};
  EXPECT_TRUE(find().none_is_left());
  EXPECT_EQ(find().reserved, 2U);
}

// tcp_twsk_unique()
TEST_F(SourcePortsTest, OfTimeWaitMayBeGivenUp) {
  in_use_.range = {40000, 40000};
  connections_ = {row(TcpState::time_wait, "10.0.0.1:40000", "10.0.0.2:80")};
  connections_[0].kind = Kind::timewait;
  EXPECT_TRUE(find().none_is_left()) << "tcp_tw_reuse = 2 is for the loopback";
  in_use_.tcp_tw_reuse = 1;
  EXPECT_EQ(find().shared, 1U);
}

// __inet_hash_connect() makes the number of ports even: of three it tries two.
TEST_F(SourcePortsTest, OfAnOddNumberOneIsLeftOut) {
  in_use_.range = {40000, 40002};
  EXPECT_EQ(find().unused, 2U);
  in_use_.reserved = {{40000, 40001}};
  EXPECT_TRUE(find().none_is_left());
  EXPECT_EQ(find().left_out, 1U);
  in_use_.range = {40000, 40004};  // the first or the last
  in_use_.reserved = {{40000, 40003}};
  EXPECT_EQ(find().shared, 1U);
  in_use_.range = {40004, 40004};
  EXPECT_EQ(find().unused, 1U);
}

TEST_F(SourcePortsTest, TheDestinationsOwnIsTheLastThatIsMeant) {
  EXPECT_EQ(find("10.0.0.2:0", "10.0.0.2:40000").choice, 40001);
  in_use_.range = {40000, 40000};
  EXPECT_EQ(find("10.0.0.2:0", "10.0.0.2:40000").choice, 40000) << "it connects to itself";
}

}  // namespace
}  // namespace lab::collect
