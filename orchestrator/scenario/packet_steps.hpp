// SPDX-License-Identifier: MIT
//
// The steps that act on single packets, or take something from them.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "record/packet.hpp"
#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// The next `count` such segments that come in at this host are lost, before
// its TCP/IP sees them.
struct Drop {
  std::string host;
  PathSegment segment;
  int count = 1;
};

// Sends a segment that no socket sent, from a host's link. Its numbers are
// relative as in ExpectedSegment; where a side has sent no SYN yet, its initial
// sequence number is chosen by the lab.
struct InjectedSegment {
  Place from;
  Place to;
  TcpFlags flags;
  Number sequence, acknowledgment;
  bool raw_sequence = false, raw_acknowledgment = false;
  Number window{65535, ""};
  std::optional<int> mss, wscale;
  bool sack = false;
  std::optional<std::array<Number, 2>> timestamps;  // TSval, TSecr
  std::optional<std::string> fastopen_cookie;       // hexadecimal; "": a request for one
  Position at;
};

// Sends an InjectedSegment with data, or an ICMP error about the last segment
// seen at this host that fits `about`, from this host to that one's sender.
struct Inject {
  std::string host;
  std::string device;  // empty: the host's first link, or the one that `about` came by
  std::optional<InjectedSegment> segment;
  std::string data;
  std::string icmp;  // one of icmp_errors()
  std::optional<PathSegment> about;
};

// Gives a name to something seen, for later steps to use as $NAME.
struct Let {
  std::string name;
  std::string socket;                  // of a socket: field "local-port" or "remote-port"
  std::string host;                    // of the last segment seen at this host that fits `segment`:
  std::optional<PathSegment> segment;  // "seq", "ack", "source-port", "destination-port", "tsval"
  std::string field;
};

using PacketSteps = StepList<Drop, Inject, Let>;

}  // namespace lab::scenario
