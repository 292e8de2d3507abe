// SPDX-License-Identifier: MIT
//
// How sockets, their processes and their namespaces are named in reports. Pure.
#pragma once

#include <string>

#include "record/machine_facts.hpp"

namespace lab {

// "server (pid 4121, fd 3)", or why no process can be named.
std::string holder_of(const Row& row, const Processes& processes);
std::string holder_of(std::uint64_t inode, const Processes& processes);

// "0.0.0.0:8888", "0.0.0.0:8888 on device eth1"
std::string place_of(const Row& row);

// "this network namespace", "network namespace web", "the network namespace of process 4121"
std::string netns_of(const Question& question);
// "network namespace web", "the network namespace of nginx (pid 4121)"
std::string name_of(const OtherNetns& space);

}  // namespace lab
