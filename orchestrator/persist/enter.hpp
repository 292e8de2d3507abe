// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "persist/locations.hpp"

namespace lab::persist {

// The exit codes of a shell for a command that cannot be run.
constexpr int not_executable = 126, not_found = 127;

// Executes the command in this process, inside the network namespace of that name, as
// ip-netns(8) does: /sys shows that namespace, and files below /etc/netns/NAME replace
// those in /etc. Terminal, exit code and signals are the command's own. Returns only
// on failure: one of the above, and `why`. Throws
// as open_name() (persist/netns_names.hpp) does, and SystemError and EnvironmentError when
// the namespace may not be entered.
int enter_and_run(const Place& place, const std::string& netns,
                  const std::vector<std::string>& command, std::string& why);

}  // namespace lab::persist
