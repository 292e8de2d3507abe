// SPDX-License-Identifier: MIT
//
// Commands and kernel functions that an explanation names. Pure.
#pragma once

#include <optional>
#include <string>

#include "record/machine_facts.hpp"

namespace lab::explain {

// The command that asks the same of another namespace, about a SYN from `source`; its port may be
// 0. `is_neighbour`: that namespace is on the link by which the SYN leaves.
std::string ask_there(const OtherNetns& space, const Endpoint& destination,
                      const std::optional<Endpoint>& source, bool is_neighbour);

// The kernel's function that looks up a packet's route, "ip_route_input_noref".
std::string route_function(Family family, bool local_sender);

// "sysctl -w net/ipv4/conf/eth0.100/rp_filter=2": slashes, since a name may have a dot in it.
std::string sysctl_command(const std::string& name, const std::string& value);

// Runs `command` in the namespace of the question: "ip netns exec web COMMAND".
std::string command_in(const Question& question, const std::string& command);

}  // namespace lab::explain
