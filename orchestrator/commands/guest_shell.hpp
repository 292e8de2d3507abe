// SPDX-License-Identifier: MIT
//
// The shell, programs and environment of an interactive guest. The image contains none of
// them: they are copied from this machine. That of another architecture has a busybox.
#pragma once

#include <string>
#include <vector>

#include "vm/message.hpp"
#include "vm/run.hpp"

namespace lab::commands {

struct GuestShell {
  vm::Job job;
  std::vector<vm::Upload> uploads;
  std::vector<std::string> programs;  // names of the programs sent, for the greeting
};

// An interactive shell in a terminal of the given size; or, if `words` is not empty, a shell
// that runs them without a terminal. `series` goes into the prompt. Throws UsageError when
// this machine has no shell to send.
GuestShell make_guest_shell(const std::string& series, const std::vector<std::string>& words,
                            const std::optional<vm::WindowSize>& terminal);

}  // namespace lab::commands
