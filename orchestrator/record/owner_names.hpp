// SPDX-License-Identifier: MIT
//
// How an explanation calls sockets, processes and namespaces. Pure.
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
std::string space_of(const Question& question);
// "network namespace web", "the network namespace of nginx (pid 4121)"
std::string name_of(const OtherSpace& space);

// The command that asks the same of another namespace.
std::string ask_there(const OtherSpace& space, const Endpoint& destination,
                      const std::optional<Address>& source);

// The functions of the kernel that choose a packet's way, "ip_route_input_noref".
std::string route_function(Family family, bool local_sender);

}  // namespace lab
