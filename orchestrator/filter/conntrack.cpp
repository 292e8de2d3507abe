// SPDX-License-Identifier: MIT
#include "filter/conntrack.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#include <cerrno>
#include <charconv>
#include <cstdint>

#include "filter/mnl_attributes.hpp"
#include "filter/mnl_socket.hpp"
#include "filter/netfilter.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::filter {
namespace {

void put_address(nlmsghdr* message, const Address& address, std::uint16_t inet,
                 std::uint16_t inet6) {
  ::mnl_attr_put(message, address.family() == Family::inet ? inet : inet6, address.size(),
                 address.bytes());
}

void put_tuple(nlmsghdr* message, const Endpoint& source, const Endpoint& destination) {
  nlattr* tuple = ::mnl_attr_nest_start(message, CTA_TUPLE_ORIG);
  nlattr* ip = ::mnl_attr_nest_start(message, CTA_TUPLE_IP);
  put_address(message, source.address, CTA_IP_V4_SRC, CTA_IP_V6_SRC);
  put_address(message, destination.address, CTA_IP_V4_DST, CTA_IP_V6_DST);
  ::mnl_attr_nest_end(message, ip);
  nlattr* proto = ::mnl_attr_nest_start(message, CTA_TUPLE_PROTO);
  ::mnl_attr_put_u8(message, CTA_PROTO_NUM, IPPROTO_TCP);
  ::mnl_attr_put_u16(message, CTA_PROTO_SRC_PORT, htons(source.port));
  ::mnl_attr_put_u16(message, CTA_PROTO_DST_PORT, htons(destination.port));
  ::mnl_attr_nest_end(message, proto);
  ::mnl_attr_nest_end(message, tuple);
}

std::optional<Address> address_in(const nlattr* inet, const nlattr* inet6) {
  if (inet && ::mnl_attr_get_payload_len(inet) == 4)
    return Address::from_bytes(Family::inet, ::mnl_attr_get_payload(inet));
  if (inet6 && ::mnl_attr_get_payload_len(inet6) == 16)
    return Address::from_bytes(Family::inet6, ::mnl_attr_get_payload(inet6));
  return std::nullopt;
}

std::uint16_t port_in(const nlattr* attribute) {
  return attribute ? ntohs(::mnl_attr_get_u16(attribute)) : std::uint16_t{0};
}

bool has_lines(const char* path) try {
  return !lines(read_file(path)).empty();
} catch (const SystemError&) {
  return false;  // this kernel has no such table
}

struct TrackedTuple {
  Endpoint source, destination;
  std::uint8_t protocol = 0;
};

std::optional<TrackedTuple> tuple_in(const nlattr* nested) {
  const auto tuple = attributes_in<CTA_TUPLE_MAX>(nested);
  const auto ip = attributes_in<CTA_IP_MAX>(tuple[CTA_TUPLE_IP]);
  const auto proto = attributes_in<CTA_PROTO_MAX>(tuple[CTA_TUPLE_PROTO]);
  const auto source = address_in(ip[CTA_IP_V4_SRC], ip[CTA_IP_V6_SRC]);
  const auto destination = address_in(ip[CTA_IP_V4_DST], ip[CTA_IP_V6_DST]);
  if (!source || !destination || !proto[CTA_PROTO_NUM]) return std::nullopt;
  return TrackedTuple{{*source, port_in(proto[CTA_PROTO_SRC_PORT])},
                      {*destination, port_in(proto[CTA_PROTO_DST_PORT])},
                      ::mnl_attr_get_u8(proto[CTA_PROTO_NUM])};
}

MnlSocket ctnetlink(const Namespace& space) try {
  return MnlSocket(space, NETLINK_NETFILTER, "NETLINK_NETFILTER");
} catch (const SystemError& error) {
  throw EnvironmentError(fmt::format("conntrack cannot be asked: {}", error.what()));
}

// An IPCTNL_MSG_CT_GET with these flags, to which the caller adds attributes.
nlmsghdr* get_request(MnlSocket& netlink, Family family, std::uint16_t flags) {
  nlmsghdr* message = netlink.request(NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET, flags);
  auto* header = netlink.with_header<nfgenmsg>(message);
  header->nfgen_family = static_cast<std::uint8_t>(family);
  header->version = NFNETLINK_V0;
  return message;
}

// Visits each entry of the answer. ENOENT is an answer without entries.
template <typename Visit>
void visit_entries(MnlSocket& netlink, const nlmsghdr* request, const Visit& visit) {
  const int error = netlink.ask(request, [&](const nlmsghdr* each) {
    visit(attributes_of<CTA_MAX>(each, sizeof(nfgenmsg)));
  });
  if (error != 0 && error != ENOENT)
    throw EnvironmentError(
        fmt::format("conntrack cannot be asked (ctnetlink: {})", errno_name(error)));
}

std::string ipvs_endpoint(const Endpoint& endpoint) {
  if (endpoint.address.family() == Family::inet) {
    const std::uint8_t* bytes = endpoint.address.bytes();
    return fmt::format("{:02X}{:02X}{:02X}{:02X} {:04X}", bytes[0], bytes[1], bytes[2], bytes[3],
                       endpoint.port);
  }
  std::string text;  // %pI6: all eight groups
  for (std::size_t at = 0; at < 16; at += 2)
    text += fmt::format("{}{:02x}{:02x}", at == 0 ? "" : ":", endpoint.address.bytes()[at],
                        endpoint.address.bytes()[at + 1]);
  return fmt::format("{} {:04X}", text, endpoint.port);
}

std::optional<std::uint32_t> from_hex_word(std::string_view word) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return value;
}

