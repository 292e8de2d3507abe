// SPDX-License-Identifier: MIT
//
// The words of a shell's text that may name the programs and files that it uses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::play {

// Each once, in their order, without quotes: "ip", "../defaults.sh", "/proc/sys/net". It is no
// shell: a name that is put together by one is not found. Pure.
std::vector<std::string> command_words(std::string_view text);

}  // namespace lab::play
