// SPDX-License-Identifier: MIT
//
// The programs that a scenario runs, before it does: are they there, and what
// must a microVM be given so that it has them?
#pragma once

#include <string>
#include <vector>

#include "scenario/model.hpp"
#include "vm/run.hpp"

namespace lab::play {

// Throws UsageError when one of them is not there: which step wants it, and what
// to install.
void require_programs(const scenario::Scenario& scenario);

// What a guest needs for them besides its image: each program, what runs it if it
// is a script, and the shared libraries, at the paths that they have here (below
// /work, if they are relative). The lab's own programs are in the image. Throws
// UsageError for one that cannot be sent: a python, say, is more than its file.
std::vector<vm::Upload> program_uploads(const scenario::Scenario& scenario);

// The same for one program: the file at `path`, which is to be `as` in the guest.
std::vector<vm::Upload> uploads_of(const std::string& path, const std::string& as);

// The path in the guest of a file of this machine: the same, relative to the
// guest's working directory if it is so here.
std::string guest_path(const std::string& path);

}  // namespace lab::play
