// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "persist/locations.hpp"

namespace lab::persist {

// What a shell gives for a command that cannot be run.
constexpr int not_executable = 126, not_found = 127;

// Becomes the command, inside the network namespace of that name and as ip-netns(8)
// has it: /sys shows that namespace, files below /etc/netns/NAME stand for those in
// /etc. It is this process, so that terminal, exit code and signals are the
// command's own. Returns only if it could not: one of the above, and `why`. Throws
// as open_name() (persist/netns_names.hpp) does, and SystemError and EnvironmentError when
// the namespace may not be entered.
int enter_and_run(const Place& place, const std::string& netns,
                  const std::vector<std::string>& command, std::string& why);

}  // namespace lab::persist
