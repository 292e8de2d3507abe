// SPDX-License-Identifier: MIT
//
// Translates a script's events to the steps of a scenario. Internal to this module: the classes
// share what the script has done so far.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "packetdrill/assertion.hpp"
#include "packetdrill/script.hpp"
#include "packetdrill/settings.hpp"
#include "scenario/model.hpp"

namespace lab::packetdrill {

inline constexpr std::string_view local_host = "local", remote_host = "remote";

// A connection of the script, or one that it tries to make. Packets have no ends in a script: they
// belong to the last one.
struct Connection {
  scenario::Number local_port, remote_port;
  // The script's initial sequence numbers: those of its SYNs. Other packets count from them.
  std::uint32_t local_isn = 0;
  std::optional<std::uint32_t> remote_isn;
  std::string socket;      // the name in the scenario; empty: not accepted yet
  bool active = false;     // connect() made it
  bool port_known = true;  // no Let step is needed for its local port
  struct Sent {
    std::uint32_t sequence = 0, length = 0;
    TcpFlags flags;
  };
  std::vector<Sent> sent;  // what the script has expected, for ICMP errors about it
  std::optional<std::uint32_t> first_timestamp;  // of the script's, of what it has expected
  std::set<std::uint32_t> timestamps;            // those that have a value in the scenario
};

// A descriptor of the script.
struct Descriptor {
  std::string socket;  // the name in the scenario
  bool nonblocking = false;
  bool listening = false;
  std::optional<std::size_t> connection;  // in Progress::connections
  bool file = false;                      // no socket: an epoll instance, a pipe, a file
};

struct Progress {
  Settings settings;
  scenario::Scenario scenario;
  std::vector<Connection> connections;
  std::optional<std::size_t> current;  // the connection to which packets belong
  bool listening = false;              // the next inbound packet makes a connection
  std::map<std::int64_t, Descriptor> descriptors;
  std::set<std::string> names;          // of sockets, all that were used
  std::string last_socket;              // that the script has opened
  std::vector<scenario::Step> pending;  // outcome of a call that blocks, seen at the next call
  std::optional<scenario::Moment>
      moment;                      // of the event that is translated; taken by its first step
  std::chrono::microseconds begun{0};  // its time as it is written
  Position at;                     // of that event
  std::int64_t bytes = 0;          // that all calls send
  std::set<std::uint32_t> echoed;  // timestamps that inbound packets of the script echo

  // Adds a step of the event. Only its first one has the event's time.
  void add(scenario::Action action, bool timed = true);
  // What blocks must be over now.
  void end_pending();
  [[noreturn]] void refuse(std::string_view what) const;  // "... cannot be played"
  std::string new_name(std::int64_t descriptor);
  // Adds to `bytes`. Refuses too many: they are in memory.
  void count_bytes(std::int64_t count);
};

// Each adds the steps of one event. They throw yaml::Problem for what cannot be played.
void translate_packet(Progress& progress, const Packet& packet);
void translate_call(Progress& progress, const Call& call);
// Calls that set or read options of a socket, or its mode.
bool translate_option_call(Progress& progress, const Call& call);
// A command; `name` is its name among the programs.
void translate_command(Progress& progress, const Command& command, const std::string& name);

}  // namespace lab::packetdrill
