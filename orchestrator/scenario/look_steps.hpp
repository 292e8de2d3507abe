// SPDX-License-Identifier: MIT
//
// The steps that state what must be seen.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/kernel_function.hpp"
#include "record/lookup_words.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"
#include "record/trace_words.hpp"
#include "record/witness.hpp"
#include "scenario/listed_option.hpp"
#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// One row that a table must show. Empty members are not compared.
struct ExpectedRow {
  std::string socket;  // a name; compared by socket cookie. Empty: any socket
  std::optional<TcpState> state;
  std::optional<Kind> kind;
  std::optional<Role> role;
  std::optional<Place> local;
  std::optional<Place> remote;
  std::optional<std::uint32_t> accept_queue;
  Position at;
};

// What one table must show: exactly `has`, in any order; or, if not `exact`, at least `has` and
// no row that matches one of `lacks`.
struct ExpectedTable {
  bool exact = true;
  std::vector<ExpectedRow> has;
  std::vector<ExpectedRow> lacks;
};

// Waits until the tables of these hosts are as described. All witnesses that can see a table
// must agree, unless `witness` selects one. A row that names a socket is expected on that
// socket's host only; other rows are expected on each of the hosts.
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
  std::string device;  // the interface on which it arrives; empty: unspecified
  // The expected result of each step; nothing: not compared.
  std::optional<LookupResult> ehash, exact, wildcard, bind;
  std::optional<LookupVerdict> verdict;
  std::string socket;             // the socket that it finds
  std::optional<TcpState> state;  // that socket's state
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
  // "sack 0:1": the first block of a SACK option, relative like `acknowledgment`. A block
  // before `acknowledgment` is a duplicate SACK (RFC 2883).
  std::optional<std::array<Number, 2>> sack_block;
  std::optional<std::vector<ListedOption>> options;  // all of them, in this order
  // The Fast Open cookie in hexadecimal; "": a request; "any": some cookie.
  std::optional<std::string> fastopen;
  std::optional<Number> urgent, tos, ttl;
  std::optional<int> ecn;  // the two bits of RFC 3168, section 5
  std::optional<bool> ae;  // the AE flag of accurate ECN
  bool in_parts = false;   // may come as several segments, one behind the other; `length` is set
  // The name of the error, or "type 3 code 9"; empty: TCP. `sequence` is then that of the segment
  // that it quotes.
  std::string icmp;
  std::optional<Number> mtu;  // in the error
  Position at;
};

// The TCP segments that this host's interfaces have seen since the last Packets step at this
// host. `exact`: these and no others. `begin`: these first; more may follow, and the next such
// step continues with them. `has`: these in this order, with others in between; the next such
// step begins where this one did. None of `never` may have been seen so far. `next`, which only
// packetdrill scripts have: the next segment between these ends that no Inject step has sent, with
// its retransmissions; a long one may come as several that follow each other, unless `strict`.
struct Packets {
  static constexpr Judging judging = Judging::until_it_holds;
  enum class Mode { exact, begin, has, next };
  std::string host;
  Mode mode = Mode::exact;
  std::vector<ExpectedSegment> segments;
  std::vector<ExpectedSegment> never;
  bool nothing_more = false;  // until the end of the run: `then: nothing`
  bool strict = false;
};

// One event of a segment trace: "tcp_rcv_state_process SYN-SENT > SYN-RECEIVED of left".
// Functions have their IPv4 names. Empty members are not compared.
struct PathEvent {
  KernelFunction event = KernelFunction::rcv4;
  std::optional<TraceOutcome> outcome;
  std::optional<TraceDetail> detail;
  std::string reason;             // "NO_SOCKET"
  std::optional<TcpState> state;  // of the socket, before
  std::optional<TcpState> state_after;
  std::string socket;  // a name; compared by socket cookie
  std::string caller;  // any function of the kernel
  Position at;
};

// The expected path of one segment through a host's kernel, and its answer. The segment is the
// first matching one that no earlier Path step at that host has used, without retransmissions.
// Without `segment`: everything that the host's kernel has done so far.
struct Path {
  static constexpr Judging judging = Judging::until_it_holds;
  std::string host;
  std::optional<PathSegment> segment;
  std::vector<PathEvent> passes;   // in this order, with others in between
  std::vector<PathEvent> never;    // none of these may happen
  std::optional<TcpFlags> answer;  // the flags of the answer
  bool unanswered = false;         // there must be no answer
};

// No host's interface has seen a TCP segment twice so far, and no socket has counted a
// retransmission (tcpi_total_retrans).
struct NoRetransmission {
  static constexpr Judging judging = Judging::once;
};

using LookSteps = StepList<Tables, Observe, Lookup, Packets, Path, NoRetransmission>;

}  // namespace lab::scenario
