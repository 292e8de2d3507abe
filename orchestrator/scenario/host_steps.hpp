// SPDX-License-Identifier: MIT
//
// The steps that act on hosts, their links, and what crosses them; and programs.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/packet.hpp"
#include "scenario/place.hpp"

namespace lab::scenario {

// Adds rules to a host's firewall, or removes all that a scenario added.
struct Nftables {
  std::string host;
  std::string rules;
  bool flush = false;
};

struct Sysctl {
  std::string host;
  std::map<std::string, std::string> set;
};

struct SetLink {
  std::string host;
  std::string device;
  bool up = true;
};

// From now on everything that this host sends on its links is held back.
struct Hold {
  std::string host;
};

// Draws a line: what is held now can be released apart from what comes later.
struct Mark {
  std::string host;
};

// Lets held packets go: those before the mark, or all of them and stop holding.
struct Release {
  std::string host;
  bool until_mark = false;
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

// The next `count` such segments that come in at this host are lost, before
// its TCP/IP sees them.
struct Drop {
  std::string host;
  PathSegment segment;
  int count = 1;
};

// Gives a name to something seen, for later steps to use as $NAME.
struct Let {
  std::string name;
  std::string socket;  // of a socket: field "local-port" or "remote-port"
  std::string host;    // of the last segment seen at this host that fits `segment`:
  std::optional<PathSegment> segment;  // "seq", "ack", "source-port", "destination-port", "tsval"
  std::string field;
};

// Runs a program in a host. In the foreground the step ends with it, and `exit`
// and `output` are expected; in the background it goes on under its name. It is
// killed with the scenario. In `run`, $NAME is the address of a host or a value.
struct Exec {
  std::string host;
  std::string name;  // empty in the foreground: that of the program
  std::vector<std::string> run;
  std::string input;
  std::optional<std::string> output;    // exactly this, but for white space at its end
  std::vector<std::string> contains;    // texts that the output must hold
  int exit = 0;
  bool background = false;
  bool root = false;  // user 0, where programs are confined (net/confinement.hpp)
};

// Waits until a program has written a text, or has ended with `exit`; until a
// socket is `event`; or until every Drop at the host has happened.
struct Await {
  std::string program;
  std::string output;
  std::optional<int> exit;
  std::string socket;
  std::string event;  // "readable", "writable", "closed"
  std::string dropped;
};

// Sends a signal to a program that runs in the background and waits for its end.
struct Stop {
  std::string program;
  std::string signal = "SIGTERM";
};

}  // namespace lab::scenario
