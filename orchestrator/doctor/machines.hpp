// SPDX-License-Identifier: MIT
//
// The running microVMs of this user (as root: of all users). They are recognized by
// a virtio serial port called "lab", which no other QEMU has (vm/machine.cpp).
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
  std::string series;       // "6.1": from its image's name; empty: another image
  std::string accelerator;  // "kvm", "tcg"
  std::string memory;       // "512M"
  std::optional<std::chrono::seconds> age;
};

std::vector<RunningMachine> running_machines();

// Parses the content of /proc/PID/cmdline: words that end in zero bytes. Nothing: not
// one of our machines. Pure.
std::optional<RunningMachine> machine_from(std::string_view command_line);

}  // namespace lab::doctor
