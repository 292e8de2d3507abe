// SPDX-License-Identifier: MIT
//
// A scenario: hosts, the links between them, and the steps that are played on
// them in order. It is the same for IPv4 and IPv6: addresses are written by
// the host's name ("server:8888") and become real ones when it is played.
//
// This header is the language. docs/scenarios.md explains it to its writers;
// parser.hpp reads it; run/ plays it; check/ judges what it expects.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "record/address.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"

namespace lab::scenario {

// Where in the file something stands; both count from 1.
struct Position {
  int line = 0;
  int column = 0;
};

// "server:8888"; host may also be "any" (the wildcard) or "loopback". "any" with
// port 0 lets the kernel choose.
struct Place {
  std::string host;
  std::uint16_t port = 0;
  bool operator==(const Place&) const = default;
};
std::string to_string(const Place& place);

struct Host {
  std::string name;
  std::map<std::string, std::string> sysctls;  // "net.ipv4.tcp_syncookies" → "0"
  Position at;
};

struct Link {
  struct End {
    std::string host;
    std::string device;
  };
  std::array<End, 2> ends;
  Position at;
};

// --- Steps. Each is one verb of the language. -------------------------------

// Opens a TCP socket in a host and gives it a name that later steps use.
struct OpenSocket {
  std::string name;
  std::string host;
  bool reuseaddr = false;
  bool reuseport = false;
  std::optional<bool> v6only;  // IPv6 only; ignored when played over IPv4
  std::string device;          // SO_BINDTODEVICE
};

struct Bind {
  std::string socket;
  Place to;
  int error = 0;  // the errno expected; 0: success
};

struct Listen {
  std::string socket;
  int backlog = 1;
  int error = 0;
};

// connect(2). With wait, the step ends when the kernel has decided, and error
// is the outcome; without, it ends at once, and error is what connect(2) itself
// answers (EINPROGRESS unless stated).
struct Connect {
  std::string socket;
  Place to;
  bool wait = true;
  int error = 0;
};

// Waits for the outcome of a connect that did not wait.
struct Connected {
  std::string socket;
  int error = 0;
};

struct Accept {
  std::string socket;  // the listener
  std::string name;    // what the new socket is called
};

struct Send {
  std::string socket;
  std::string data;
};

// Waits until exactly this has arrived.
struct Receive {
  std::string socket;
  std::string data;
};

struct Close {
  std::string socket;
};

// An ICMP echo; expects the answer.
struct Ping {
  std::string from;
  std::string to;
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

// Waits until the tables of these hosts are as described: a table that is
// named must show exactly these rows and no other. [] means an empty table.
// Each witness that can see the table is asked, and they must agree.
// A row that names a socket is expected on the host where that socket lives;
// one that names none, on each of the hosts.
struct Tables {
  std::vector<std::string> hosts;
  std::optional<std::vector<ExpectedRow>> listeners;
  std::optional<std::vector<ExpectedRow>> bound;
  std::optional<std::vector<ExpectedRow>> ehash;
};

// Asks the module what a SYN from → to would meet on this host.
struct Lookup {
  std::string host;
  Place from;
  Place to;
  std::string device;  // the interface it arrives on; empty: not given
  // What each step is expected to say; empty: not compared.
  std::string ehash, exact, wildcard, bind;  // "hit", "miss" or "skipped"
  std::string verdict;
  std::string socket;             // the name of the socket found
  std::optional<TcpState> state;  // the state it is in
};

// One TCP segment on the wire: "client > server S. seq 0 ack 1 length 5".
// Numbers are relative to each side's initial sequence number.
struct ExpectedSegment {
  std::string from;
  std::string to;
  TcpFlags flags;
  std::optional<std::uint32_t> sequence, acknowledgment, length;
  Position at;
};

// The TCP segments that this host's interfaces have seen since the last
// Packets step at this host. `exact`: these and no other; otherwise the first
// ones must be these and more may follow (they stay for the next such step).
struct Packets {
  std::string host;
  bool exact = true;
  std::vector<ExpectedSegment> segments;
};

// One segment by its ends and flags: "client:40000 > server:8888 S". An end may
// leave its port open: 0.
struct PathSegment {
  Place from;
  Place to;
  TcpFlags flags;
  Position at;
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

// The way of one segment through a host's kernel, and how it is answered. The
// segment is the first such one that no earlier Path step at that host was
// about; one that was sent again does not count. Without it: all that the
// host's kernel did so far.
struct Path {
  std::string host;
  std::optional<PathSegment> segment;
  std::vector<PathEvent> passes;   // in this order; others may stand in between
  std::vector<PathEvent> never;    // none of these
  std::optional<TcpFlags> answer;  // a segment with these flags is sent in answer
  bool unanswered = false;         // none is
};

// No TCP segment that any host's interface has seen so far was sent twice, and
// no socket counts a retransmission (tcpi_total_retrans).
struct NoRetransmission {};

using Action =
    std::variant<OpenSocket, Bind, Listen, Connect, Connected, Accept, Send, Receive, Close, Ping,
                 Hold, Mark, Release, Tables, Lookup, Packets, Path, NoRetransmission>;

struct Step {
  Action action;
  std::string note;  // what the writer says about it; shown in the report
  Position at;
};

// "connect left to b:40001"
std::string describe(const Action& action);
std::string describe(const ExpectedRow& row);          // "srv, LISTEN, local any:8888"
std::string describe(const ExpectedSegment& segment);  // "a > b S. seq 0 ack 1"
std::string describe(const PathSegment& segment);      // "client:40000 > server S"
// As the scenario writes it, with the names of the functions for this family.
std::string describe(const PathEvent& event, Family family = Family::inet);

struct Scenario {
  std::string file;     // as the user named it, for messages
  std::string name;     // "simopen"
  std::string title;    // one line
  std::string summary;  // a paragraph; may be empty
  std::string rule;     // RFC section, kernel function
  std::vector<Family> families;
  std::chrono::milliseconds deadline{5000};  // for each wait
  std::vector<Host> hosts;
  std::vector<Link> links;
  std::vector<Step> steps;
};

// The host where the socket of this name lives: that of the step that opens
// it, or of the listener that accepts it. Empty: there is no such socket.
std::string host_of(const Scenario& scenario, const std::string& socket);

}  // namespace lab::scenario
