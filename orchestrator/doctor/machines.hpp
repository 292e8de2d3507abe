// SPDX-License-Identifier: MIT
//
// The microVMs that run now, of this user (as root: of everybody). They are known
// by the line to their host, which no other QEMU has: a virtio serial port
// called "lab" (vm/machine.cpp).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lab::doctor {

struct RunningMachine {
  pid_t pid = 0;
  uid_t uid = 0;
  std::string series;       // "6.1": from its image's name; empty: it has another
  std::string accelerator;  // "kvm", "tcg"
  std::string memory;       // "512M"
  std::optional<std::chrono::seconds> age;
};

std::vector<RunningMachine> running_machines();

// From a command line as /proc/PID/cmdline has it: words that end in zeros.
// Nothing: it is none of ours. Pure.
std::optional<RunningMachine> machine_from(std::string_view command_line);

}  // namespace lab::doctor
