// SPDX-License-Identifier: MIT
//
// Writes a packetdrill script as a scenario file.
#pragma once

#include <string>
#include <string_view>

#include "scenario/expand.hpp"

namespace lab::packetdrill {

// The text of a scenario file that does what the script does, with its comments. Times of calls and
// of inbound packets become pauses; when an expected packet comes is not compared. `name`: the name of
// the scenario, which its file must have. Pure. Throws UsageError, "FILE:LINE:COLUMN: ...", for a
// mistake in the script, and for what a scenario file cannot say.
std::string convert(std::string_view text, const std::string& file_name, const std::string& name,
                    const scenario::Reading& reading = {});

}  // namespace lab::packetdrill
