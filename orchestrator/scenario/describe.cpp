// SPDX-License-Identifier: MIT
//
// The language in words: what a report says a step does.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cerrno>

#include "record/trace.hpp"
#include "scenario/model.hpp"
#include "util/error.hpp"

namespace lab::scenario {
namespace {

std::string expecting(int error) {
  return error == 0 ? "" : fmt::format(", expecting {}", errno_name(error));
}

// Data as a string literal, cut where it gets long.
std::string quoted(const std::string& data) {
  constexpr std::size_t longest = 40;
  std::string shown;
  for (const char c : data.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  if (data.size() <= longest) return fmt::format("\"{}\"", shown);
  return fmt::format("\"{}...\" ({} bytes)", shown, data.size());
}

std::string table(std::string_view name, const std::vector<ExpectedRow>& rows) {
  if (rows.empty()) return fmt::format("{} empty", name);
  std::vector<std::string> words;
  for (const ExpectedRow& row : rows) words.push_back(describe(row));
  return fmt::format("{} [{}]", name, fmt::join(words, "; "));
}

// One function a verb; std::visit picks it.
struct Words {
  std::string operator()(const OpenSocket& open) const {
    std::string words = fmt::format("open socket {} on {}", open.name, open.host);
    if (open.reuseaddr) words += ", SO_REUSEADDR";
    if (open.reuseport) words += ", SO_REUSEPORT";
    if (open.v6only) words += fmt::format(", IPV6_V6ONLY {}", *open.v6only ? "on" : "off");
    if (!open.device.empty()) words += fmt::format(", SO_BINDTODEVICE {}", open.device);
    return words;
  }
  std::string operator()(const Bind& bind) const {
    return fmt::format("bind {} to {}{}", bind.socket, to_string(bind.to), expecting(bind.error));
  }
  std::string operator()(const Listen& listen) const {
    return fmt::format("listen on {}, backlog {}{}", listen.socket, listen.backlog,
                       expecting(listen.error));
  }
  std::string operator()(const Connect& connect) const {
    return fmt::format("connect {} to {}{}", connect.socket, to_string(connect.to),
                       connect.wait ? expecting(connect.error)
                       : connect.error == EINPROGRESS
                           ? " without waiting"
                           : " without waiting" + expecting(connect.error));
  }
  std::string operator()(const Connected& connected) const {
    return fmt::format("wait for the outcome of {}'s connect{}", connected.socket,
                       expecting(connected.error));
  }
  std::string operator()(const Accept& accept) const {
    return fmt::format("accept {} from {}", accept.name, accept.socket);
  }
  std::string operator()(const Send& send) const {
    return fmt::format("send {} on {}", quoted(send.data), send.socket);
  }
  std::string operator()(const Receive& receive) const {
    return fmt::format("receive {} on {}", quoted(receive.data), receive.socket);
  }
  std::string operator()(const Close& close) const { return fmt::format("close {}", close.socket); }
  std::string operator()(const Ping& ping) const {
    return fmt::format("ping {} from {}", ping.to, ping.from);
  }
  std::string operator()(const Hold& hold) const {
    return fmt::format("hold what {} sends", hold.host);
  }
  std::string operator()(const Mark& mark) const {
    return fmt::format("mark what {} holds so far", mark.host);
  }
  std::string operator()(const Release& release) const {
    return release.until_mark ? fmt::format("release what {} holds up to the mark", release.host)
                              : fmt::format("release all that {} holds", release.host);
  }
  std::string operator()(const Tables& tables) const {
    std::vector<std::string> words;
    if (tables.listeners) words.push_back(table("listeners", *tables.listeners));
    if (tables.bound) words.push_back(table("bound", *tables.bound));
    if (tables.ehash) words.push_back(table("ehash", *tables.ehash));
    return fmt::format("tables of {}: {}", fmt::join(tables.hosts, " and "),
                       fmt::join(words, ", "));
  }
  std::string operator()(const Lookup& lookup) const {
    return fmt::format("look up {} > {} on {}", to_string(lookup.from), to_string(lookup.to),
                       lookup.host);
  }
  std::string operator()(const Packets& packets) const {
    std::vector<std::string> words;
    for (const ExpectedSegment& segment : packets.segments) words.push_back(describe(segment));
    return fmt::format("packets at {} {}: {}", packets.host, packets.exact ? "are" : "begin",
                       words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", ")));
  }
  std::string operator()(const Path& path) const {
    std::vector<std::string> words;
    for (const PathEvent& event : path.passes) words.push_back(describe(event));
    for (const PathEvent& event : path.never) words.push_back(fmt::format("never {}", describe(event)));
    if (path.answer) words.push_back(fmt::format("answered by {}", path.answer->str()));
    if (path.unanswered) words.emplace_back("not answered");
    return fmt::format("path of {} on {}{}{}",
                       path.segment ? describe(*path.segment) : "every segment", path.host,
                       words.empty() ? "" : ": ", fmt::join(words, ", "));
  }
  std::string operator()(const NoRetransmission&) const { return "no segment was sent twice"; }
};

}  // namespace

std::string to_string(const Place& place) { return fmt::format("{}:{}", place.host, place.port); }

std::string describe(const Action& action) { return std::visit(Words{}, action); }

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
  std::string words = fmt::format("{} > {} {}", segment.from, segment.to, segment.flags.str());
  if (segment.sequence) words += fmt::format(" seq {}", *segment.sequence);
  if (segment.acknowledgment) words += fmt::format(" ack {}", *segment.acknowledgment);
  if (segment.length) words += fmt::format(" length {}", *segment.length);
  return words;
}

std::string describe(const PathSegment& segment) {
  const auto end = [](const Place& place) {
    return place.port == 0 ? place.host : to_string(place);
  };
  return fmt::format("{} > {} {}", end(segment.from), end(segment.to), segment.flags.str());
}

std::string describe(const PathEvent& event, Family family) {
  std::string words(kernel_name(event.event, family));
  const auto add = [&words](std::string_view word) {
    if (!word.empty()) words.append(" ").append(word);
  };
  add(event.detail);
  add(event.outcome);
  add(event.reason);
  if (event.state) add(to_string(*event.state));
  if (event.state_after) words.append(" > ").append(to_string(*event.state_after));
  if (!event.socket.empty()) words.append(" of ").append(event.socket);
  if (!event.caller.empty()) words.append(" by ").append(kernel_name(event.caller, family));
  return words;
}

std::string host_of(const Scenario& scenario, const std::string& socket) {
  for (const Step& step : scenario.steps) {
    if (const auto* open = std::get_if<OpenSocket>(&step.action); open && open->name == socket)
      return open->host;
    // The parser has made sure that the listener was opened before it accepts.
    if (const auto* accept = std::get_if<Accept>(&step.action); accept && accept->name == socket)
      return accept->socket == socket ? "" : host_of(scenario, accept->socket);
  }
  return "";
}

}  // namespace lab::scenario