std::optional<Endpoint> ipvs_endpoint_from(std::string_view address, std::string_view port) {
  const auto number = from_hex_word(port);
  if (!number || *number > 0xffff) return std::nullopt;
  std::optional<Address> parsed;
  if (address.find(':') != std::string_view::npos) {
    parsed = Address::parse(address);
  } else if (const auto value = from_hex_word(address); value && address.size() == 8) {
    const std::uint32_t bytes = htonl(*value);
    parsed = Address::from_bytes(Family::inet, &bytes);
  }
  if (!parsed) return std::nullopt;
  return Endpoint{*parsed, static_cast<std::uint16_t>(*number)};
}

}  // namespace

std::optional<Translated> translated_by_conntrack(const Namespace& space, const Endpoint& source,
                                                  const Endpoint& destination) {
  if (!has_connection_tracking(space)) return std::nullopt;
  MnlSocket netlink = ctnetlink(space);
  nlmsghdr* message = get_request(netlink, source.address.family(), NLM_F_ACK);
  put_tuple(message, source, destination);
  std::optional<Translated> found;
  visit_entries(netlink, message, [&](const MnlAttributes<CTA_MAX>& has) {
    // The answer to a segment that was translated comes from where that one has gone.
    if (const auto reply = tuple_in(has[CTA_TUPLE_REPLY]))
      found = Translated{"conntrack", reply->destination, reply->source};
  });
  if (found && found->source == source && found->destination == destination) return std::nullopt;
  return found;
}

bool is_tracked(const Namespace& space, const Endpoint& source, const Endpoint& destination,
                const std::set<std::uint16_t>& left_out) {
  if (!has_connection_tracking(space)) return false;
  // A connection that a helper expects is "related" to another one.
  if (in(space, [] { return has_lines("/proc/thread-self/net/nf_conntrack_expect"); })) return true;
  MnlSocket netlink = ctnetlink(space);
  bool found = false;
  const auto is_it = [&](const nlattr* nested) {
    const auto tuple = tuple_in(nested);
    return tuple && tuple->protocol == IPPROTO_TCP && tuple->destination == destination &&
           tuple->source.address == source.address &&
           (source.port == 0 ? !left_out.contains(tuple->source.port)
                             : tuple->source.port == source.port);
  };
  // All of the family: a lookup by the tuple would see one zone.
  visit_entries(netlink, get_request(netlink, source.address.family(), NLM_F_DUMP),
                [&](const MnlAttributes<CTA_MAX>& has) {
                  found |= is_it(has[CTA_TUPLE_ORIG]) || is_it(has[CTA_TUPLE_REPLY]);
                });
  return found;
}

std::optional<Endpoint> real_server_in(std::string_view table, const Endpoint& source,
                                       const Endpoint& destination) {
  const std::string wanted =
      fmt::format("{} {}", ipvs_endpoint(source), ipvs_endpoint(destination));
  for (const std::string_view line : lines(table)) {
    const auto fields = words(line);
    if (fields.size() < 7 || fields[0] != "TCP") continue;
    if (fmt::format("{} {} {} {}", fields[1], fields[2], fields[3], fields[4]) == wanted)
      return ipvs_endpoint_from(fields[5], fields[6]);
  }
  return std::nullopt;
}

std::string forwarding_in(std::string_view services, const Endpoint& server) {
  const bool inet = server.address.family() == Family::inet;
  std::string wanted = ipvs_endpoint(server);
  // "0A000002:0050", "[fd00:…]:0050"
  const std::size_t blank = wanted.rfind(' ');
  wanted = inet ? fmt::format("{}:{}", wanted.substr(0, blank), wanted.substr(blank + 1))
                : fmt::format("[{}]:{}", wanted.substr(0, blank), wanted.substr(blank + 1));
  for (const std::string_view line : lines(services)) {
    const auto fields = words(line);
    if (fields.size() >= 3 && fields[0] == "->" && fields[1] == wanted)
      return std::string(fields[2]);
  }
  return "";
}

std::optional<Translated> translated_by_ipvs(const Namespace& space, const Endpoint& source,
                                             const Endpoint& destination) {
  std::string connections, services;
  try {
    in(space, [&] {
      connections = read_file("/proc/thread-self/net/ip_vs_conn");
      services = read_file("/proc/thread-self/net/ip_vs");
    });
  } catch (const SystemError&) {
    return std::nullopt;  // no IPVS
  }
  const auto server = real_server_in(connections, source, destination);
  if (!server || *server == destination) return std::nullopt;
  const std::string forwarding = forwarding_in(services, *server);
  if (forwarding != "Masq" && forwarding != "Local") return std::nullopt;
  return Translated{"IPVS", source, *server};
}

}  // namespace lab::filter
