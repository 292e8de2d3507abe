// SPDX-License-Identifier: MIT
//
// Names that become part of a path. A name that was read from a file, a scenario, a
// stored report or a guest belongs to somebody else: as "../../etc/cron.d/x" it would
// lead out of the folder that it was meant for.
#pragma once

#include <string>
#include <string_view>

namespace lab {

// Whether `name` names an entry of a directory and nothing else. It is 1 to 255 bytes
// long (NAME_MAX), holds no "/" and no control character (bytes 0x00 to 0x1f and
// 0x7f), and does not begin with a dot, which excludes ".", ".." and hidden files.
// Blanks, other punctuation and all other bytes are allowed.
bool is_path_component(std::string_view name);

// Throws UsageError: "WHAT "NAME" cannot be part of a path; ...". `what` names it in
// the message: "scenario", "host".
void require_path_component(std::string_view name, std::string_view what);

// FOLDER/NAME. Throws UsageError as require_path_component() does. Every path with a
// name in it that this program did not choose is made here.
std::string path_in(std::string_view folder, std::string_view name, std::string_view what);

}  // namespace lab
