// SPDX-License-Identifier: MIT
//
// What the kernel tells of IPVS's services: messages as ip_vs_genl_fill_service() and
// ip_vs_genl_fill_dest() make them.
#include "filter/ipvs.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <optional>

namespace lab::filter {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Endpoint at(const char* text) { return Endpoint::parse(text).value(); }

class Message {
 public:
  explicit Message(std::uint16_t nest) {
    message_ = ::mnl_nlmsg_put_header(buffer_.data());
    ::mnl_nlmsg_put_extra_header(message_, GENL_HDRLEN);
    nest_ = ::mnl_attr_nest_start(message_, nest);
  }
  Message(const Message&) = delete;
  Message& number16(std::uint16_t type, std::uint16_t value) {
    ::mnl_attr_put_u16(message_, type, value);
    return *this;
  }
  Message& number32(std::uint16_t type, std::uint32_t value) {
    ::mnl_attr_put_u32(message_, type, value);
    return *this;
  }
  Message& text(std::uint16_t type, const char* value) {
    ::mnl_attr_put_strz(message_, type, value);
    return *this;
  }
  Message& address(std::uint16_t type, const Address& value) {
    std::array<std::uint8_t, 16> bytes{};
    std::copy_n(value.bytes(), value.size(), bytes.begin());
    ::mnl_attr_put(message_, type, bytes.size(), bytes.data());
    return *this;
  }
  const nlmsghdr* done() {
    ::mnl_attr_nest_end(message_, nest_);
    return message_;
  }

 private:
  alignas(nlmsghdr) std::array<char, 1024> buffer_{};
  nlmsghdr* message_;
  nlattr* nest_;
};

std::optional<IpvsService> read_service(const Endpoint& address,
                                        std::uint16_t protocol = IPPROTO_TCP) {
  Message message(IPVS_CMD_ATTR_SERVICE);
  message.number16(IPVS_SVC_ATTR_AF, static_cast<std::uint16_t>(address.address.family()))
      .number16(IPVS_SVC_ATTR_PROTOCOL, protocol)
      .address(IPVS_SVC_ATTR_ADDR, address.address)
      .number16(IPVS_SVC_ATTR_PORT, htons(address.port))
      .text(IPVS_SVC_ATTR_SCHED_NAME, "rr");
  return ipvs_service_in(message.done());
}

TEST(IpvsServices, AreReadWithTheirServers) {
  for (const char* virtual_ip : {"10.0.0.2:80", "[fd00::2]:80"}) {
    const auto found = read_service(at(virtual_ip));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->address, at(virtual_ip));
    EXPECT_EQ(found->scheduler, "rr");
    EXPECT_EQ(found->mark, 0U);
  }
  const Endpoint real = at("172.17.0.3:8080");
  Message message(IPVS_CMD_ATTR_DEST);
  message.address(IPVS_DEST_ATTR_ADDR, real.address)
      .number16(IPVS_DEST_ATTR_PORT, htons(real.port))
      .number32(IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_DROUTE)
      .number32(IPVS_DEST_ATTR_WEIGHT, 3);
  const auto server = ipvs_server_in(message.done(), Family::inet);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->address, real);
  EXPECT_EQ(server->method, IpvsServer::Method::routes);
  EXPECT_EQ(server->weight, 3U);
}

TEST(IpvsServices, ATunnelMayLeadToAnotherFamily) {
  const Endpoint real = at("[fd00::9]:80");
  Message message(IPVS_CMD_ATTR_DEST);
  message.address(IPVS_DEST_ATTR_ADDR, real.address)
      .number16(IPVS_DEST_ATTR_PORT, htons(real.port))
      .number32(IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_TUNNEL)
      .number16(IPVS_DEST_ATTR_ADDR_FAMILY, AF_INET6);
  const auto server = ipvs_server_in(message.done(), Family::inet);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->address, real);
  EXPECT_EQ(server->method, IpvsServer::Method::tunnels);
}

TEST(IpvsServices, WhatIsNotOfTcpOrIncompleteIsLeftOut) {
  EXPECT_FALSE(read_service(at("10.0.0.2:53"), IPPROTO_UDP));
  Message empty(IPVS_CMD_ATTR_SERVICE);
  EXPECT_FALSE(ipvs_service_in(empty.done()));
  Message nameless(IPVS_CMD_ATTR_DEST);
  EXPECT_FALSE(ipvs_server_in(nameless.done(), Family::inet));
}

TEST(IpvsServices, TakeTheirAddressAndPortAndThoseOfAMarkMayTakeAll) {
  Message marked(IPVS_CMD_ATTR_SERVICE);
  marked.number16(IPVS_SVC_ATTR_AF, AF_INET).number32(IPVS_SVC_ATTR_FWMARK, 7);
  const auto by_mark = ipvs_service_in(marked.done());
  ASSERT_TRUE(by_mark);
  EXPECT_EQ(by_mark->mark, 7U);
  const IpvsService one{.address = at("10.0.0.2:80"), .scheduler = "rr"};
  const IpvsService every_port{.address = at("10.0.0.3:0"), .scheduler = "rr"};
  EXPECT_THAT(services_for({one}, at("10.0.0.2:80")), SizeIs(1));
  EXPECT_THAT(services_for({one}, at("10.0.0.2:81")), IsEmpty());
  EXPECT_THAT(services_for({one}, at("10.0.0.3:80")), IsEmpty());
  EXPECT_THAT(services_for({every_port}, at("10.0.0.3:81")), SizeIs(1));
  EXPECT_THAT(services_for({*by_mark}, at("10.0.0.9:81")), SizeIs(1));
  EXPECT_THAT(services_for({*by_mark}, at("[fd00::9]:81")), IsEmpty());
}

TEST(IpvsServices, AreNamedAsIpvsadmNamesThem) {
  IpvsService service{.address = at("10.0.0.2:80"), .scheduler = "rr"};
  EXPECT_EQ(in_words(service), "TCP 10.0.0.2:80 rr, without a real server");
  service.servers = {{at("172.17.0.3:8080"), IpvsServer::Method::masquerades, 1},
                     {at("10.0.0.2:80"), IpvsServer::Method::is_local, 0}};
  EXPECT_EQ(in_words(service),
            "TCP 10.0.0.2:80 rr → 172.17.0.3:8080 (Masq), 10.0.0.2:80 (Local, weight 0)");
}

}  // namespace
}  // namespace lab::filter
