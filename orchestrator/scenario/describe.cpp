// SPDX-License-Identifier: MIT
//
// Descriptions of steps and expectations, for reports.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "record/kernel_function.hpp"
#include "scenario/model.hpp"
#include "util/error.hpp"

namespace lab::scenario {
namespace {

// An end without a port is written as its host only.
std::string end_of_segment(const Place& place) {
  const std::string words = lab::scenario::to_string(place);
  return place.port == Number{} ? words.substr(0, words.rfind(':')) : words;
}

short all_of(const std::vector<short>& poll_events) {
  int bits = 0;
  for (const short event : poll_events) bits |= event;
  return static_cast<short>(bits);
}

}  // namespace

std::string written_flags(const TcpFlags& flags) { return flags == TcpFlags{} ? "-" : flags.str(); }

std::string to_string(const Number& number) {
  if (number.value.empty()) return std::to_string(number.number);
  return number.number == 0 ? fmt::format("${}", number.value)
                            : fmt::format("${}{:+}", number.value, number.number);
}

std::string to_string(const Place& place) {
  return place.at.empty() ? fmt::format("{}:{}", place.host, to_string(place.port))
                          : fmt::format("{}@{}:{}", place.host, place.at, to_string(place.port));
}

std::string describe(const ExpectedRow& row) {
  std::vector<std::string> words;
  words.push_back(row.socket.empty() ? "any socket" : row.socket);
  if (row.state) words.emplace_back(to_string(*row.state));
  if (row.kind) words.push_back(fmt::format("kind {}", to_string(*row.kind)));
  if (row.role) words.push_back(fmt::format("role {}", to_string(*row.role)));
  if (row.local) words.push_back(fmt::format("local {}", to_string(*row.local)));
  if (row.remote) words.push_back(fmt::format("remote {}", to_string(*row.remote)));
  if (row.accept_queue) words.push_back(fmt::format("accept queue {}", *row.accept_queue));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string describe(const ExpectedSegment& segment) {
  std::string words =
      fmt::format("{} > {} ", end_of_segment(segment.from), end_of_segment(segment.to));
  const auto add = [&words](std::string_view word, const std::optional<Number>& number) {
    if (number) words += fmt::format(" {} {}", word, to_string(*number));
  };
  if (!segment.icmp.empty()) {
    words += "icmp " + segment.icmp;
    add("mtu", segment.mtu);
    add(segment.raw_sequence ? "rawseq" : "seq", segment.sequence);
    return words;
  }
  words += written_flags(segment.flags);
  add(segment.raw_sequence ? "rawseq" : "seq", segment.sequence);
  add(segment.raw_acknowledgment ? "rawack" : "ack", segment.acknowledgment);
  add("length", segment.length);
  if (segment.in_parts) words += " parts";
  add("win", segment.window);
  add("mss", segment.mss);
  add("wscale", segment.wscale);
  if (segment.sack) words += *segment.sack ? " sackOK" : " nosackOK";
  if (segment.timestamps) words += *segment.timestamps ? " ts" : " nots";
  if (segment.sack_block)
    words += fmt::format(" sack {}:{}", to_string((*segment.sack_block)[0]),
                         to_string((*segment.sack_block)[1]));
  if (segment.fastopen)
    words += " fastopen " + (segment.fastopen->empty() ? "request" : *segment.fastopen);
  if (segment.options) words += " " + describe(*segment.options);
  if (segment.ae && *segment.ae) words += " AE";
  add("urg", segment.urgent);
  add("tos", segment.tos);
  add("ttl", segment.ttl);
  if (segment.ecn) words.append(" ").append(ecn_words[static_cast<std::size_t>(*segment.ecn)]);
  return words;
}

std::string describe(const InjectedSegment& segment) {
  std::string words =
      fmt::format("{} > {} {} {} {}", to_string(segment.from), to_string(segment.to),
                  written_flags(segment.flags), segment.raw_sequence ? "rawseq" : "seq",
                  to_string(segment.sequence));
  if (segment.flags.ack)
    words += fmt::format(" {} {}", segment.raw_acknowledgment ? "rawack" : "ack",
                         to_string(segment.acknowledgment));
  if (segment.window != InjectedSegment{}.window)
    words += fmt::format(" win {}", to_string(segment.window));
  if (segment.mss) words += fmt::format(" mss {}", *segment.mss);
  if (segment.sack) words += " sackOK";
  if (segment.timestamps)
    words += fmt::format(" ts {}:{}", to_string((*segment.timestamps)[0]),
                         to_string((*segment.timestamps)[1]));
  if (segment.wscale) words += fmt::format(" wscale {}", *segment.wscale);
  if (segment.fastopen_cookie)
    words += fmt::format(" fastopen {}",
                         segment.fastopen_cookie->empty() ? "request" : *segment.fastopen_cookie);
  if (segment.options) words += " " + describe(*segment.options);
  if (segment.ae) words += " AE";
  if (segment.urgent != Number{}) words += fmt::format(" urg {}", to_string(segment.urgent));
  if (segment.tos != 0) words += fmt::format(" tos {}", segment.tos);
  if (segment.ttl != InjectedSegment{}.ttl) words += fmt::format(" ttl {}", segment.ttl);
  return words;
}

std::string describe(const ListedOption& option) {
  if (option.kind == option_md5 || option.kind == option_fastopen) {
    const std::string word = option.kind == option_md5 ? "md5" : "fastopen";
    if (!option.data) return word;
    return word + " " + (option.data->empty() ? "request" : *option.data);
  }
  if (option.kind == option_experimental && option.data &&
      option.data->starts_with(fastopen_magic)) {
    const std::string cookie = option.data->substr(fastopen_magic.size());
    return "fastopen-exp " + (cookie.empty() ? "request" : cookie);
  }
  const auto found = std::ranges::find(named_options, option.kind, &NamedOption::kind);
  if (option.data || found == std::end(named_options))
    return fmt::format("kind {}{}", option.kind,
                       option.data.value_or("").empty() ? "" : " " + *option.data);
  std::string text(found->word);
  for (std::size_t i = 0; i < option.numbers.size(); ++i)
    text += fmt::format("{}{}{}", found->numbers == 2 && i % 2 == 1 ? ":" : " ",
                        i < 2 && option.from_first[i] ? "+" : "", to_string(option.numbers[i]));
  return text;
}

std::string describe(const std::vector<ListedOption>& options) {
  std::vector<std::string> words;
  for (const ListedOption& option : options) words.push_back(describe(option));
  return fmt::format("<{}>", fmt::join(words, ","));
}

std::string describe(const PathSegment& segment) {
  return fmt::format("{} > {} {}", end_of_segment(segment.from), end_of_segment(segment.to),
                     written_flags(segment.flags));
}

std::string describe(const PathEvent& event, Family family) {
  std::string words(kernel_name(event.event, family));
  const auto add = [&words](std::string_view word) {
    if (!word.empty()) words.append(" ").append(word);
  };
  add(to_string(event.detail));
  add(to_string(event.outcome));
  add(event.reason);
  if (event.state) add(to_string(*event.state));
  if (event.state_after) words.append(" > ").append(to_string(*event.state_after));
  if (!event.socket.empty()) words.append(" of ").append(event.socket);
  if (!event.caller.empty()) words.append(" by ").append(kernel_name(event.caller, family));
  return words;
}

std::string poll_events_in_words(short bits) {
  std::vector<std::string> words;
  for (const PollEvent& event : poll_events) {
    if (!(bits & event.bit)) continue;
    std::string& word = words.emplace_back("POLL");
    for (const char letter : event.name) word += static_cast<char>(letter - 'a' + 'A');
  }
  return words.empty() ? "no event" : fmt::format("{}", fmt::join(words, ", "));
}

std::string poll_events_in_words(const std::vector<short>& events) {
  return poll_events_in_words(all_of(events));
}

bool Poll::holds(short reported) const {
  const int expected = all_of(events);
  if (expected == 0) return reported == 0;
  return (reported & expected) == expected && (reported & all_of(lacks)) == 0;
}

std::string too_long_words(std::size_t bytes, const std::string& host, const std::string& device,
                           int mtu) {
  constexpr std::size_t most_of_ip = 65535;
  const std::size_t over = bytes - static_cast<std::size_t>(mtu);
  return fmt::format(
      "the packet has {} bytes with its headers, and the MTU of {}:{} is {}; inject {} "
      "bytes less{}",
      bytes, host, device, mtu, over,
      bytes > most_of_ip ? "" : fmt::format(", or write \"mtu: {}\" at the link", bytes));
}

std::string host_of(const Scenario& scenario, const std::string& socket) {
  for (const Step& step : scenario.steps) {
    if (const auto* open = std::get_if<OpenSocket>(&step.action); open && open->name == socket)
      return open->host;
    // The parser guarantees that the listener was opened first.
    if (const auto* accept = std::get_if<Accept>(&step.action);
        accept && (accept->name == socket || accept->winner == socket))
      return accept->sockets.front() == socket ? "" : host_of(scenario, accept->sockets.front());
  }
  return "";
}

}  // namespace lab::scenario
