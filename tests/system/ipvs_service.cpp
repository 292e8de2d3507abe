// SPDX-License-Identifier: MIT
#include "ipvs_service.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "util/error.hpp"

namespace lab::test {
namespace {

using Buffer = std::array<char, 8192>;

class Genl {
 public:
  explicit Genl(const Namespace& space)
      : socket_(in(space, [] { return ::mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC); })) {
    if (!socket_) throw_errno("socket", "NETLINK_GENERIC");
    checked(::mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID), "bind", "NETLINK_GENERIC");
  }
  nlmsghdr* request(std::uint16_t type, std::uint8_t command) {
    nlmsghdr* message = ::mnl_nlmsg_put_header(buffer_.data());
    message->nlmsg_type = type;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    auto* header = static_cast<genlmsghdr*>(::mnl_nlmsg_put_extra_header(message, GENL_HDRLEN));
    header->cmd = command;
    header->version = 1;
    return message;
  }
  // False: refused, and errno says how.
  bool send(const nlmsghdr* message, mnl_cb_t visit = nullptr, void* into = nullptr) {
    checked(::mnl_socket_sendto(socket_.get(), message, message->nlmsg_len), "sendto", "genl");
    int state = MNL_CB_OK;
    while (state > MNL_CB_STOP) {
      const ssize_t got = checked(
          ::mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size()), "recv", "genl");
      state = ::mnl_cb_run(buffer_.data(), static_cast<std::size_t>(got), 0,
                           ::mnl_socket_get_portid(socket_.get()), visit, into);
    }
    return state == MNL_CB_STOP;
  }

 private:
  std::unique_ptr<mnl_socket, decltype([](mnl_socket* each) { ::mnl_socket_close(each); })> socket_;
  alignas(nlmsghdr) Buffer buffer_{};
};

int remember_number(const nlattr* attribute, void* into) {
  if (::mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
    *static_cast<std::uint16_t*>(into) = ::mnl_attr_get_u16(attribute);
  return MNL_CB_OK;
}

// 0: there is none.
std::uint16_t family_number(Genl& netlink) {
  nlmsghdr* message = netlink.request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
  ::mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME);
  std::uint16_t number = 0;
  netlink.send(
      message,
      [](const nlmsghdr* each, void* into) {
        return ::mnl_attr_parse(each, GENL_HDRLEN, remember_number, into);
      },
      &number);
  return number;
}

void put_address(nlmsghdr* message, std::uint16_t type, const Address& address) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(address.bytes(), address.size(), bytes.begin());
  ::mnl_attr_put(message, type, bytes.size(), bytes.data());
}

void put_service(nlmsghdr* message, const Endpoint& service) {
  nlattr* nest = ::mnl_attr_nest_start(message, IPVS_CMD_ATTR_SERVICE);
  const bool inet = service.address.family() == Family::inet;
  ::mnl_attr_put_u16(message, IPVS_SVC_ATTR_AF, inet ? AF_INET : AF_INET6);
  ::mnl_attr_put_u16(message, IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
  put_address(message, IPVS_SVC_ATTR_ADDR, service.address);
  ::mnl_attr_put_u16(message, IPVS_SVC_ATTR_PORT, htons(service.port));
  ::mnl_attr_put_strz(message, IPVS_SVC_ATTR_SCHED_NAME, "rr");
  const ip_vs_flags flags{0, ~0U};
  ::mnl_attr_put(message, IPVS_SVC_ATTR_FLAGS, sizeof flags, &flags);
  ::mnl_attr_put_u32(message, IPVS_SVC_ATTR_TIMEOUT, 0);
  ::mnl_attr_put_u32(message, IPVS_SVC_ATTR_NETMASK, inet ? ~0U : 128U);
  ::mnl_attr_nest_end(message, nest);
}

}  // namespace

bool has_ipvs(const Namespace& space) {
  Genl netlink(space);
  return family_number(netlink) != 0;
}

void add_ipvs_service(const Namespace& space, const Endpoint& service, const Endpoint& server) {
  Genl netlink(space);
  const std::uint16_t family = family_number(netlink);
  nlmsghdr* message = netlink.request(family, IPVS_CMD_NEW_SERVICE);
  put_service(message, service);
  if (!netlink.send(message)) throw_errno("IPVS_CMD_NEW_SERVICE", service.str());
  message = netlink.request(family, IPVS_CMD_NEW_DEST);
  put_service(message, service);
  nlattr* nest = ::mnl_attr_nest_start(message, IPVS_CMD_ATTR_DEST);
  put_address(message, IPVS_DEST_ATTR_ADDR, server.address);
  ::mnl_attr_put_u16(message, IPVS_DEST_ATTR_PORT, htons(server.port));
  ::mnl_attr_put_u32(message, IPVS_DEST_ATTR_FWD_METHOD, IP_VS_CONN_F_MASQ);
  ::mnl_attr_put_u32(message, IPVS_DEST_ATTR_WEIGHT, 1);
  ::mnl_attr_put_u32(message, IPVS_DEST_ATTR_U_THRESH, 0);
  ::mnl_attr_put_u32(message, IPVS_DEST_ATTR_L_THRESH, 0);
  ::mnl_attr_nest_end(message, nest);
  if (!netlink.send(message)) throw_errno("IPVS_CMD_NEW_DEST", server.str());
}

}  // namespace lab::test
