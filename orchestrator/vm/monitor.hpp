// SPDX-License-Identifier: MIT
//
// QEMU's monitor: commands and events as lines of JSON (QMP,
// https://www.qemu.org/docs/master/interop/qmp-spec.html).
#pragma once

#include <deque>
#include <nlohmann/json.hpp>
#include <string>

#include "util/clock.hpp"
#include "util/fd.hpp"

namespace lab::vm {

class Monitor {
 public:
  // Of a machine that is monitored (Machine::monitor()). Throws EnvironmentError if it does not
  // answer, as all functions here.
  Monitor(const Fd& line, const Deadline& deadline);

  // Runs a command. Throws EnvironmentError with QEMU's words if it refuses it.
  void execute(const std::string& command, const nlohmann::json& arguments,
               const Deadline& deadline);
  // Waits for the next event of this name, and returns its data.
  nlohmann::json await_event(const std::string& name, const Deadline& deadline);

 private:
  nlohmann::json next_line(const Deadline& deadline);

  const Fd& line_;
  std::string bytes_;                  // not a whole line yet
  std::deque<nlohmann::json> events_;  // not awaited yet
};

}  // namespace lab::vm
