// SPDX-License-Identifier: MIT
//
// What a run holds while a scenario is played: hosts, sockets, programs, and the
// timeline that is being written. The functions of the verbs (actions.hpp) work on it.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "net/crash_cleanup.hpp"
#include "net/inject.hpp"
#include "net/program.hpp"
#include "net/socket.hpp"
#include "record/timeline.hpp"
#include "run/dropped.hpp"
#include "run/host.hpp"
#include "run/injected.hpp"
#include "scenario/model.hpp"

namespace lab::run {

// A program of the scenario's, and where the timeline keeps what it writes.
struct RunningProgram {
  Program program;
  std::size_t record;  // in Timeline::programs
};

struct RunContext {
  const scenario::Scenario& scenario;
  // Before the hosts, and so cancelled when they have let go of what they held.
  std::optional<CrashCleanup> crash_cleanup;
  std::deque<Host> hosts;
  std::map<std::string, TcpSocket> sockets;
  std::map<std::string, std::string> second_names;  // of sockets → the first
  Timeline timeline;
  // By name; also those that have ended. Killed before the hosts go.
  std::map<std::string, RunningProgram> programs = {};
  std::map<std::string, Injector> injectors = {};  // of each host that has injected
  InjectedPackets injected = {};
  DroppedPackets dropped = {};
  bool confined = false;  // its programs are (net/confinement.hpp)

  Host& host(const std::string& name);
  // By either name. Throws UsageError when the step that opens it was left out.
  TcpSocket& socket(const std::string& name);
  // Gives a socket a name, and writes it into the timeline with its cookie.
  void enter(const std::string& name, const std::string& host, TcpSocket socket);
  // Gives a socket that has a name another one.
  void enter_again(const std::string& second_name, const std::string& name);
  // Before packets are held: see net/crash_cleanup.hpp.
  void guard_links();
  Deadline deadline() const { return Deadline(scenario.deadline); }

  // Moves what captures and traces have seen since into the timeline, in order
  // of time, and what programs have written.
  void drain();
  // Asks the module how many calls its probes have missed in this run. Before
  // an event's absence is believed.
  void count_missed();
  // Sleeps until a packet is captured or an event traced, or a moment has passed
  // in which a table may have changed without one. Never longer than the deadline.
  void await_change(const Deadline& deadline);
  // Likewise, but only until a packet, an event, or something of a program.
  void await_news(const Deadline& deadline);
};

}  // namespace lab::run
