// SPDX-License-Identifier: MIT
#include "filter/rule_match.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "filter/segment_value.hpp"
#include "record/address.hpp"

namespace lab::filter {
namespace {

using nlohmann::json;

Match yes_if(bool condition) { return condition ? Match::yes : Match::no; }

// nft lists `ip saddr & 255.255.0.0 == 10.9.95.0` as 10.9.95.0/16. nft_cmp_eval() compares all
// bits, and those beyond the mask are 0 by then. A prefix that was written as one has none of them
// set.
bool has_bits_beyond(const Address& prefix, int length) {
  for (int bit = length; bit < static_cast<int>(prefix.size()) * 8; ++bit)
    if (((prefix.bytes()[bit / 8] >> (7 - bit % 8)) & 1) != 0) return true;
  return false;
}

Match equals(const Address& address, const json& right) {
  if (right.is_string()) {
    const auto other = Address::parse(right.get<std::string>());
    return other ? yes_if(*other == address) : Match::maybe;
  }
  if (right.contains("prefix") && right["prefix"].value("addr", json()).is_string()) {
    const auto prefix = Address::parse(right["prefix"]["addr"].get<std::string>());
    const int length = std::max(0, right["prefix"].value("len", 0));
    if (prefix)
      return yes_if(address.has_prefix(*prefix, length) && !has_bits_beyond(*prefix, length));
  }
  if (right.contains("range") && right["range"].size() == 2 && right["range"][0].is_string() &&
      right["range"][1].is_string()) {
    const auto first = Address::parse(right["range"][0].get<std::string>());
    const auto last = Address::parse(right["range"][1].get<std::string>());
    if (first && last) return yes_if(*first <= address && address <= *last);
  }
  return Match::maybe;
}

bool is_range_of_numbers(const json& right) {
  return right.is_object() && right.contains("range") && right["range"].size() == 2 &&
         right["range"][0].is_number_unsigned() && right["range"][1].is_number_unsigned();
}

Match equals(std::uint32_t number, const json& right) {
  if (right.is_number_unsigned()) return yes_if(number == right.get<std::uint32_t>());
  if (is_range_of_numbers(right))
    return yes_if(right["range"][0].get<std::uint32_t>() <= number &&
                  number <= right["range"][1].get<std::uint32_t>());
  if (const auto flags = flags_in(right)) return yes_if(number == *flags);
  return Match::maybe;
}

// A port somewhere in that range.
Match equals(const PortRange& ports, const json& right) {
  std::uint32_t first = 0, last = 0;
  if (right.is_number_unsigned())
    first = last = right.get<std::uint32_t>();
  else if (is_range_of_numbers(right))
    first = right["range"][0], last = right["range"][1];
  else
    return Match::maybe;
  if (ports.last < first || last < ports.first) return Match::no;
  return first <= ports.first && ports.last <= last ? Match::yes : Match::maybe;
}

Match equals(const std::string& word, const json& right) {
  if (right.is_number_unsigned()) {
    const auto number = right.get<unsigned>();
    if (word == "tcp") return yes_if(number == IPPROTO_TCP);
    if (word == "icmp") return yes_if(number == IPPROTO_ICMP);
    if (word == "udp") return yes_if(number == IPPROTO_UDP);
    if (word == "gre") return yes_if(number == IPPROTO_GRE);
    if (word == "ipv6-icmp") return yes_if(number == IPPROTO_ICMPV6);
  }
  if (!right.is_string()) return Match::maybe;
  const std::string other = right;
  if (word == "ipv6-icmp" && other == "icmpv6") return Match::yes;
  if (other.ends_with('*')) return yes_if(word.starts_with(other.substr(0, other.size() - 1)));
  return yes_if(word == other);
}

// The packet of a tunnel is new, or of a connection that is known.
Match in_states_of_tunnel(const json& right) {
  const json& words = right.is_object() && right.contains("set") ? right["set"] : right;
  bool fresh = false, known = false;
  for (const json& each : words) {
    fresh = fresh || each == "new";
    known = known || each == "established";
    if (!each.is_string()) return Match::maybe;
  }
  return fresh && known ? Match::yes : fresh || known ? Match::maybe : Match::no;
}

// The states that the packet may be compared with; any of them matches (a bit mask).
Match in_states(const json& right, const SegmentAtHook& segment) {
  if (segment.outer_protocol) return in_states_of_tunnel(right);
  if (!segment.state) return Match::maybe;
  if (right.is_string()) return yes_if(right.get<std::string>() == *segment.state);
  const json* list = right.is_array() ? &right : nullptr;
  if (right.is_object() && right.contains("set")) list = &right["set"];
  if (!list) return Match::maybe;
  for (const json& each : *list) {
    if (!each.is_string()) return Match::maybe;
    if (each.get<std::string>() == *segment.state) return Match::yes;
  }
  return Match::no;
}

bool is_ct_state(const json& left) {
  return left.is_object() && left.contains("ct") && left["ct"].value("key", "") == "state";
}

// "ct status dnat". A rule that sends a segment elsewhere is known to act before this is asked.
Match has_status(const json& right, const SegmentAtHook& segment) {
  const bool is_dnat = right == "dnat" || right == json::array({"dnat"});
  return is_dnat && segment.state ? Match::no : Match::maybe;
}

bool is_ct_status(const json& left) {
  return left.is_object() && left.contains("ct") && left["ct"].value("key", "") == "status";
}

// "fib saddr . iif oif", or with the mark, at which no policy rule looks.
bool is_return_by_in(const json& left) {
  if (!left.is_object() || !left.contains("fib") || left["fib"].value("result", "") != "oif")
    return false;
  const json flags = left["fib"].value("flags", json());
  return flags == json::array({"saddr", "iif"}) || flags == json::array({"saddr", "mark", "iif"});
}

// An element of a set with what nft lists beside its value (libnftables-json(5)), if it has any.
const json* with_more(const json& element) {
  return element.is_object() && element.contains("elem") ? &element["elem"] : nullptr;
}

// Not where it is gone before connect() gives up (tcp_syn_retries: some two minutes), or where a
// limit or quota of its own decides (nft_set_elem_expr_eval()).
bool is_there_for_all(const json& with_more) {
  constexpr int one_connect = 130;  // seconds
  constexpr std::array<std::string_view, 5> harmless{"val", "timeout", "expires", "comment",
                                                     "counter"};
  for (const auto& [key, value] : with_more.items())
    if (std::ranges::find(harmless, std::string_view(key)) == harmless.end()) return false;
  return !with_more.contains("expires") || (with_more["expires"].is_number_integer() &&
                                            with_more["expires"].get<std::int64_t>() > one_connect);
}

Match with_element(const Has& has, const json& element) {
  if (const json* inner = with_more(element)) {
    if (!inner->contains("val")) return Match::maybe;
    return both(with_element(has, (*inner)["val"]),
                is_there_for_all(*inner) ? Match::yes : Match::maybe);
  }
  return std::visit(
      [&](const auto& value) -> Match {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, Absent>)
          return Match::no;
        else if constexpr (std::is_same_v<Value, NotKnown>)
          return Match::maybe;
        else
          return equals(value, element);
      },
      has);
}

Match with_any(const Has& has, const json& elements) {
  if (std::holds_alternative<Absent>(has)) return Match::no;
  Match result = Match::no;
  for (const json& each : elements) {
    const Match match = with_element(has, each);
    if (match == Match::yes) return match;
    if (match == Match::maybe) result = match;
  }
  return result;
}

Match has_any_flag(const json& right, const SegmentAtHook& segment) {
  if (!segment.is_tcp()) return Match::no;
  const auto flags = flags_in(right);
  if (!flags || !segment.flags) return Match::maybe;
  if ((segment.flags->byte() & *flags & ~ecn_flags) != 0) return Match::yes;
  return (*flags & ecn_flags) != 0 ? Match::maybe : Match::no;
}

// Of some port in the range: all compare alike, or it is not known.
Match compared(const PortRange& ports, const std::string& op, std::uint32_t other) {
  const auto holds = [&](std::uint32_t port) {
    return op == "<"    ? port < other
           : op == ">"  ? port > other
           : op == "<=" ? port <= other
                        : port >= other;
  };
  const bool first = holds(ports.first), last = holds(ports.last);
  return first == last ? yes_if(first) : Match::maybe;
}

Match compared(const Has& has, const std::string& op, const json& right) {
  if (const auto* ports = std::get_if<PortRange>(&has); ports && right.is_number_unsigned())
    return compared(*ports, op, right.get<std::uint32_t>());
  const auto* number = std::get_if<std::uint32_t>(&has);
  if (std::holds_alternative<Absent>(has)) return Match::no;
  if (!number || !right.is_number_unsigned()) return Match::maybe;
  const auto other = right.get<std::uint32_t>();
  if (op == "<") return yes_if(*number < other);
  if (op == ">") return yes_if(*number > other);
  if (op == "<=") return yes_if(*number <= other);
  return yes_if(*number >= other);
}

}  // namespace

