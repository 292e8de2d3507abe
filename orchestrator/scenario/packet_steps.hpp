// SPDX-License-Identifier: MIT
//
// The steps that act on single packets or read values from them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "record/packet.hpp"
#include "scenario/listed_option.hpp"
#include "scenario/payload.hpp"
#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// Drops the next `count` such segments that arrive at this host, before its TCP/IP sees them.
struct Drop {
  std::string host;
  PathSegment segment;
  int count = 1;
};

// A segment that no socket sends, from a host's link. Its numbers are relative as in
// ExpectedSegment; the lab chooses the initial sequence number of a side that has not sent a
// SYN.
struct InjectedSegment {
  Place from;
  Place to;
  TcpFlags flags;
  Number sequence, acknowledgment;
  bool raw_sequence = false, raw_acknowledgment = false;
  Number window{65535, ""};
  std::optional<int> mss, wscale;
  bool sack = false;
  std::optional<std::array<Number, 2>> timestamps;   // TSval, TSecr
  std::optional<std::string> fastopen_cookie;        // hexadecimal; "": a cookie request
  std::optional<std::vector<ListedOption>> options;  // instead of those above: these, in this order
  Number urgent{};                                   // the urgent pointer
  int tos = 0;                                       // IPv4's TOS, IPv6's traffic class
  int ttl = 64;
  bool ae = false;  // the AE flag of accurate ECN
  Position at;
};

// Sends an InjectedSegment with data; or an ICMP error, to the sender of the last segment seen
// at this host that matches `about`. The error quotes that segment, with another sequence number if
// `quoted` is set.
struct Inject {
  std::string host;
  std::string device;  // empty: towards the destination, or where `about` arrived
  std::optional<InjectedSegment> segment;
  Payload data;
  // Bytes of data in each part of a segment that may be longer than the MTU, and arrives as one (as
  // with TSO); 0: none.
  int part = 0;
  std::string icmp;              // one of icmp_errors(), or "type 3 code 9"
  std::optional<int> mtu;        // bytes: in the error, instead of 1280
  std::optional<Number> quoted;  // relative to the initial sequence number of the segment's sender
  bool raw_quoted = false;       // as on the wire
  std::optional<PathSegment> about;
  Position at;
};

// Names a value that was seen, for later steps to use as $NAME.
struct Let {
  std::string name;
  std::string socket;                  // of a socket: field "local-port" or "remote-port"
  std::string host;                    // of the last segment at this host that matches `segment`:
  std::optional<PathSegment> segment;  // "seq", "ack", "source-port", "destination-port", "tsval"
  std::string field;
};

using PacketSteps = StepList<Drop, Inject, Let>;

}  // namespace lab::scenario
