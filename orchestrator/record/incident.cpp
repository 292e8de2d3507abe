// SPDX-License-Identifier: MIT
#include "record/incident.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace lab {
namespace {

// The most unfinished entries. A missing end (a lost event, a socket that is passed to
// another process) must not fill the memory.
constexpr std::size_t most_open = 10000;

template <typename Map>
void keep_small(Map& map) {
  if (map.size() > most_open) map.erase(map.begin());
}

// Why a RST that no segment has caused is sent: the kernel's reasons since
// 6.10 (include/net/rstreason.h). TCP_STATE is none of them, since all that it
// says is that a RST fits the state; the function that wanted it says more.
std::string active_reset_in_words(const TraceEvent& event) {
  struct Meaning {
    std::string_view word, words;
  };
  static constexpr std::array<Meaning, 6> reasons{{
      {"TCP_ABORT_ON_CLOSE", "close() of a socket with unread data"},
      {"TCP_ABORT_ON_LINGER", "close() with SO_LINGER 0, or a connection that lingers too long"},
      {"TCP_ABORT_ON_DATA", "data came for a socket that was closed"},
      {"TCP_ABORT_ON_MEMORY", "too many orphaned sockets, or no memory for them"},
      {"TCP_KEEPALIVE_TIMEOUT", "keepalive got no answer"},
      {"TCP_DISCONNECT_WITH_DATA", "disconnected with unsent data"},
  }};
  static constexpr std::array<Meaning, 5> callers{{
      {"tcp_disconnect", "close() with SO_LINGER 0, or connect() with AF_UNSPEC"},
      {"tcp_abort", "the socket was destroyed from outside (SOCK_DESTROY, as ss -K does)"},
      {"tcp_close", "close() of a socket with unread data"},
      {"__tcp_close", "close() of a socket with unread data"},
      {"tcp_keepalive_timer", "keepalive got no answer"},
  }};
  for (const Meaning& reason : reasons)
    if (reason.word == event.reason) return std::string(reason.words);
  for (const Meaning& caller : callers)
    if (caller.word == event.caller) return std::string(caller.words);
  return event.caller.empty() ? "the connection was given up" : "by " + event.caller + "()";
}

std::string answer_in_words(const TraceEvent& event) {
  const std::string flags = event.flags ? event.flags->str() : "";
  const bool syn = event.flags && event.flags->syn && !event.flags->ack;
  std::string segment = syn ? "a SYN" : fmt::format("a segment [{}]", flags);
  if (event.outcome == TraceOutcome::no_socket)
    return fmt::format("answers {} for which there is no socket", segment);
  return fmt::format("answers {} that the socket{} does not accept", segment,
                     event.state ? fmt::format(" in {}", to_string(*event.state)) : "");
}

std::string icmp_in_words(const IcmpError& error) {
  return fmt::format("ICMP {} came from {}", error.name(), error.source.str());
}

Incident incident_of(const TraceEvent& event, Incident::Kind kind, const Endpoint& local,
                     const Endpoint& remote) {
  Incident incident;
  incident.kind = kind;
  incident.time = event.time;
  incident.local = local;
  incident.remote = remote;
  incident.state = event.state;
  incident.cookie = event.cookie;
  incident.reason = event.reason;
  return incident;
}

}  // namespace

std::string_view to_string(Incident::Kind kind) {
  switch (kind) {
    case Incident::Kind::reset_sent:
      return "reset-sent";
    case Incident::Kind::reset_received:
      return "reset-received";
    case Incident::Kind::connect_failed:
      return "connect-failed";
  }
  return "?";
}

void TraceIncidents::feed(const TraceEvent& event, std::vector<Incident>& into,
                          std::vector<Connecting>& connecting) {
  switch (ipv4_function(event.event)) {
    case KernelFunction::send4:
      return sent(event, connecting);
    case KernelFunction::send_reset4:
    case KernelFunction::active_reset:
      return reset_sent(event, into);
    case KernelFunction::rcv4:
      return received(event);
    case KernelFunction::reset:
    case KernelFunction::check_req:
    case KernelFunction::time_wait:
      return reset_arrived(event, into);
    case KernelFunction::drop:
      return dropped(event, into);
    case KernelFunction::set_state:
      return state_changed(event, into);
    case KernelFunction::established4:
      return looked_up(event);
    default:
      return;
  }
}

