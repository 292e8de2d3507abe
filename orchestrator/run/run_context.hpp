// SPDX-License-Identifier: MIT
//
// The state of a run: hosts, sockets, programs, and the timeline that is being written. The
// verbs' functions (actions.hpp) work on it.
#pragma once

#include <sys/types.h>

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
#include "run/system_call.hpp"
#include "scenario/model.hpp"
#include "util/cgroup.hpp"

namespace lab::run {

// The name of the cgroup for the programs of the run in this process, below its own. Whoever
// finds the process killed removes it (Cgroup::clear()).
std::string cgroup_of_run(pid_t process);

// A program that the scenario started, and its record in the timeline.
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
  std::map<std::string, std::string> second_names;  // of sockets → first name
  Timeline timeline;
  // Of its programs; made for the first one, where this machine can.
  std::optional<Cgroup> cgroup = {};
  // By name, including those that have ended. Killed before the hosts are removed.
  std::map<std::string, RunningProgram> programs = {};
  std::map<std::string, Injector> injectors = {};  // by host
  InjectedPackets injected = {};
  DroppedPackets dropped = {};
  bool confined = false;  // confine its programs (process/confinement.hpp)
  ScriptState script = {};  // ends before the sockets

  Host& host(const std::string& name);
  // By first or second name. Throws UsageError when the step that opens it was skipped.
  TcpSocket& socket(const std::string& name);
  // Names a socket, and adds it to the timeline with its socket cookie.
  void enter(const std::string& name, const std::string& host, TcpSocket socket);
  // Gives a named socket a second name.
  void enter_again(const std::string& second_name, const std::string& name);
  // Before packets are held: see net/crash_cleanup.hpp.
  void guard_links();
  // Stops its programs, as far as they can be reached, or lets them go on.
  void pause_programs() const;
  void go_on() const;
  Deadline deadline() const { return Deadline(scenario.deadline); }

  // Moves new packets and trace events into the timeline, sorted by time, and the output of
  // programs.
  void drain();
  // Reaps what its programs have left and has ended (util/descendants.hpp).
  void reap_ended_orphans() const;
  // Asks the module how many calls its probes have missed in this run. Call it before
  // concluding that an event did not happen.
  void count_missed();
  // Sleeps until a packet is captured or an event traced, but at most 2 ms, because a table may
  // change without either, and never past the deadline.
  void await_change(const Deadline& deadline);
  // Sleeps until a packet, an event or a program's output or end, or the deadline.
  void await_news(const Deadline& deadline);
};

}  // namespace lab::run
