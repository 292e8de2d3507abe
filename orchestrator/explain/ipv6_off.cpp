// SPDX-License-Identifier: MIT
//
// IPv6 is off, on lo or on the interfaces that the SYN needs: by a sysctl, as in many
// containers, or by an MTU that is too small for it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

std::string why_off(const Interface& interface) {
  return interface.ipv6 == Ipv6::mtu_too_small
             ? fmt::format("the MTU of {} is below 1280, too small for IPv6", interface.name)
             : fmt::format("IPv6 is disabled on {0} (net.ipv6.conf.{0}.disable_ipv6 = 1)",
                           interface.name);
}

std::string switch_on(const Interface& interface) {
  return interface.ipv6 == Ipv6::mtu_too_small
             ? fmt::format("ip link set {} mtu 1280", interface.name)
             : sysctl_command(fmt::format("net/ipv6/conf/{}/disable_ipv6", interface.name), "0");
}

// All over which this namespace could reach others, if IPv6 is off on each of them; or the one
// that is meant.
std::vector<const Interface*> all_off(const Facts& facts, const std::string& meant) {
  std::vector<const Interface*> found;
  for (const Interface& each : facts.interfaces) {
    if (each.loopback || each.is_vrf || !each.up || (!meant.empty() && each.name != meant))
      continue;
    if (each.ipv6 == Ipv6::on) return {};
    found.push_back(&each);
  }
  return found;
}

std::string reasons(const std::vector<const Interface*>& off) {
  std::vector<std::string> words;
  for (const Interface* each : off) words.push_back(why_off(*each));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string> commands_for(const std::vector<const Interface*>& off) {
  std::vector<std::string> commands;
  for (const Interface* each : off) commands.push_back(switch_on(*each));
  return commands;
}

// addrconf_ifdown() has removed them, and nothing brings them back.
constexpr const char* to_mend =
    "enable IPv6 there, and give the interface its addresses and routes again, or connect over "
    "IPv4";

// ::1 itself.
std::optional<Conclusion> loopback_is_missing(const Facts& facts) {
  if (!destination_of(facts).is_loopback() || facts.arrival.there.error == 0 ||
      !facts.sysctls.ipv6_disabled.value_or(false))
    return std::nullopt;
  return Conclusion{"ipv6-off",
                    Answer::not_sent,
                    fmt::format("IPv6 is disabled on lo in {} (net.ipv6.conf.lo.disable_ipv6 = 1), "
                                "so that {} is not an address here: connect() fails with {}",
                                netns_of(facts.question), destination_of(facts).str(),
                                errno_name(facts.arrival.there.error)),
                    "connect over IPv4, to 127.0.0.1, or enable IPv6",
                    {sysctl_command("net/ipv6/conf/lo/disable_ipv6", "0")},
                    facts.arrival.there.error};
}

// ip6_dst_lookup_tail() finds no source where no interface has an address of IPv6.
std::optional<Conclusion> no_address(const Facts& facts) {
  // ::1 has lo itself to explain it.
  if (destination_of(facts).is_loopback() || facts.arrival.there.error != EADDRNOTAVAIL)
    return std::nullopt;
  // There is a route, and the addresses of other interfaces are not for it.
  if (const std::string& device = facts.arrival.there.device; !device.empty())
    return Conclusion{
        "no-source-address",
        Answer::not_sent,
        fmt::format("the kernel finds no IPv6 address of {} to send from by {}: connect() fails "
                    "with EADDRNOTAVAIL",
                    netns_of(facts.question), device),
        fmt::format("give {} an IPv6 address, or let it use those of other interfaces "
                    "(net.ipv6.conf.{}.use_oif_addrs_only = 0)",
                    device, device),
        {},
        EADDRNOTAVAIL};
  const bool is_off = facts.sysctls.ipv6_disabled.value_or(false);
  Conclusion conclusion{
      is_off ? "ipv6-off" : "no-route",
      Answer::not_sent,
      fmt::format("no interface of {} has an IPv6 address to send from{}: connect() fails with "
                  "EADDRNOTAVAIL",
                  netns_of(facts.question),
                  is_off ? ", and IPv6 is disabled there (net.ipv6.conf.*.disable_ipv6 = 1)" : ""),
      is_off ? "connect over IPv4, or enable IPv6, and give an interface an address"
             : "connect over IPv4, or give an interface an IPv6 address",
      {},
      EADDRNOTAVAIL};
  if (is_off) conclusion.commands = {sysctl_command("net/ipv6/conf/all/disable_ipv6", "0")};
  return conclusion;
}

}  // namespace

std::optional<Conclusion> no_ipv6_address(const Facts& facts) {
  if (destination_of(facts).family() != Family::inet6 || !is_sent_here(facts)) return std::nullopt;
  if (auto conclusion = loopback_is_missing(facts)) return conclusion;
  return no_address(facts);
}

std::optional<Conclusion> ipv6_off_where_it_leaves(const Facts& facts) {
  if (destination_of(facts).family() != Family::inet6 || !is_sent_here(facts) ||
      destination_of(facts).is_loopback() || facts.arrival.there.error != ENETUNREACH ||
      owner_of(facts.interfaces, destination_of(facts)))
    return std::nullopt;
  const auto off = all_off(facts, facts.question.scope);
  if (off.empty()) return std::nullopt;
  return Conclusion{
      "ipv6-off",
      Answer::not_sent,
      fmt::format("{}, so that there is no route from {} to {}: connect() fails with "
                  "ENETUNREACH",
                  reasons(off), netns_of(facts.question), destination_of(facts).str()),
      to_mend,
      commands_for(off),
      ENETUNREACH};
}

std::optional<Conclusion> ipv6_off_where_it_comes_in(const Facts& facts) {
  if (destination_of(facts).family() != Family::inet6) return std::nullopt;
  const bool local = facts.arrival.local_sender;
  if (local) {
    if (!facts.sysctls.ipv6_disabled.value_or(false)) return std::nullopt;
    return Conclusion{
        "ipv6-off",
        Answer::nothing,
        "IPv6 is disabled on lo (net.ipv6.conf.lo.disable_ipv6 = 1), on which the SYN "
        "comes in, as all that a namespace sends to itself: it is dropped",
        "enable IPv6 there, or connect over IPv4",
        {sysctl_command("net/ipv6/conf/lo/disable_ipv6", "0")}};
  }
  const auto off = all_off(facts, facts.arrival.device);
  if (off.empty()) return std::nullopt;
  return Conclusion{"ipv6-off", Answer::nothing,
                    fmt::format("{}: a SYN that comes in there is dropped", reasons(off)),
                    owner_of(facts.interfaces, destination_of(facts))
                        ? "enable IPv6 there, or connect over IPv4"
                        : to_mend,
                    commands_for(off)};
}

}  // namespace lab::explain
