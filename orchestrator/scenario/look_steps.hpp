// SPDX-License-Identifier: MIT
//
// The steps that state what is to be seen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/lookup_words.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"
#include "record/witness.hpp"
#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// One row that a table is expected to show. What is not stated is not compared.
struct ExpectedRow {
  std::string socket;  // a name; compared by cookie. Empty: any socket
  std::optional<TcpState> state;
  std::optional<Kind> kind;
  std::optional<Role> role;
  std::optional<Place> local;
  std::optional<Place> remote;
  std::optional<std::uint32_t> accept_queue;
  Position at;
};

// What one table must show: exactly `has`, in any order; or, if not `exact`,
// at least `has`, and nothing that fits one of `lacks`.
struct ExpectedTable {
  bool exact = true;
  std::vector<ExpectedRow> has;
  std::vector<ExpectedRow> lacks;
};

// Waits until the tables of these hosts are as described. Each witness that
// can see a table is asked, and they must agree; or `witness` alone is asked.
// A row that names a socket is expected on the host where that socket lives;
// one that names none, on each of the hosts.
struct Tables {
  static constexpr Judging judging = Judging::until_it_holds;
  std::vector<std::string> hosts;
  std::optional<Witness> witness;  // the module or sock_diag; nothing: both
  std::optional<ExpectedTable> listeners, bound, ehash;
};

// Takes a snapshot of all tables of these hosts, for the report to show.
struct Observe {
  static constexpr Judging judging = Judging::until_it_holds;
  std::vector<std::string> hosts;
};

// Asks the module what a SYN from → to would meet on this host.
struct Lookup {
  static constexpr Judging judging = Judging::once;
  std::string host;
  Place from;
  Place to;
  std::string device;  // the interface it arrives on; empty: not given
  // What each step is expected to say; nothing: not compared.
  std::optional<LookupResult> ehash, exact, wildcard, bind;
  std::optional<LookupVerdict> verdict;
  std::string socket;             // the name of the socket found
  std::optional<TcpState> state;  // the state it is in
};

// One TCP segment on the wire: "client > server S. seq 0 ack 1 length 5 mss 1460",
// or one ICMP error: "server > client icmp port-unreachable". Numbers are
// relative to each side's initial sequence number, unless they are raw.
struct ExpectedSegment {
  Place from;  // port 0: any
  Place to;
  TcpFlags flags;
  std::optional<Number> sequence, acknowledgment, length, window;
  bool raw_sequence = false;        // rawseq: as on the wire
  bool raw_acknowledgment = false;  // rawack
  std::optional<Number> mss, wscale;
  std::optional<bool> sack, timestamps;  // "sackOK" and "nosackOK", "ts" and "nots"
  // "sack 0:1": the first block of a SACK option, counted as `acknowledgment` is. One
  // that lies before it is a duplicate SACK (RFC 2883).
  std::optional<std::array<Number, 2>> sack_block;
  std::string icmp;  // the name of the error; empty: TCP
  Position at;
};

// The TCP segments that this host's interfaces have seen since the last
// Packets step at this host. `exact`: these and no other; `begin`: the first
// ones must be these and more may follow (they stay for the next such step);
// `has`: all of these in this order, others in between, and the next such step
// begins where this one did. None of `never` may be among those seen so far.
struct Packets {
  static constexpr Judging judging = Judging::until_it_holds;
  enum class Mode { exact, begin, has };
  std::string host;
  Mode mode = Mode::exact;
  std::vector<ExpectedSegment> segments;
  std::vector<ExpectedSegment> never;
};

// One event of a path: "tcp_rcv_state_process SYN-SENT > SYN-RECEIVED of left".
// Functions are named as for IPv4. What is not stated is not compared.
struct PathEvent {
  std::string event;
  std::string outcome;            // "hit"
  std::string detail;             // "wildcard"
  std::string reason;             // "NO_SOCKET"
  std::optional<TcpState> state;  // of the socket, before
  std::optional<TcpState> state_after;
  std::string socket;  // a name; compared by cookie
  std::string caller;
  Position at;
};

// The path of one segment through a host's kernel, and how it is answered. The
// segment is the first such one that no earlier Path step at that host was
// about; one that was sent again does not count. Without it: all that the
// host's kernel did so far.
struct Path {
  static constexpr Judging judging = Judging::until_it_holds;
  std::string host;
  std::optional<PathSegment> segment;
  std::vector<PathEvent> passes;   // in this order; others may stand in between
  std::vector<PathEvent> never;    // none of these
  std::optional<TcpFlags> answer;  // a segment with these flags is sent in answer
  bool unanswered = false;         // none is
};

// No TCP segment that any host's interface has seen so far was sent twice, and
// no socket counts a retransmission (tcpi_total_retrans).
struct NoRetransmission {
  static constexpr Judging judging = Judging::once;
};

using LookSteps = StepList<Tables, Observe, Lookup, Packets, Path, NoRetransmission>;

}  // namespace lab::scenario
