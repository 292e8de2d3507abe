// SPDX-License-Identifier: MIT
//
// Incidents, reported as they happen: a RST that this namespace sends or receives, and a
// connect() that fails. Made from the trace or, where there is none, from captured
// packets, which show less. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/packet.hpp"
#include "record/trace.hpp"

namespace lab {

struct Incident {
  enum class Kind { reset_sent, reset_received, connect_failed };
  Kind kind = Kind::reset_sent;
  Timestamp time = 0;
  Endpoint local, remote;  // this namespace's end, and the other one
  // The segment that a sent RST answers; nothing: none has caused it, or it was not
  // seen.
  std::optional<TcpFlags> answers;
  std::optional<TcpState> state;        // of the socket here, before
  std::optional<std::uint64_t> cookie;  // of that socket
  int error = 0;                        // what the process gets; 0: unknown, or no process gets one
  std::string reason;                   // the kernel's name for it
  std::string what;                     // in words, only from what was seen

  // A client was refused, and the tables can explain why.
  bool is_refusal() const { return kind == Kind::reset_sent && answers && answers->syn; }
};
// An incident with the processes at its two ends.
struct ObservedIncident {
  Incident incident;
  // "curl (pid 99, fd 5)", with "network namespace web" if it is another one; empty:
  // unknown.
  std::string local_process, remote_process;
  // "module", or "capture", which shows no causes.
  std::string witness;
};

std::string_view to_string(Incident::Kind kind);  // "reset-sent"

// A connect() that is under way: its process can be found now, but perhaps not after it
// has failed.
struct Connecting {
  Endpoint local, remote;
  std::uint64_t cookie = 0;
};

// Of a socket: local, remote. Of a segment: source, destination.
using EndPair = std::pair<Endpoint, Endpoint>;

// From the events of one namespace, in their order.
class TraceIncidents {
 public:
  void feed(const TraceEvent& event, std::vector<Incident>& into,
            std::vector<Connecting>& connecting);
  // A captured ICMP error, which the trace does not tell from another: before the events of
  // what it does.
  void feed(const IcmpError& error);

 private:
  // A socket between its SYN and the answer.
  struct Attempt {
    int syns = 0;
    EndPair ends;  // the socket has lost its port when it has failed
    bool reset = false;
    bool icmp = false;
  };
  void sent(const TraceEvent& event, std::vector<Connecting>& connecting);
  void received(const TraceEvent& event);
  void looked_up(const TraceEvent& event);
  void reset_sent(const TraceEvent& event, std::vector<Incident>& into);
  void reset_arrived(const TraceEvent& event, std::vector<Incident>& into);
  void dropped(const TraceEvent& event, std::vector<Incident>& into);
  void state_changed(const TraceEvent& event, std::vector<Incident>& into);

  std::map<std::uint64_t, Attempt> attempts_;  // by cookie
  std::map<EndPair, IcmpError> errors_;        // about segments with these ends
  std::map<std::uint64_t, EndPair> resets_;    // RSTs that came in, by segment, not dealt with yet
};

// From captured packets. A RST that answers a SYN is known by the SYN before it.
class CaptureIncidents {
 public:
  void feed(const Packet& packet, std::vector<Incident>& into, std::vector<Connecting>& connecting);

 private:
  std::set<EndPair> syns_sent_, syns_received_;  // that nobody has answered yet
};

}  // namespace lab
