// SPDX-License-Identifier: MIT
//
// What --uid and --mark take: CLI::Option::transform() turns it into a number.
#pragma once

#include <CLI/CLI.hpp>

namespace lab::cli {

CLI::Validator uid_or_user();  // "1000", or the name of a user of this machine
CLI::Validator packet_mark();  // "16", "0x10"

}  // namespace lab::cli
