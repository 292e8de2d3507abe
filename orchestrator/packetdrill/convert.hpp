// SPDX-License-Identifier: MIT
//
// Writes a packetdrill script as a scenario file.
#pragma once

#include <string>
#include <string_view>

#include "parser/expand.hpp"

namespace lab::packetdrill {

// The text of a scenario file that does what the script does, with its comments. Times of calls and
// of inbound packets become pauses; when an expected packet comes is not compared. `name`: the name
// of the scenario, which its file must have. Pure. Throws UsageError: for a name that no scenario
// may have; "FILE:LINE:COLUMN: ...", for a mistake in the script, and for what a scenario file
// cannot say.
std::string convert(std::string_view text, const std::string& file_name, const std::string& name,
                    const parser::Reading& reading = {});

// A name for the scenario of a script's file: the file's, with "-" for what a name may not have,
// and cut where it is too long.
std::string name_for(const std::string& path);

}  // namespace lab::packetdrill