Match both(Match one, Match other) {
  if (one == Match::no || other == Match::no) return Match::no;
  return one == Match::yes ? other : one;
}

namespace {

// "ip saddr . tcp dport": each part has its own value in each element.
Match concatenation(const json& parts, const json& element, const SegmentAtHook& segment,
                    const NamedSets& sets) {
  if (const json* inner = with_more(element)) {
    if (!inner->contains("val")) return Match::maybe;
    return both(concatenation(parts, (*inner)["val"], segment, sets),
                is_there_for_all(*inner) ? Match::yes : Match::maybe);
  }
  if (!element.is_object() || !element.contains("concat") ||
      element["concat"].size() != parts.size())
    return Match::maybe;
  Match match = Match::yes;
  for (std::size_t at = 0; at < parts.size(); ++at)
    match = both(match, is_one_of(parts[at], element["concat"][at], segment, sets));
  return match;
}

Match any_concatenation(const json& parts, const json& right, const SegmentAtHook& segment,
                        const NamedSets& sets) {
  const json* elements = nullptr;
  if (right.is_object() && right.contains("set")) elements = &right["set"];
  if (right.is_string() && right.get<std::string>().starts_with('@')) {
    const auto named = sets.find(right.get<std::string>().substr(1));
    if (named != sets.end()) elements = &named->second;
  }
  if (!elements) return concatenation(parts, right, segment, sets);
  Match result = Match::no;
  for (const json& each : *elements) {
    const Match match = concatenation(parts, each, segment, sets);
    if (match == Match::yes) return match;
    if (match == Match::maybe) result = match;
  }
  return result;
}

}  // namespace

