// SPDX-License-Identifier: MIT
//
// What a person finds who enters a guest: which shell, which programs, which
// environment. The image has none of these: they are this machine's, sent along.
#pragma once

#include <string>
#include <vector>

#include "vm/message.hpp"
#include "vm/run.hpp"

namespace lab::commands {

struct GuestShell {
  vm::Job job;
  std::vector<vm::Upload> uploads;
  std::vector<std::string> programs;  // of this machine's, by name: for the greeting
};

// An interactive shell in a terminal of the given size, or `words` by that shell
// without one. `series` goes into the prompt. Throws UsageError when this machine
// has no shell that could be sent.
GuestShell make_guest_shell(const std::string& series, const std::vector<std::string>& words,
                            const std::optional<vm::WindowSize>& terminal);

}  // namespace lab::commands
