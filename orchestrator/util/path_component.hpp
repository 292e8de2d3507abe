// SPDX-License-Identifier: MIT
//
// Names that become part of a path. A name from a file, a scenario, a stored report or a
// guest is not trusted: "../../etc/cron.d/x" would lead out of the intended folder.
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

// FOLDER/NAME. Throws UsageError as require_path_component() does. Every path that
// contains a name from outside this program is made here.
std::string path_in(std::string_view folder, std::string_view name, std::string_view what);

}  // namespace lab
