// SPDX-License-Identifier: MIT
#include "filter/ipvs.hpp"

#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "filter/mnl_attributes.hpp"
#include "filter/mnl_socket.hpp"
#include "util/error.hpp"

namespace lab::filter {
namespace {

std::uint32_t number_in(const nlattr* attribute) {
  if (!attribute) return 0;
  return ::mnl_attr_get_payload_len(attribute) == 2 ? ::mnl_attr_get_u16(attribute)
                                                    : ::mnl_attr_get_u32(attribute);
}

std::optional<Family> family_in(const nlattr* attribute) {
  if (!attribute) return std::nullopt;
  const std::uint16_t number = ::mnl_attr_get_u16(attribute);
  if (number == AF_INET) return Family::inet;
  if (number == AF_INET6) return Family::inet6;
  return std::nullopt;
}

// A union nf_inet_addr: 16 bytes for either family. The port is in the order of the network.
std::optional<Endpoint> endpoint_in(const nlattr* address, const nlattr* port, Family family) {
  const std::size_t least = family == Family::inet ? 4 : 16;
  if (!address || !port || ::mnl_attr_get_payload_len(address) < least) return std::nullopt;
  return Endpoint{Address::from_bytes(family, ::mnl_attr_get_payload(address)),
                  ntohs(::mnl_attr_get_u16(port))};
}

nlmsghdr* request_of(MnlSocket& netlink, std::uint16_t family, std::uint8_t command,
                     std::uint8_t version, std::uint16_t flags) {
  nlmsghdr* message = netlink.request(family, flags);
  auto* header = netlink.with_header<genlmsghdr>(message);
  header->cmd = command;
  header->version = version;
  return message;
}

nlmsghdr* dump_of(MnlSocket& netlink, std::uint16_t family, std::uint8_t command) {
  return request_of(netlink, family, command, IPVS_GENL_VERSION, NLM_F_DUMP);
}

// Throws SystemError where the kernel refuses.
void ask(MnlSocket& netlink, const nlmsghdr* request,
         const std::function<void(const nlmsghdr*)>& visit) {
  if (const int error = netlink.ask(request, visit); error != 0)
    throw SystemError("netlink", "NETLINK_GENERIC", error);
}

std::uint16_t family_number(MnlSocket& netlink) {
  nlmsghdr* message = request_of(netlink, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, NLM_F_ACK);
  ::mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, IPVS_GENL_NAME);
  std::uint16_t number = 0;
  ask(netlink, message, [&](const nlmsghdr* each) {
    const auto has = attributes_of<CTRL_ATTR_MAX>(each, GENL_HDRLEN);
    if (has[CTRL_ATTR_FAMILY_ID]) number = ::mnl_attr_get_u16(has[CTRL_ATTR_FAMILY_ID]);
  });
  return number;
}

void put_service(nlmsghdr* message, const IpvsService& service) {
  nlattr* nest = ::mnl_attr_nest_start(message, IPVS_CMD_ATTR_SERVICE);
  ::mnl_attr_put_u16(message, IPVS_SVC_ATTR_AF, static_cast<std::uint16_t>(service.family));
  if (service.mark != 0) {
    ::mnl_attr_put_u32(message, IPVS_SVC_ATTR_FWMARK, service.mark);
  } else {
    std::array<std::uint8_t, 16> address{};
    std::copy_n(service.address.address.bytes(), service.address.address.size(), address.begin());
    ::mnl_attr_put_u16(message, IPVS_SVC_ATTR_PROTOCOL, IPPROTO_TCP);
    ::mnl_attr_put(message, IPVS_SVC_ATTR_ADDR, address.size(), address.data());
    ::mnl_attr_put_u16(message, IPVS_SVC_ATTR_PORT, htons(service.address.port));
  }
  ::mnl_attr_nest_end(message, nest);
}

}  // namespace

std::optional<IpvsService> ipvs_service_in(const nlmsghdr* message) {
  const auto outer = attributes_of<IPVS_CMD_ATTR_MAX>(message, GENL_HDRLEN);
  const auto has = attributes_in<IPVS_SVC_ATTR_MAX>(outer[IPVS_CMD_ATTR_SERVICE]);
  const auto family = family_in(has[IPVS_SVC_ATTR_AF]);
  if (!family) return std::nullopt;
  IpvsService service;
  service.family = *family;
  service.address.address = Address::any(*family);
  service.mark = number_in(has[IPVS_SVC_ATTR_FWMARK]);
  if (service.mark == 0) {
    const auto address = endpoint_in(has[IPVS_SVC_ATTR_ADDR], has[IPVS_SVC_ATTR_PORT], *family);
    if (!address || number_in(has[IPVS_SVC_ATTR_PROTOCOL]) != IPPROTO_TCP) return std::nullopt;
    service.address = *address;
  }
  if (has[IPVS_SVC_ATTR_SCHED_NAME])
    service.scheduler = ::mnl_attr_get_str(has[IPVS_SVC_ATTR_SCHED_NAME]);
  return service;
}

std::optional<IpvsServer> ipvs_server_in(const nlmsghdr* message, Family family) {
  const auto outer = attributes_of<IPVS_CMD_ATTR_MAX>(message, GENL_HDRLEN);
  const auto has = attributes_in<IPVS_DEST_ATTR_MAX>(outer[IPVS_CMD_ATTR_DEST]);
  // A tunnel may have another family inside. Linux before 3.18 does not tell it.
  const auto own = family_in(has[IPVS_DEST_ATTR_ADDR_FAMILY]);
  const auto address =
      endpoint_in(has[IPVS_DEST_ATTR_ADDR], has[IPVS_DEST_ATTR_PORT], own.value_or(family));
  if (!address) return std::nullopt;
  const std::uint32_t method = number_in(has[IPVS_DEST_ATTR_FWD_METHOD]) & IP_VS_CONN_F_FWD_MASK;
  if (method > IP_VS_CONN_F_BYPASS) return std::nullopt;
  return IpvsServer{*address, static_cast<IpvsServer::Method>(method),
                    number_in(has[IPVS_DEST_ATTR_WEIGHT])};
}

std::optional<std::vector<IpvsService>> ipvs_services(const Namespace& space) try {
  std::vector<IpvsService> services;
  if (in(space, [] { return ::access("/proc/thread-self/net/ip_vs", F_OK) != 0; })) return services;
  MnlSocket netlink(space, NETLINK_GENERIC, "NETLINK_GENERIC");
  const std::uint16_t family = family_number(netlink);
  ask(netlink, dump_of(netlink, family, IPVS_CMD_GET_SERVICE), [&](const nlmsghdr* each) {
    if (auto service = ipvs_service_in(each)) services.push_back(std::move(*service));
  });
  for (IpvsService& service : services) {
    nlmsghdr* message = dump_of(netlink, family, IPVS_CMD_GET_DEST);
    put_service(message, service);
    ask(netlink, message, [&](const nlmsghdr* each) {
      if (auto server = ipvs_server_in(each, service.family)) service.servers.push_back(*server);
    });
  }
  return services;
} catch (const SystemError&) {
  return std::nullopt;
}

std::vector<IpvsService> services_for(const std::vector<IpvsService>& all,
                                      const Endpoint& destination) {
  std::vector<IpvsService> found;
  for (const IpvsService& each : all) {
    const bool fits = each.address.address == destination.address &&
                      (each.address.port == 0 || each.address.port == destination.port);
    if (each.family == destination.address.family() && (each.mark != 0 || fits))
      found.push_back(each);
  }
  return found;
}

}  // namespace lab::filter
