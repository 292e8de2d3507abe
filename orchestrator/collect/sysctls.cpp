// SPDX-License-Identifier: MIT
#include "collect/sysctls.hpp"

#include <fmt/format.h>
#include <netinet/ip_icmp.h>

#include <algorithm>
#include <cerrno>

#include "net/link.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

constexpr int least_ipv6_mtu = 1280;  // IPV6_MIN_MTU

// Nothing: this kernel was built without it.
std::optional<std::string> value_of(const Namespace& space, const std::string& name) try {
  return read_sysctl(space, name);
} catch (const SystemError& error) {
  if (error.error() == ENOENT) return std::nullopt;
  throw;
}

std::optional<int> number_of(const Namespace& space, const std::string& name) {
  const auto value = value_of(space, name);
  return value ? to_integer<int>(*value) : std::nullopt;
}

bool is_too_small_for_ipv6(const Namespace& space, const std::string& name) try {
  return mtu_of(space, name) < least_ipv6_mtu;
} catch (const SystemError& error) {
  if (error.error() == ENODEV) return false;  // it is gone by now
  throw;
}

}  // namespace

std::optional<PortRange> port_range_from(std::string_view text) {
  const auto parts = words(text);
  if (parts.size() != 2) return std::nullopt;
  const auto first = to_integer<std::uint16_t>(parts[0]);
  const auto last = to_integer<std::uint16_t>(parts[1]);
  if (!first || !last) return std::nullopt;
  return PortRange{*first, *last};
}

std::vector<PortRange> port_list_from(std::string_view text) {
  std::vector<PortRange> ranges;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    const std::size_t dash = part.find('-');
    const auto first = to_integer<std::uint16_t>(part.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : to_integer<std::uint16_t>(part.substr(dash + 1));
    if (first && last) ranges.push_back({*first, *last});
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return ranges;
}

IcmpLimits icmp_limits(const Namespace& space, Family family) {
  IcmpLimits limits;
  if (family == Family::inet6) {
    limits.rate_limit = number_of(space, "net/ipv6/icmp/ratelimit");
    return limits;
  }
  limits.rate_limit = number_of(space, "net/ipv4/icmp_ratelimit");
  limits.per_second = number_of(space, "net/ipv4/icmp_msgs_per_sec");
  if (const auto mask = number_of(space, "net/ipv4/icmp_ratemask"))
    limits.is_limited = (*mask & (1 << ICMP_DEST_UNREACH)) != 0;
  return limits;
}

Sysctls read_sysctls(const Namespace& space) {
  Sysctls sysctls;
  // 0 is what a kernel without SYN cookies does.
  sysctls.tcp_syncookies = number_of(space, "net/ipv4/tcp_syncookies").value_or(0);
  sysctls.tcp_max_syn_backlog = number_of(space, "net/ipv4/tcp_max_syn_backlog");
  sysctls.tcp_l3mdev_accept = number_of(space, "net/ipv4/tcp_l3mdev_accept");
  sysctls.ip_local_port_range =
      port_range_from(value_of(space, "net/ipv4/ip_local_port_range").value_or(""));
  sysctls.ip_local_reserved_ports =
      port_list_from(value_of(space, "net/ipv4/ip_local_reserved_ports").value_or(""));
  sysctls.ip_unprivileged_port_start = number_of(space, "net/ipv4/ip_unprivileged_port_start");
  sysctls.tcp_tw_reuse = number_of(space, "net/ipv4/tcp_tw_reuse");
  if (const auto any = number_of(space, "net/ipv6/ip_nonlocal_bind"))
    sysctls.ipv6_nonlocal_bind = *any != 0;
  if (const auto off = number_of(space, "net/ipv6/conf/lo/disable_ipv6"))
    sysctls.ipv6_disabled = *off != 0;
  return sysctls;
}

void read_interface_sysctls(const Namespace& space, Family family, const std::string& device,
                            Sysctls& into) {
  const auto of = [&](const char* protocol, const std::string& which, const char* name) {
    return number_of(space, fmt::format("net/{}/conf/{}/{}", protocol, which, name));
  };
  const std::string which = device.empty() ? "all" : device;
  const auto all = of("ipv4", "all", "rp_filter"), own = of("ipv4", which, "rp_filter");
  if (all && own) into.rp_filter = std::max(*all, *own);
  const auto all_ignore = of("ipv4", "all", "arp_ignore");
  const auto own_ignore = of("ipv4", which, "arp_ignore");
  if (all_ignore && own_ignore) into.arp_ignore = std::max(*all_ignore, *own_ignore);
  const auto all_filter = of("ipv4", "all", "arp_filter");
  const auto own_filter = of("ipv4", which, "arp_filter");
  if (all_filter && own_filter) into.arp_filter = *all_filter != 0 || *own_filter != 0;
  // ip6_forward() asks conf.all, IN_DEV_FORWARD() the interface.
  const auto forwards =
      family == Family::inet6 ? of("ipv6", "all", "forwarding") : of("ipv4", which, "forwarding");
  if (forwards) into.forwarding = *forwards != 0;
}

std::optional<int> hop_limit_of(const Namespace& space, Family family, const std::string& device) {
  if (family == Family::inet) return number_of(space, "net/ipv4/ip_default_ttl");
  return device.empty() ? std::nullopt
                        : number_of(space, fmt::format("net/ipv6/conf/{}/hop_limit", device));
}

void find_ipv6_off(const Namespace& space, std::vector<Interface>& interfaces) {
  if (!number_of(space, "net/ipv6/conf/all/disable_ipv6")) return;  // a kernel without IPv6
  for (Interface& each : interfaces) {
    const auto off = number_of(space, fmt::format("net/ipv6/conf/{}/disable_ipv6", each.name));
    if (off.value_or(0) != 0) each.ipv6 = Ipv6::disabled;
    if (!off && is_too_small_for_ipv6(space, each.name)) each.ipv6 = Ipv6::mtu_too_small;
  }
}

}  // namespace lab::collect