void TraceIncidents::feed(const IcmpError& error) {
  if (!error.about || icmp_errno(error.code, error.source.family()) == 0) return;
  errors_[{error.about->source, error.about->destination}] = error;
  keep_small(errors_);
}

void TraceIncidents::sent(const TraceEvent& event, std::vector<Connecting>& connecting) {
  if (!event.flags || !event.flags->syn || event.flags->ack || !event.cookie || !event.source ||
      !event.destination)
    return;
  Attempt& attempt = attempts_[*event.cookie];
  attempt.ends = {*event.source, *event.destination};
  if (++attempt.syns > 1) return;
  keep_small(attempts_);
  connecting.push_back({*event.source, *event.destination, *event.cookie});
}

void TraceIncidents::received(const TraceEvent& event) {
  if (!event.segment || !event.flags || !event.flags->rst) return;
  if (event.source && event.destination)
    resets_[*event.segment] = {*event.destination, *event.source};
  keep_small(resets_);
}

// tcp_v4_err() looks the socket up that an ICMP error is about.
void TraceIncidents::looked_up(const TraceEvent& event) {
  if (event.detail != TraceDetail::icmp_error || !event.cookie) return;
  if (const auto attempt = attempts_.find(*event.cookie); attempt != attempts_.end())
    attempt->second.icmp = true;
}

void TraceIncidents::reset_sent(const TraceEvent& event, std::vector<Incident>& into) {
  if (!event.source || !event.destination) return;
  // tcp_v4_send_reset() sends nothing in answer to a RST.
  if (event.event != KernelFunction::active_reset && event.flags && event.flags->rst) return;
  // The event of a RST that no segment has caused has the socket's own end first.
  if (event.event == KernelFunction::active_reset) {
    Incident incident =
        incident_of(event, Incident::Kind::reset_sent, *event.source, *event.destination);
    incident.what = active_reset_in_words(event);
    into.push_back(std::move(incident));
    return;
  }
  Incident incident =
      incident_of(event, Incident::Kind::reset_sent, *event.destination, *event.source);
  incident.answers = event.flags;
  incident.what = answer_in_words(event);
  into.push_back(std::move(incident));
}

void TraceIncidents::reset_arrived(const TraceEvent& event, std::vector<Incident>& into) {
  const auto reset = event.segment ? resets_.find(*event.segment) : resets_.end();
  if (reset == resets_.end()) return;
  const EndPair ends = reset->second;
  resets_.erase(reset);
  // The reset of a connect() is reported when its socket is closed, which comes next.
  if (event.event == KernelFunction::reset && event.state == TcpState::syn_sent && event.cookie) {
    attempts_[*event.cookie].reset = true;
    return;
  }
  Incident incident = incident_of(event, Incident::Kind::reset_received, ends.first, ends.second);
  if (event.event == KernelFunction::check_req) {
    incident.what = "ends a handshake whose last ACK had not come";
  } else if (event.event == KernelFunction::time_wait) {
    incident.what = "came for a connection in TIME-WAIT";
  } else {
    // tcp_reset()
    incident.error = event.state == TcpState::close_wait ? EPIPE : ECONNRESET;
    incident.what =
        fmt::format("ends the connection{}",
                    event.state ? fmt::format(", which was in {}", to_string(*event.state)) : "");
  }
  into.push_back(std::move(incident));
}

