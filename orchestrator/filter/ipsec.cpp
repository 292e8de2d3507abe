// SPDX-License-Identifier: MIT
#include "filter/ipsec.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <string>

#include "filter/mnl_attributes.hpp"
#include "filter/mnl_socket.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::filter {
namespace {

using Direction = IpsecPolicy::Direction;
using Effect = IpsecPolicy::Effect;

struct Policy {
  xfrm_userpolicy_info info{};
  bool encrypts = false;       // it has a template that is not optional
  bool looks_at_more = false;  // at a mark or an interface id, or it is a sub-policy
};

// What the kernel holds of them, or the errno with which it refuses.
struct Policies {
  int error = 0;
  std::vector<Policy> all;
  std::array<bool, 3> blocks_by_default{};  // by direction, where none applies
};

// A segment for which policies are looked up, in one direction.
struct Checked {
  Endpoint source, destination;
  bool source_is_assumed = false, destination_is_assumed = false;  // the ports
  Direction direction = Direction::in;
  bool is_answer = false;
};

// The value of an attribute of a fixed size; null: it is not there, or too short.
template <typename Value>
const Value* value_in(const nlattr* attribute) {
  return attribute && ::mnl_attr_get_payload_len(attribute) >= sizeof(Value)
             ? static_cast<const Value*>(::mnl_attr_get_payload(attribute))
             : nullptr;
}

bool has_a_required_template(const nlattr* attribute) {
  if (!attribute) return false;
  const auto* templates = static_cast<const xfrm_user_tmpl*>(::mnl_attr_get_payload(attribute));
  const std::size_t count = ::mnl_attr_get_payload_len(attribute) / sizeof *templates;
  return std::any_of(templates, templates + count,
                     [](const xfrm_user_tmpl& each) { return each.optional == 0; });
}

void note_policy(const nlmsghdr* message, Policies& policies) {
  if (message->nlmsg_type != XFRM_MSG_NEWPOLICY) return;
  Policy policy;
  policy.info = *static_cast<const xfrm_userpolicy_info*>(::mnl_nlmsg_get_payload(message));
  const auto has = attributes_of<XFRMA_MAX>(message, sizeof(xfrm_userpolicy_info));
  policy.encrypts = has_a_required_template(has[XFRMA_TMPL]);
  const auto* mark = value_in<xfrm_mark>(has[XFRMA_MARK]);
  const auto* interface_id = value_in<std::uint32_t>(has[XFRMA_IF_ID]);
  const auto* type = value_in<xfrm_userpolicy_type>(has[XFRMA_POLICY_TYPE]);
  policy.looks_at_more = (mark && mark->m != 0) || (interface_id && *interface_id != 0) ||
                         (type && type->type != XFRM_POLICY_TYPE_MAIN);
  policies.all.push_back(policy);
}

void note_defaults(const nlmsghdr* message, Policies& policies) {
  if (message->nlmsg_type != XFRM_MSG_GETDEFAULT) return;
  const auto* defaults =
      static_cast<const xfrm_userpolicy_default*>(::mnl_nlmsg_get_payload(message));
  policies.blocks_by_default = {defaults->in == XFRM_USERPOLICY_BLOCK,
                                defaults->out == XFRM_USERPOLICY_BLOCK,
                                defaults->fwd == XFRM_USERPOLICY_BLOCK};
}

Policies policies_in(const Namespace& space) try {
  Policies policies;
  MnlSocket netlink(space, NETLINK_XFRM, "NETLINK_XFRM");
  nlmsghdr* list = netlink.request(XFRM_MSG_GETPOLICY, NLM_F_DUMP);
  netlink.with_header<xfrm_userpolicy_id>(list);
  policies.error = netlink.ask(list, [&](const nlmsghdr* each) { note_policy(each, policies); });
  if (policies.error != 0) return policies;
  nlmsghdr* defaults = netlink.request(XFRM_MSG_GETDEFAULT, NLM_F_ACK);
  netlink.with_header<xfrm_userpolicy_default>(defaults);
  // Kernels before 5.15 have no default policies, and say EINVAL.
  netlink.ask(defaults, [&](const nlmsghdr* each) { note_defaults(each, policies); });
  return policies;
} catch (const SystemError& error) {
  Policies unknown;
  unknown.error = error.error();
  return unknown;
}

std::uint8_t number_of(Direction direction) {
  switch (direction) {
    case Direction::in:
      return XFRM_POLICY_IN;
    case Direction::out:
      return XFRM_POLICY_OUT;
    case Direction::forward:
      return XFRM_POLICY_FWD;
  }
  return XFRM_POLICY_MAX;
}

const char* word_of(Direction direction) {
  return direction == Direction::in ? "in" : direction == Direction::out ? "out" : "fwd";
}

Address address_of(const xfrm_address_t& address, Family family) {
  return Address::from_bytes(family, &address);
}

bool port_matches(__be16 wanted, __be16 mask, std::uint16_t port) {
  return ((htons(port) ^ wanted) & mask) == 0;
}

enum class Fit { no, maybe, yes };

// xfrm_policy_match(), xfrm_selector_match().
Fit match(const Policy& policy, const Checked& segment) {
  const xfrm_selector& selector = policy.info.sel;
  const Family family = segment.source.address.family();
  if (policy.info.dir != number_of(segment.direction) ||
      selector.family != static_cast<std::uint16_t>(family) ||
      (selector.proto != 0 && selector.proto != IPPROTO_TCP) ||
      !segment.source.address.has_prefix(address_of(selector.saddr, family),
                                         selector.prefixlen_s) ||
      !segment.destination.address.has_prefix(address_of(selector.daddr, family),
                                              selector.prefixlen_d))
    return Fit::no;
  bool is_known = !policy.looks_at_more && selector.ifindex == 0;
  const auto compare = [&](__be16 wanted, __be16 mask, std::uint16_t port, bool assumed) {
    if (assumed && mask != 0) is_known = false;
    return (assumed && mask != 0) || port_matches(wanted, mask, port);
  };
  if (!compare(selector.sport, selector.sport_mask, segment.source.port,
               segment.source_is_assumed) ||
      !compare(selector.dport, selector.dport_mask, segment.destination.port,
               segment.destination_is_assumed))
    return Fit::no;
  return is_known ? Fit::yes : Fit::maybe;
}

bool lets_pass(const Policy& policy) {
  return policy.info.action == XFRM_POLICY_ALLOW && !policy.encrypts;
}

std::string text_of(const Policy& policy) {
  const xfrm_selector& selector = policy.info.sel;
  const Family family{static_cast<std::uint8_t>(selector.family)};
  std::string text = fmt::format("src {}/{} dst {}/{}", address_of(selector.saddr, family).str(),
                                 selector.prefixlen_s, address_of(selector.daddr, family).str(),
                                 selector.prefixlen_d);
  if (selector.proto == IPPROTO_TCP) text += " proto tcp";
  if (selector.sport_mask != 0) text += fmt::format(" sport {}", ntohs(selector.sport));
  if (selector.dport_mask != 0) text += fmt::format(" dport {}", ntohs(selector.dport));
  return text;
}

IpsecPolicy finding(const Policy& policy, Effect effect, const Checked& segment) {
  const char* direction = word_of(segment.direction);
  return {segment.direction, effect, segment.is_answer,
          fmt::format("{} dir {} action {} priority {}", text_of(policy), direction,
                      policy.info.action == XFRM_POLICY_BLOCK ? "block" : "allow",
                      policy.info.priority),
          fmt::format("ip xfrm policy delete index {} dir {}", policy.info.index, direction)};
}

// Of two with the same priority the kernel takes the older, and the list does not show which.
bool is_rivalled(const std::vector<const Policy*>& sorted, std::size_t at, const Checked& segment) {
  return std::ranges::any_of(sorted, [&](const Policy* other) {
    return other != sorted[at] && other->info.priority == sorted[at]->info.priority &&
           match(*other, segment) != Fit::no;
  });
}

void look_up(const Policies& policies, const Checked& segment, std::vector<IpsecPolicy>& found) {
  std::vector<const Policy*> sorted;
  for (const Policy& each : policies.all) sorted.push_back(&each);
  std::ranges::stable_sort(sorted, {}, [](const Policy* each) { return each->info.priority; });
  for (std::size_t at = 0; at < sorted.size(); ++at) {
    const Policy& policy = *sorted[at];
    const Fit result = match(policy, segment);
    if (result == Fit::no) continue;
    const bool depends = result == Fit::maybe || is_rivalled(sorted, at, segment);
    if (depends) {
      if (!lets_pass(policy)) found.push_back(finding(policy, Effect::depends, segment));
      continue;
    }
    if (!lets_pass(policy))
      found.push_back(finding(
          policy, policy.info.action == XFRM_POLICY_BLOCK ? Effect::blocks : Effect::encrypts,
          segment));
    return;
  }
  if (!policies.blocks_by_default[static_cast<std::size_t>(segment.direction)]) return;
  const char* direction = word_of(segment.direction);
  found.push_back({segment.direction, Effect::blocks, segment.is_answer,
                   fmt::format("the default for dir {}: block", direction),
                   fmt::format("ip xfrm policy setdefault {} accept", direction)});
}

// net.ipv4.conf.DEVICE.disable_policy and the like; false where there is none.
bool is_set(const Namespace& space, const std::string& path) {
  try {
    return in(space, [&] { return read_file("/proc/sys/net/" + path); }).starts_with('1');
  } catch (const SystemError&) {
    return false;
  }
}

// As lo is over IPv4, unless somebody has changed it (DST_NOPOLICY, DST_NOXFRM).
bool is_exempt(const Namespace& space, Family family, const std::string& device,
               Direction direction) {
  const bool inet = family == Family::inet;
  if (!inet && direction != Direction::in) return false;
  const std::string name = direction == Direction::in ? "disable_policy" : "disable_xfrm";
  for (const std::string& each : {device, std::string("all")})
    if (!each.empty() &&
        is_set(space, fmt::format("{}/conf/{}/{}", inet ? "ipv4" : "ipv6", each, name)))
      return true;
  return false;
}

// Each direction in which the SYN and its answer are checked in this namespace.
std::vector<Checked> segments_of(const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  const Question& question = facts.question;
  const bool is_delivered = arrival.there.is_delivered();
  const auto syn = [&](Direction direction) {
    return Checked{
        *question.source, question.destination, question.port_is_assumed, false, direction, false};
  };
  const auto answer = [&](Direction direction) {
    return Checked{question.destination,     *question.source, false,
                   question.port_is_assumed, direction,        true};
  };
  if (!question.source) return {};
  std::vector<Checked> segments;
  if (arrival.local_sender) segments.push_back(syn(Direction::out));
  if (is_delivered) {
    segments.push_back(syn(Direction::in));
    segments.push_back(answer(Direction::out));
    if (arrival.local_sender) segments.push_back(answer(Direction::in));
  } else if (segments.empty()) {
    segments = {syn(Direction::forward), syn(Direction::out)};
  }
  return segments;
}

// The interface on which it comes in or leaves.
std::string device_of(const Checked& segment, const Facts& facts) {
  const Arrival& arrival = facts.arrival;
  if (arrival.local_sender && arrival.there.is_delivered()) return "lo";
  if (segment.is_answer) return arrival.back.device;
  return segment.direction == Direction::in ? arrival.device : arrival.there.device;
}

}  // namespace

std::optional<std::vector<IpsecPolicy>> ipsec_policies(const Namespace& space, const Facts& facts) {
  const Policies policies = policies_in(space);
  std::vector<IpsecPolicy> found;
  if (policies.error == EPROTONOSUPPORT) return found;  // a kernel without IPsec
  if (policies.error != 0) return std::nullopt;
  for (const Checked& segment : segments_of(facts))
    if (!is_exempt(space, segment.source.address.family(), device_of(segment, facts),
                   segment.direction))
      look_up(policies, segment, found);
  return found;
}

}  // namespace lab::filter
