// SPDX-License-Identifier: MIT
//
// Where an installed program's companions are (cmake/Install.cmake lays them out):
// found from its own file and not from a prefix that was compiled in, so that
// what was installed may be moved as a whole. In the build directory there are
// no such folders, and everything stands beside the program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace lab {

// Where this program's file stands, however it was started.
std::filesystem::path program_folder();

// The two for the program in `bin`, which need not be there: PREFIX/share/tcp-lookup-lab
// and PREFIX/lib/tcp-lookup-lab.
std::filesystem::path data_folder_for(const std::filesystem::path& bin);
std::filesystem::path private_folder_for(const std::filesystem::path& bin);

// The same for this program; nothing if it was not installed.
std::optional<std::filesystem::path> installed_data();     // scenarios
std::optional<std::filesystem::path> installed_private();  // programs, and what makes guests

// ${XDG_CACHE_HOME:-~/.cache}/tcp-lookup-lab, which need not be there; empty when
// neither variable is set.
std::string cache_folder();

}  // namespace lab