void TraceIncidents::dropped(const TraceEvent& event, std::vector<Incident>& into) {
  const auto reset = event.segment ? resets_.find(*event.segment) : resets_.end();
  if (reset == resets_.end()) return;
  Incident incident =
      incident_of(event, Incident::Kind::reset_received, reset->second.first, reset->second.second);
  incident.what = event.reason == "NO_SOCKET" ? "no socket was found for it, and it is ignored"
                                              : "is not accepted, and changes nothing";
  into.push_back(std::move(incident));
  resets_.erase(reset);
}

void TraceIncidents::state_changed(const TraceEvent& event, std::vector<Incident>& into) {
  if (event.state != TcpState::syn_sent || !event.cookie) return;
  const auto found = attempts_.find(*event.cookie);
  const Attempt attempt = found == attempts_.end() ? Attempt{} : found->second;
  if (found != attempts_.end()) attempts_.erase(found);
  if (event.state_after != TcpState::closed || !event.source || !event.destination) return;

  const EndPair ends = attempt.syns > 0 ? attempt.ends : EndPair{*event.source, *event.destination};
  Incident incident = incident_of(event, Incident::Kind::connect_failed, ends.first, ends.second);
  if (attempt.reset) {
    incident.error = ECONNREFUSED;
    incident.what = "a RST came";
  } else if (attempt.icmp) {
    incident.what = "an ICMP error came";
    if (const auto error = errors_.find(ends); error != errors_.end()) {
      incident.what = icmp_in_words(error->second);
      incident.error = icmp_errno(error->second.code, error->second.source.family());
      errors_.erase(error);
    }
  } else if (attempt.syns == 0) {
    incident.what = "no SYN was sent: no free port, or a policy";
  } else {
    incident.what =
        fmt::format("no answer to {} SYN{}: it has timed out, or its process has given up",
                    attempt.syns, attempt.syns > 1 ? "s" : "");
  }
  into.push_back(std::move(incident));
}

void CaptureIncidents::feed(const Packet& packet, std::vector<Incident>& into,
                            std::vector<Connecting>& connecting) {
  if (packet.icmp && packet.icmp->about && !packet.outgoing) {
    const int error = icmp_errno(packet.icmp->code, packet.icmp->source.family());
    if (error == 0) return;  // as a redirect: connect() goes on
    const EndPair ends{packet.icmp->about->source, packet.icmp->about->destination};
    if (syns_sent_.erase(ends) == 0) return;
    Incident incident;
    incident.kind = Incident::Kind::connect_failed;
    incident.time = packet.time;
    incident.local = ends.first;
    incident.remote = ends.second;
    incident.error = error;
    incident.what = icmp_in_words(*packet.icmp);
    into.push_back(std::move(incident));
    return;
  }
  if (!packet.segment) return;
  const Segment& segment = *packet.segment;
  const EndPair forth{segment.source, segment.destination};
  const EndPair back{segment.destination, segment.source};
  std::set<EndPair>& syns = packet.outgoing ? syns_sent_ : syns_received_;
  std::set<EndPair>& answered = packet.outgoing ? syns_received_ : syns_sent_;
  if (segment.flags.syn && !segment.flags.ack) {
    if (syns.insert(forth).second && packet.outgoing)
      connecting.push_back({segment.source, segment.destination, 0});
    keep_small(syns);
    return;
  }
  const bool answers_syn = answered.erase(back) > 0;
  if (!segment.flags.rst) return;
  Incident incident;
  incident.time = packet.time;
  incident.local = packet.outgoing ? segment.source : segment.destination;
  incident.remote = packet.outgoing ? segment.destination : segment.source;
  if (packet.outgoing) {
    incident.kind = Incident::Kind::reset_sent;
    incident.what = answers_syn ? "answers a SYN" : "what it answers was not observed";
    if (answers_syn) incident.answers = TcpFlags::parse("S");
  } else if (answers_syn) {
    incident.kind = Incident::Kind::connect_failed;
    incident.error = ECONNREFUSED;
    incident.what = "a RST came";
  } else {
    incident.kind = Incident::Kind::reset_received;
    incident.what = "what it ends was not observed";
  }
  into.push_back(std::move(incident));
}

}  // namespace lab
