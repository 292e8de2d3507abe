// SPDX-License-Identifier: MIT
//
// The steps for programs and for waiting.
#pragma once

#include <poll.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/step_list.hpp"

namespace lab::scenario {

// Runs a program in a host. In the foreground the step waits for its end, and `exit` and
// `output` are checked; in the background it continues under its name until the scenario ends,
// which kills it. In `run`, $NAME is the address of a host or a value.
struct Exec {
  static constexpr Judging judging = Judging::once;
  std::string host;
  std::string name;  // in the foreground, empty: the program's
  std::vector<std::string> run;
  std::string input;
  std::optional<std::string> output;  // exactly this, except for white space at its end
  std::vector<std::string> contains;  // texts that the output must contain
  int exit = 0;
  bool background = false;
  bool root = false;  // run as user 0 if programs are confined (process/confinement.hpp)
  // A shell runs a command of a packetdrill script: a microVM may lack what it uses.
  bool from_script = false;
};

// Waits until a program has printed a text or has ended with `exit`; until a socket is `event`;
// or until every Drop at the host has happened.
struct Await {
  static constexpr Judging judging = Judging::once;
  std::string program;
  std::string output;
  std::optional<int> exit;
  std::string socket;
  std::string event;  // "readable", "writable", "closed"
  std::string dropped;
};

// Sends a signal to a program that runs in the background and waits for its end.
struct Stop {
  static constexpr Judging judging = Judging::once;
  std::string program;
  std::string signal = "SIGTERM";
};

// An event of poll(2): its name in a file and its bit.
struct PollEvent {
  std::string_view name;
  short bit;
};
inline constexpr PollEvent poll_events[] = {
    {"in", POLLIN},   {"out", POLLOUT}, {"pri", POLLPRI},  {"rdhup", POLLRDHUP},
    {"err", POLLERR}, {"hup", POLLHUP}, {"nval", POLLNVAL}};
// "POLLIN, POLLOUT"; "no event".
std::string poll_events_in_words(short bits);
std::string poll_events_in_words(const std::vector<short>& events);

// Waits until poll(2) reports all of `events` for a socket and none of `lacks`; if `events` is
// empty, until it reports no event.
struct Poll {
  std::string socket;
  std::vector<short> events;
  std::vector<short> lacks;

  bool holds(short reported) const;  // revents of poll(2)
};

// A pause. It is the only step that waits for time instead of an event, so it gives a reason.
struct Wait {
  std::chrono::milliseconds duration{0};
  std::string because;
};

using ProgramSteps = StepList<Exec, Await, Stop, Poll, Wait>;

}  // namespace lab::scenario
