// SPDX-License-Identifier: MIT
//
// Where an installed program's other files are (laid out by cmake/Install.cmake).
// Found from the program's own path, not from a compiled-in prefix, so that an
// installation can be moved as a whole. In the build directory there are
// no such folders, and everything is beside the program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lab {

// The path of this program's file, however it was started.
std::filesystem::path program_folder();

// The two folders for a program in `bin`: PREFIX/share/tcp-lookup-lab and
// PREFIX/lib/tcp-lookup-lab. They need not exist.
std::filesystem::path data_folder_for(const std::filesystem::path& bin);
std::filesystem::path private_folder_for(const std::filesystem::path& bin);

// The same for this program; nothing if it was not installed.
std::optional<std::filesystem::path> installed_data();     // scenarios
std::optional<std::filesystem::path> installed_private();  // programs, and what makes guests

// ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab, which need not exist; empty when
// neither variable is set.
std::string cache_folder();

}  // namespace lab
