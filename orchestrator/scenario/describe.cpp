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

std::string listed(const std::vector<ExpectedRow>& rows) {
  std::vector<std::string> words;
  for (const ExpectedRow& row : rows) words.push_back(describe(row));
  return fmt::format("[{}]", fmt::join(words, "; "));
}

std::string table(std::string_view name, const ExpectedTable& table) {
  if (table.exact)
    return table.has.empty() ? fmt::format("{} empty", name)
                             : fmt::format("{} {}", name, listed(table.has));
  std::string words(name);
  if (!table.has.empty()) words += fmt::format(" has {}", listed(table.has));
  if (!table.lacks.empty()) words += fmt::format(" lacks {}", listed(table.lacks));
  return words;
}

std::string_view to_string(Direction direction) {
  return direction == Direction::read ? "read" : direction == Direction::write ? "write" : "both";
}

std::string_view to_string(Packets::Mode mode) {
  return mode == Packets::Mode::exact ? "are" : mode == Packets::Mode::begin ? "begin" : "have";
}

std::string listed(const std::vector<ExpectedSegment>& segments) {
  std::vector<std::string> words;
  for (const ExpectedSegment& segment : segments) words.push_back(describe(segment));
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

// An end whose port is open is written by its host alone.
std::string end_of_segment(const Place& place) {
  const std::string words = lab::scenario::to_string(place);
  return place.port == Number{} ? words.substr(0, words.rfind(':')) : words;
}

// One function a verb; std::visit picks it.
struct Words {
  std::string operator()(const OpenSocket& open) const {
    std::string words = fmt::format("open socket {} on {}", open.name, open.host);
    if (open.family) words += *open.family == Family::inet ? ", AF_INET" : ", AF_INET6";
    if (open.reuseaddr) words += ", SO_REUSEADDR";
    if (open.reuseport) words += ", SO_REUSEPORT";
    if (open.v6only) words += fmt::format(", IPV6_V6ONLY {}", *open.v6only ? "on" : "off");
    if (!open.device.empty()) words += fmt::format(", SO_BINDTODEVICE {}", open.device);
    return words;
  }
  std::string operator()(const SetOption& set) const {
    return fmt::format("set {} of {} to {}{}", set.option, set.socket, set.value,
                       expecting(set.error));
  }
  std::string operator()(const GetOption& get) const {
    return fmt::format("{} of {} is {}", get.option, get.socket,
                       get.option == "SO_ERROR" ? errno_name(static_cast<int>(get.value))
                                                : std::to_string(get.value));
  }
  std::string operator()(const Bind& bind) const {
    return fmt::format("bind {} to {}{}", bind.socket, to_string(bind.to), expecting(bind.error));
  }
  std::string operator()(const Listen& listen) const {
    return fmt::format("listen on {}, backlog {}{}", listen.socket, listen.backlog,
                       expecting(listen.error));
  }
  std::string operator()(const Connect& connect) const {
    return fmt::format(
        "connect {} to {}{}{}", connect.socket, to_string(connect.to),
        connect.data.empty() ? "" : fmt::format(" with {}", quoted(connect.data)),
        connect.wait                   ? expecting(connect.error)
        : connect.error == EINPROGRESS ? " without waiting"
                                       : " without waiting" + expecting(connect.error));
  }
  std::string operator()(const Connected& connected) const {
    return fmt::format("wait for the outcome of {}'s connect{}", connected.socket,
                       expecting(connected.error));
  }
  std::string operator()(const Disconnect& disconnect) const {
    return fmt::format("connect {} to AF_UNSPEC{}", disconnect.socket,
                       expecting(disconnect.error));
  }
  std::string operator()(const Accept& accept) const {
    return fmt::format("accept {} from {}", accept.name, fmt::join(accept.sockets, " or "));
  }
  std::string operator()(const Send& send) const {
    return fmt::format("send {} on {}{}{}", quoted(send.data), send.socket,
                       send.wait ? "" : " without waiting", expecting(send.error));
  }
  std::string operator()(const Receive& receive) const {
    return fmt::format("receive {} on {}{}", receive.end ? "the end" : quoted(receive.data),
                       receive.socket, expecting(receive.error));
  }
  std::string operator()(const Transfer& transfer) const {
    return fmt::format("transfer {} bytes from {} to {}", transfer.bytes, transfer.from,
                       transfer.to);
  }
  std::string operator()(const Shutdown& shutdown) const {
    return fmt::format("shut {} down, {}{}", shutdown.socket, to_string(shutdown.how),
                       expecting(shutdown.error));
  }
  std::string operator()(const Close& close) const {
    return fmt::format("{} {}", close.abort ? "abort" : "close", close.socket);
  }
  std::string operator()(const Info& info) const {
    std::vector<std::string> words;
    if (info.state) words.emplace_back(lab::to_string(*info.state));
    for (const std::string& option : info.has) words.push_back(option);
    for (const std::string& option : info.lacks) words.push_back("no " + option);
    if (info.retransmissions) words.push_back(fmt::format("retransmissions {}", *info.retransmissions));
    if (info.unacknowledged) words.push_back(fmt::format("unacknowledged {}", *info.unacknowledged));
    return fmt::format("{} is {}", info.socket, fmt::join(words, ", "));
  }
  std::string operator()(const Ping& ping) const {
    return fmt::format("ping {} from {}", ping.to, ping.from);
  }
  std::string operator()(const Nftables& nftables) const {
    return nftables.flush ? fmt::format("flush the firewall of {}", nftables.host)
                          : fmt::format("add rules to the firewall of {}", nftables.host);
  }
  std::string operator()(const Sysctl& sysctl) const {
    std::vector<std::string> words;
    for (const auto& [key, value] : sysctl.set) words.push_back(fmt::format("{}={}", key, value));
    return fmt::format("sysctl on {}: {}", sysctl.host, fmt::join(words, ", "));
  }
  std::string operator()(const SetLink& link) const {
    return fmt::format("set {}:{} {}", link.host, link.device, link.up ? "up" : "down");
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
  std::string operator()(const Drop& drop) const {
    return fmt::format("drop the next {}{} at {}",
                       drop.count == 1 ? "" : fmt::format("{} of ", drop.count),
                       describe(drop.segment), drop.host);
  }
  std::string operator()(const Inject& inject) const {
    if (!inject.icmp.empty())
      return fmt::format("inject icmp {} about {} from {}", inject.icmp, describe(*inject.about),
                         inject.host);
    return fmt::format("inject {}{} from {}", describe(*inject.segment),
                       inject.data.empty() ? "" : fmt::format(" with {}", quoted(inject.data)),
                       inject.host);
  }
  std::string operator()(const Let& let) const {
    return fmt::format("let ${} be the {} of {}", let.name, let.field,
                       let.segment ? fmt::format("last {} at {}", describe(*let.segment), let.host)
                                   : let.socket);
  }
  std::string operator()(const Exec& exec) const {
    return fmt::format("run {} on {}{}", fmt::join(exec.run, " "), exec.host,
                       exec.background ? " in the background" : "");
  }
  std::string operator()(const Await& await) const {
    if (!await.dropped.empty()) return fmt::format("wait for the drops at {}", await.dropped);
    if (!await.socket.empty()) return fmt::format("wait until {} is {}", await.socket, await.event);
    if (await.exit) return fmt::format("wait for the end of {}", await.program);
    return fmt::format("wait until {} says {}", await.program, quoted(await.output));
  }
  std::string operator()(const Stop& stop) const {
    return fmt::format("send {} to {}", stop.signal, stop.program);
  }
  std::string operator()(const Tables& tables) const {
    std::vector<std::string> words;
    if (tables.listeners) words.push_back(table("listeners", *tables.listeners));
    if (tables.bound) words.push_back(table("bound", *tables.bound));
    if (tables.ehash) words.push_back(table("ehash", *tables.ehash));
    return fmt::format("tables of {}{}: {}", fmt::join(tables.hosts, " and "),
                       tables.witness.empty() ? "" : " by " + tables.witness,
                       fmt::join(words, ", "));
  }
  std::string operator()(const Observe& observe) const {
    return fmt::format("observe {}", fmt::join(observe.hosts, " and "));
  }
  std::string operator()(const Lookup& lookup) const {
    return fmt::format("look up {} > {} on {}", to_string(lookup.from), to_string(lookup.to),
                       lookup.host);
  }
  std::string operator()(const Packets& packets) const {
    std::string words = fmt::format("packets at {}", packets.host);
    if (packets.mode != Packets::Mode::has || !packets.segments.empty())
      words += fmt::format(" {}: {}", to_string(packets.mode), listed(packets.segments));
    if (!packets.never.empty()) words += fmt::format(" never: {}", listed(packets.never));
    return words;
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

std::string to_string(const Number& number) {
  if (number.value.empty()) return std::to_string(number.number);
  return number.number == 0 ? fmt::format("${}", number.value)
                            : fmt::format("${}{:+}", number.value, number.number);
}

std::string to_string(const Place& place) {
  return place.at.empty() ? fmt::format("{}:{}", place.host, to_string(place.port))
                          : fmt::format("{}@{}:{}", place.host, place.at, to_string(place.port));
}

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
  std::string words =
      fmt::format("{} > {} ", end_of_segment(segment.from), end_of_segment(segment.to));
  if (!segment.icmp.empty()) return words + "icmp " + segment.icmp;
  words += segment.flags.str();
  const auto add = [&words](std::string_view word, const std::optional<Number>& number) {
    if (number) words += fmt::format(" {} {}", word, to_string(*number));
  };
  add(segment.raw_sequence ? "rawseq" : "seq", segment.sequence);
  add(segment.raw_acknowledgment ? "rawack" : "ack", segment.acknowledgment);
  add("length", segment.length);
  add("win", segment.window);
  add("mss", segment.mss);
  add("wscale", segment.wscale);
  if (segment.sack) words += *segment.sack ? " sackOK" : " nosackOK";
  if (segment.timestamps) words += *segment.timestamps ? " ts" : " nots";
  if (segment.sack_block)
    words += fmt::format(" sack {}:{}", to_string((*segment.sack_block)[0]),
                         to_string((*segment.sack_block)[1]));
  return words;
}

std::string describe(const InjectedSegment& segment) {
  std::string words =
      fmt::format("{} > {} {} {} {}", to_string(segment.from), to_string(segment.to),
                  segment.flags.str(), segment.raw_sequence ? "rawseq" : "seq",
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
    words += fmt::format(" fastopen {}", segment.fastopen_cookie->empty()
                                             ? "request"
                                             : *segment.fastopen_cookie);
  return words;
}

std::string describe(const PathSegment& segment) {
  return fmt::format("{} > {} {}", end_of_segment(segment.from), end_of_segment(segment.to),
                     segment.flags.str());
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
    if (const auto* accept = std::get_if<Accept>(&step.action);
        accept && (accept->name == socket || accept->winner == socket))
      return accept->sockets.front() == socket ? "" : host_of(scenario, accept->sockets.front());
  }
  return "";
}

}  // namespace lab::scenario
