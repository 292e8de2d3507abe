// SPDX-License-Identifier: MIT
//
// clean: remove kept labs.
#include "persist/clean.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "cli/command.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/require_root.hpp"
#include "persist/kept_labs.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

struct CleanOptions {
  std::vector<std::string> labs;
  bool all = false;
  bool dry_run = false;
  bool yes = false;
  bool force = false;  // also end programs in it that the lab did not start
};

// Asks the user.
bool is_agreed_to() {
  fmt::print("Remove this? [y/N] ");
  std::fflush(stdout);
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

int clean(const CleanOptions& options) {
  require_root("clean");
  const std::vector<persist::Found> all = persist::find_all();
  if (all.empty() && options.labs.empty()) {
    fmt::print("There is nothing to remove.\n");
    return static_cast<int>(Exit::pass);
  }
  if (options.labs.empty() && !options.all && all.size() > 1)
    throw UsageError(
        "there are several kept labs: name those to remove, or remove all: clean --all");
  if (options.all && !options.labs.empty())
    throw UsageError("clean: give names or --all, not both");

  std::vector<const persist::Found*> removed;
  bool left = false;
  for (const persist::Found* found : persist::choose_labs(all, options.labs)) {
    print_printable(stdout, "Lab {}:\n", found->name);
    const std::string why = persist::why_left(*found, options.force);
    if (why.empty()) {
      for (const std::string& line : persist::plan_to_clean(*found, options.force))
        print_printable(stdout, "  {}\n", line);
      removed.push_back(found);
    } else {
      print_printable(stdout, "  not removed: {}\n", why);
      left = true;
    }
  }
  const auto exit_code = [&] { return static_cast<int>(left ? Exit::failed : Exit::pass); };
  if (options.dry_run || removed.empty()) return exit_code();
  if (!options.yes) {
    if (!::isatty(STDIN_FILENO))
      throw UsageError("clean: there is no terminal to ask on; use -y to remove what is listed");
    if (!is_agreed_to()) {
      fmt::print("Nothing was removed.\n");
      return static_cast<int>(Exit::failed);
    }
  }
  std::fflush(stdout);
  for (const persist::Found* found : removed) persist::clean(*found, {}, options.force);
  fmt::print("Removed.\n");
  return exit_code();
}

}  // namespace

void add_clean(cli::Commands& commands) {
  CLI::App* command = commands.add("clean", "remove kept labs and what killed runs left behind");
  const auto options = std::make_shared<CleanOptions>();
  commands.completes(
      command->add_option("lab", options->labs, "the labs to remove; optional if only one is kept")
          ->type_name(""),
      labs);
  command->add_flag("--all", options->all, "all of them")->envname("LAB_ALL");
  command->add_flag("-n,--dry-run", options->dry_run, "only list what would be removed")
      ->envname("LAB_DRY_RUN");
  command->add_flag("-y,--yes", options->yes, "do not ask")->envname("LAB_YES");
  command->add_flag("--force", options->force, "also end programs in it that the lab did not start")
      ->envname("LAB_FORCE");
  commands.describe(command, cli::Purpose::machine,
                    {{"clean simopen", "list what would be removed, and ask"},
                     {"clean --all --dry-run", "only list"}});
  commands.set_action(command, [options] { return clean(*options); });
}

}  // namespace lab::commands
