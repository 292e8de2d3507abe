// SPDX-License-Identifier: MIT
//
// Asks a judge that is outside of every guest: a text of the rubric for a shell on this machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lab::grade {

// Runs /bin/sh with `text` in `folder`, with these variables ("name=value") besides ours, and with
// `output` as its standard input. Nothing: it accepted (exit status 0). Otherwise (exit status 1)
// what it printed, at most 4 KiB. What it leaves running is killed.
// Throws EnvironmentError for any other end, and after a minute.
std::optional<std::string> ask_judge(const std::string& text, const std::string& folder,
                                     const std::vector<std::string>& variables,
                                     const std::string& output);

}  // namespace lab::grade
