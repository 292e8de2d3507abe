// SPDX-License-Identifier: MIT
//
// --set of the commands that read a scenario or a script without playing it.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace lab::commands {

// "NAME=VALUE", once or more; play::parameters_from() reads them. `settings` must outlive the command.
inline void add_settings_flag(CLI::App& command, std::vector<std::string>& settings) {
  command
      .add_option("-D,--set", settings,
                  "NAME=VALUE: set a parameter of the scenario, or define NAME in a packetdrill\n"
                  "script, or set an option of packetdrill's; may be repeated")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace lab::commands
