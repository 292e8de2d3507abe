// SPDX-License-Identifier: MIT
//
// Reads packetdrill scripts as scenarios: the stack under test is the host "local", and what the
// script injects and expects passes the host "remote", which has no stack. docs/packetdrill.md says
// what is played, and how.
#pragma once

#include <string>
#include <string_view>

#include "parser/expand.hpp"
#include "scenario/model.hpp"

namespace lab::packetdrill {

// The name of a script's file ends so.
inline constexpr std::string_view suffix = ".pkt";

// The scenario that the script describes. The parameters of `reading` are packetdrill's options
// (mtu, tolerance_usecs, ...) and what its -D defines. Pure. Throws UsageError:
// "FILE:LINE:COLUMN: what is wrong, or cannot be played".
scenario::Scenario read_script(std::string_view text, const std::string& file_name,
                               const parser::Reading& reading = {});

// What a script's file contains. Throws UsageError when it cannot be read, is no regular file, or
// is longer than a script may be.
std::string text_of_file(const std::string& path);

// read_script() of a file. Also throws UsageError as text_of_file() does.
scenario::Scenario load(const std::string& path, const parser::Reading& reading = {});

}  // namespace lab::packetdrill