Match is_one_of(const json& left, const json& right, const SegmentAtHook& segment,
                const NamedSets& sets) {
  if (is_ct_state(left)) return in_states(right, segment);
  if (is_routing_header(left) && right.is_boolean()) return yes_if(!right.get<bool>());
  if (is_return_by_in(left) && right.is_boolean())
    return segment.returns_by_in ? yes_if(right.get<bool>()) : Match::maybe;
  if (left.is_object() && left.contains("concat"))
    return any_concatenation(left["concat"], right, segment, sets);
  const Has has = value_of(left, segment);
  if (right.is_object() && right.contains("set") && right["set"].is_array())
    return with_any(has, right["set"]);
  if (right.is_string() && right.get<std::string>().starts_with('@')) {
    if (std::holds_alternative<Absent>(has)) return Match::no;
    const auto named = sets.find(right.get<std::string>().substr(1));
    return named == sets.end() ? Match::maybe : with_any(has, named->second);
  }
  return with_element(has, right);
}

Match matches(const json& match, const SegmentAtHook& segment, const NamedSets& sets) {
  if (!match.contains("left") || !match.contains("right")) return Match::maybe;
  const std::string op = match.value("op", "==");
  const json &left = match["left"], &right = match["right"];
  if (op == "==" || op == "in") {
    // "tcp flags syn" is true if any of these flags is set.
    if (op == "in" && left.contains("payload") && left["payload"].value("field", "") == "flags")
      return has_any_flag(right, segment);
    if (op == "in" && is_ct_status(left)) return has_status(right, segment);
    return is_one_of(left, right, segment, sets);
  }
  // "ct state ! new": none of these bits.
  if (op == "!" && is_ct_state(left)) {
    const Match any = in_states(right, segment);
    return any == Match::maybe ? any : yes_if(any == Match::no);
  }
  if (op == "!=") {
    // Without an interface, kernels differ: the rule fails, or the name is empty (nft_meta.c).
    const auto value = value_of(left, segment);
    if (const auto* word = std::get_if<std::string>(&value); word && word->empty())
      return Match::maybe;
    // A field that is not there makes the rule fail, whatever is compared.
    if (!is_ct_state(left) && std::holds_alternative<Absent>(value)) return Match::no;
    const Match same = is_one_of(left, right, segment, sets);
    return same == Match::maybe ? same : yes_if(same == Match::no);
  }
  if (op == "<" || op == ">" || op == "<=" || op == ">=")
    return compared(value_of(left, segment), op, right);
  return Match::maybe;
}

}  // namespace lab::filter
