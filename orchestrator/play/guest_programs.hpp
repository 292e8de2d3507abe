// SPDX-License-Identifier: MIT
//
// The programs that a scenario runs, checked before the run: whether they exist, and which
// files a microVM needs for them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "scenario/model.hpp"
#include "util/architecture.hpp"
#include "vm/run.hpp"

namespace lab::play {

// Throws UsageError when a program is missing, with the step that needs it and the package
// to install.
void require_programs(const scenario::Scenario& scenario);

// The first program of a scenario that is not the lab's own, with its place:
// "submission.yaml:12 runs ./server". Empty: there is none.
std::string foreign_program(const scenario::Scenario& scenario);

// The path in the guest of a program that is not the lab's own: `word` is how the scenario names
// it, `path` where it is here. Empty: it is not sent.
using PathInGuest = std::function<std::string(const std::string& word, const std::string& path)>;

// The files that a guest needs for them besides its image: each program, the interpreter of
// a script, and the shared libraries. The lab's own programs are in the image. Throws UsageError
// for a program that is missing or cannot be sent, such as python, which needs its library tree,
// or one for another processor than the guest's. A guest of another architecture than this
// machine's has its own C and C++ libraries and /bin/sh; others cannot be sent.
std::vector<vm::Upload> program_uploads(const scenario::Scenario& scenario,
                                        const PathInGuest& path_in_guest,
                                        const Architecture& guest = this_architecture());
// The same, with the paths that they have here (relative ones below /work).
std::vector<vm::Upload> program_uploads(const scenario::Scenario& scenario,
                                        const Architecture& guest = this_architecture());

// The same for one program: the file at `path`, sent to the path `as` in the guest.
std::vector<vm::Upload> uploads_of(const std::string& path, const std::string& as,
                                   const Architecture& guest = this_architecture());

// The guest's path of a file of this machine: the same if absolute, else below the guest's
// working directory.
std::string guest_path(const std::string& path);

}  // namespace lab::play
