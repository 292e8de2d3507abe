// SPDX-License-Identifier: MIT
//
// The names by which sockets, their processes and their namespaces are reported. Pure.
#pragma once

#include <string>

#include "record/machine_facts.hpp"

namespace lab {

// "server (pid 4121, fd 3)", or why nobody can be named.
std::string holder_of(const Row& row, const Processes& processes);
std::string holder_of(std::uint64_t inode, const Processes& processes);

// "0.0.0.0:8888", "0.0.0.0:8888 on device eth1"
std::string place_of(const Row& row);

// "this network namespace", "network namespace web", "the network namespace of process 4121"
std::string netns_of(const Question& question);
// "network namespace web", "the network namespace of nginx (pid 4121)"
std::string name_of(const OtherNetns& space);

}  // namespace lab
