// SPDX-License-Identifier: MIT
//
// The state of a kept lab: plain values, and their file.
//
// The file is made before the first name below /run/netns, and removed after the last
// one. So if a process dies in between, all leftovers are either in this file or have a
// mark (mark.hpp).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "persist/locations.hpp"
#include "persist/process.hpp"
#include "record/address.hpp"
#include "util/clock.hpp"

namespace lab::persist {

constexpr int state_schema = 1;

struct HostState {
  std::string name;         // "a"
  std::string netns;        // "lab-simopen-a"
  std::uint64_t inode = 0;  // of the network namespace
  std::vector<std::string> addresses = {};
};

// A socket that the scenario opened and that the keeper holds open.
struct SocketState {
  std::string name, host;
  std::uint64_t cookie = 0;   // SO_COOKIE, which identifies its row in the tables
  std::string local, remote;  // when the play was over; empty: none
};

// A program of the scenario's that was running when the play was over.
struct ProgramState {
  std::string name, host, command;
};

struct Lab {
  std::string name;
  std::string scenario, file, variant;
  std::string family;   // "ipv4"
  std::string verdict;  // "pass"
  Timestamp made = 0;
  std::string boot;  // boot_id(): the numbers below are valid in this boot only
  // Holds sockets and programs. It leads a session (setsid(2)) of all that the
  // lab has started.
  Process keeper;
  std::vector<HostState> hosts;
  std::vector<std::pair<std::string, std::string>> links;  // "a:eth0", "b:eth0"
  std::vector<SocketState> sockets;
  std::vector<ProgramState> programs;

  // Null: it has no such host.
  const HostState* host(std::string_view host_name) const;
};

void to_json(nlohmann::json& into, const Lab& lab);

// Throws UsageError for what cannot be a lab's name: letters, digits and _ . - ,
// beginning with a letter or a digit, at most 60.
void require_lab_name(std::string_view name);

// "lab-simopen-a"
std::string netns_name(std::string_view lab, std::string_view host);

std::string state_path(const Place& place, std::string_view lab);

// Makes the file, whole or not at all. Throws UsageError when a lab of that name
// exists, SystemError.
void write_state(const Place& place, const Lab& lab);

// For each file: the lab, or why it cannot be read.
struct StateFile {
  std::string name;  // the lab's, as the file's name says
  std::optional<Lab> lab;
  std::string why_not;
};
std::vector<StateFile> read_states(const Place& place);

}  // namespace lab::persist
