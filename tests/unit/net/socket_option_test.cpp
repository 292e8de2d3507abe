// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cerrno>
#include <set>

#include "net/socket.hpp"
#include "net/socket_option.hpp"
#include "unit/net/two_hosts.hpp"

namespace lab {
namespace {

TEST(SocketOptions, AreFoundByName) {
  ASSERT_FALSE(socket_options().empty());
  for (const SocketOption& option : socket_options())
    EXPECT_EQ(find_socket_option(option.name), &option) << option.name;
  EXPECT_EQ(find_socket_option("SO_NODELAY"), nullptr);
}

TEST(SocketOptions, HaveDifferentNumbers) {
  ASSERT_FALSE(socket_options().empty());
  std::set<std::pair<int, int>> numbers;
  for (const SocketOption& option : socket_options())
    EXPECT_TRUE(numbers.emplace(option.level, option.number).second) << option.name;
}

class Options : public testing::Test {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_ROOT();
    space.emplace(Namespace::create("options"));
  }
  TcpSocket socket(Family family = Family::inet) { return TcpSocket::create(*space, family); }
  static Result set(TcpSocket& socket, std::string_view name, std::int64_t value) {
    return socket.set_option(*find_socket_option(name), value);
  }
  static std::int64_t get(const TcpSocket& socket, std::string_view name) {
    const OptionValue got = socket.get_option(*find_socket_option(name));
    EXPECT_EQ(got.error, 0) << name;
    return got.value;
  }

  std::optional<Namespace> space;
};

TEST_F(Options, KeepWhatTheyAreGiven) {
  TcpSocket plain = socket();
  EXPECT_EQ(get(plain, "TCP_NODELAY"), 0);
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::int64_t>>{
           {"SO_KEEPALIVE", 1},
           {"SO_MARK", 0x80000001},
           {"TCP_NODELAY", 1},
           {"TCP_SYNCNT", 3},
           {"TCP_USER_TIMEOUT", 1500},
           {"IP_TTL", 9},
           {"IP_TRANSPARENT", 1},
           {"IP_BIND_ADDRESS_NO_PORT", 1}}) {
    EXPECT_EQ(set(plain, name, value), Result{}) << name;
    EXPECT_EQ(get(plain, name), value) << name;
  }
  TcpSocket sixth = socket(Family::inet6);
  EXPECT_EQ(set(sixth, "IPV6_V6ONLY", 1), Result{});
  EXPECT_EQ(get(sixth, "IPV6_V6ONLY"), 1);
}

TEST_F(Options, GiveTheirErrnoAsAValue) {
  TcpSocket plain = socket();
  EXPECT_EQ(set(plain, "IPV6_V6ONLY", 1).error, ENOPROTOOPT);
  EXPECT_EQ(plain.get_option(*find_socket_option("IPV6_V6ONLY")).error, EOPNOTSUPP);
  EXPECT_EQ(set(plain, "TCP_SYNCNT", 1000).error, EINVAL);
}

// Until somebody sets it, the socket has the lab's own (TcpSocket::create()).
TEST_F(Options, ReadLingerAsOffUntilItIsSet) {
  TcpSocket plain = socket();
  EXPECT_EQ(get(plain, "SO_LINGER"), -1);
  EXPECT_EQ(set(plain, "SO_LINGER", 0), Result{});
  EXPECT_EQ(get(plain, "SO_LINGER"), 0);
  EXPECT_EQ(set(plain, "SO_LINGER", -1), Result{});
  EXPECT_EQ(get(plain, "SO_LINGER"), -1);
}

// A range with a bound above 32767 is a negative int.
TEST_F(Options, ReadARangeOfPortsAsUnsigned) {
  TcpSocket plain = socket();
  constexpr std::int64_t range = 40000 | std::int64_t{40010} << 16;
  if (set(plain, "IP_LOCAL_PORT_RANGE", range).error == ENOPROTOOPT)
    GTEST_SKIP() << "needs Linux 6.3";
  EXPECT_EQ(get(plain, "IP_LOCAL_PORT_RANGE"), range);
  ASSERT_EQ(plain.bind({Address::any(Family::inet), 0}), Result{});
  EXPECT_GE(plain.local().port, 40000);
  EXPECT_LE(plain.local().port, 40010);
}

}  // namespace
}  // namespace lab
