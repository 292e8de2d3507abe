// SPDX-License-Identifier: MIT
//
// The flags of the commands that run scenarios: where, and with which parameters.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "play/options.hpp"

namespace lab::commands {

struct PlayFlags {
  play::Options options;
  cli::Color color = cli::Color::automatic;
  std::vector<std::string> families;
  std::vector<std::string> settings;  // "port=9000"
  std::size_t deadline_ms = 60'000;
};

// --where, --kernel, --arch, --family, --variant, --set, --deadline, --color.
void add_play_flags(cli::Commands& commands, CLI::App& command, PlayFlags& flags);

// The options that these flags set. Throws UsageError.
play::Options options_of(const PlayFlags& flags);

}  // namespace lab::commands
