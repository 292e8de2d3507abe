// SPDX-License-Identifier: MIT
//
// exec: run a command in a host of a kept lab.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/require_root.hpp"
#include "persist/enter.hpp"
#include "persist/kept_labs.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

int exec(const std::vector<std::string>& words) {
  require_root("exec");
  const std::vector<persist::Found> all = persist::find_all();
  const persist::HostChoice choice = persist::choose_host(all, words);
  if (choice.rest.empty())
    throw UsageError(fmt::format("exec {}: add a command, as in: exec {} -- ss -tan",
                                 choice.host->host, choice.host->host));
  std::string why;
  const int status = persist::enter_and_run({}, choice.host->name, choice.rest, why);
  print_printable(stderr, "orchestrator: exec: {}\n", why);
  return status;
}

}  // namespace

void add_exec(cli::Commands& commands) {
  CLI::App* command =
      commands.add("exec", "run a command in a host of a kept lab: exec [LAB] HOST -- CMD ARG…");
  // Everything from the first word that is not our flag belongs to the user's command.
  // (CLI11 would take a "--" after its own words as the end of this command.)
  command->prefix_command();
  commands.completes_words(command, lab_then_host);
  commands.describe(command, cli::Purpose::machine,
                    {{"exec a -- ss -tan", "in host a of the only kept lab"},
                     {"exec simopen a -- bash", "a shell in a host of this lab"}});
  commands.set_action(command, [command] {
    std::vector<std::string> words = command->remaining();
    // The command also begins after the host, so "--" may be left out.
    constexpr std::ptrdiff_t lab_and_host = 2;
    const auto before_the_command = words.begin() + std::min(lab_and_host + 1, std::ssize(words));
    const auto dashes = std::find(words.begin(), before_the_command, "--");
    if (dashes != before_the_command) words.erase(dashes);
    return exec(words);
  });
}

}  // namespace lab::commands
