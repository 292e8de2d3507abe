// SPDX-License-Identifier: MIT
//
// Parses an event of a path: a kernel function and its result.
#include <fmt/format.h>

#include <algorithm>

#include "language/parse_parts.hpp"
#include "language/reading.hpp"
#include "scenario/kernel_events.hpp"
#include "util/text.hpp"

namespace lab::language {

using scenario::kernel_events;
using scenario::KernelEvent;
using scenario::PathEvent;

namespace {

// A word of a text as a node.
YamlNode word_at(std::string_view word, Position at) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.at = at;
  node.text = word;
  return node;
}

// Throws Problem for the IPv6 name of a kernel function.
void require_ipv4_name(std::string_view name, Position at) {
  const auto function = kernel_function_from(name);
  if (!function || ipv4_function(*function) == *function) return;
  throw Problem(at, fmt::format("\"{}\" is the IPv6 function; write {}, which means both "
                                "families' functions",
                                name, to_string(ipv4_function(*function))));
}

const KernelEvent& event_named(std::string_view name, Position at) {
  require_ipv4_name(name, at);
  std::vector<std::string> known;
  for (const KernelEvent& event : kernel_events()) {
    if (to_string(event.function) == name) return event;
    known.emplace_back(to_string(event.function));
  }
  throw Problem(at, fmt::format("a trace has no event {}", unknown(name, known)));
}

// The value among these that is written as this word.
template <typename Value>
std::optional<Value> value_of(std::string_view word, const std::vector<Value>& values) {
  const auto found =
      std::ranges::find_if(values, [&](Value value) { return to_string(value) == word; });
  return found == values.end() ? std::nullopt : std::optional(*found);
}

bool is_reason(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// "EVENT [WORD…] [STATE [> STATE]] [of SOCKET] [by FUNCTION]". Each word determines the trace
// column that it belongs to.
class EventParser {
 public:
  EventParser(const YamlNode& node, Names& names, const std::string& host)
      : at_(node.at), names_(names), host_(host), text_(text_of(node, "an event")) {}

  PathEvent parse() {
    parts_ = words(text_);
    if (parts_.empty())
      throw Problem(at_, "an event is empty; write the name of a function, such as tcp_v4_rcv");
    kernel_ = &event_named(parts_[0], at_);
    event_.event = kernel_->function;
    event_.at = at_;
    for (next_ = 1; next_ < parts_.size();) take(parts_[next_++]);
    return event_;
  }

 private:
  void take(std::string_view word) {
    if (word == "of") return take_socket(operand("of", "a socket's name after it"));
    if (word == "by") {
      const auto caller = operand("by", "the calling function after it, such as tcp_v4_rcv");
      require_ipv4_name(caller, at_);
      return put(event_.caller, caller, "function after \"by\"");
    }
    if (word == ">") {
      if (!event_.state)
        throw Problem(at_, "\">\" needs a state on both sides; write \"SYN-SENT > SYN-RECEIVED\"");
      return put(event_.state_after, operand(">", "the later state after it"));
    }
    if (const auto outcome = value_of(word, kernel_->outcomes))
      return put(event_.outcome, *outcome, "outcome");
    if (const auto detail = value_of(word, kernel_->details))
      return put(event_.detail, *detail, "detail");
    if (tcp_state_from(word)) return put(event_.state, word);
    if (kernel_->reasons && is_reason(word)) return take_reason(word);
    throw Problem(
        at_, fmt::format("{} has no {}", to_string(event_.event), unknown(word, known_words())));
  }

  std::string_view operand(std::string_view word, std::string_view what) {
    if (next_ == parts_.size())
      throw Problem(at_, fmt::format("\"{}\" ends with \"{}\"; write {}", text_, word, what));
    return parts_[next_++];
  }

  void put(std::string& into, std::string_view word, std::string_view what) const {
    if (!into.empty()) refuse_two(into, word, what);
    into = word;
  }

  template <typename Value>
  void put(std::optional<Value>& into, Value value, std::string_view what) const {
    if (into) refuse_two(to_string(*into), to_string(value), what);
    into = value;
  }

  [[noreturn]] void refuse_two(std::string_view one, std::string_view other,
                               std::string_view what) const {
    throw Problem(at_, fmt::format("\"{}\" has two of one kind ({}), \"{}\" and \"{}\"; keep one",
                                   text_, what, one, other));
  }

  void put(std::optional<TcpState>& into, std::string_view word) const {
    if (into)
      throw Problem(
          at_, fmt::format("\"{}\" has more states than \"BEFORE > AFTER\"; keep these", text_));
    into = parse_state(word_at(word, at_));
  }

  void take_reason(std::string_view word) {
    for (const std::string_view prefix : {"SKB_DROP_REASON_", "SK_RST_REASON_"})
      if (word.starts_with(prefix))
        throw Problem(
            at_, fmt::format("write a reason without its prefix: {}", word.substr(prefix.size())));
    put(event_.reason, word, "reason");
  }

  void take_socket(std::string_view name) {
    const YamlNode node = word_at(name, at_);
    if (names_.any_socket(node).host != host_)
      throw Problem(at_, fmt::format("socket \"{}\" is not on host \"{}\", whose path this step "
                                     "checks",
                                     name, host_));
    put(event_.socket, name, "socket");
  }

  std::vector<std::string> known_words() const {
    std::vector<std::string> known;
    for (const TraceOutcome outcome : kernel_->outcomes) known.emplace_back(to_string(outcome));
    for (const TraceDetail detail : kernel_->details) known.emplace_back(to_string(detail));
    for (const std::string& state : state_names()) known.push_back(state);
    return known;
  }

  Position at_;
  Names& names_;
  const std::string& host_;
  std::string text_;
  std::vector<std::string_view> parts_;
  std::size_t next_ = 0;
  const KernelEvent* kernel_ = nullptr;
  PathEvent event_;
};

}  // namespace

PathEvent parse_event(const YamlNode& node, Names& names, const std::string& host) {
  return EventParser(node, names, host).parse();
}

}  // namespace lab::language
