// SPDX-License-Identifier: MIT
//
// The program's commands: where each stands in CLI11's tree, and what is done
// when it is given. A file that holds a command has a function add_NAME() that
// enters it; app.cpp lists them, in the order in which --help shows them.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace lab::cli {

class Commands {
 public:
  explicit Commands(CLI::App& app) : app_(app) {}

  // A command of the program's, or of another command. The returned object lives
  // as long as the program's App.
  CLI::App* add(const std::string& name, const std::string& help, CLI::App* below = nullptr) {
    return (below ? below : &app_)->add_subcommand(name, help);
  }
  // What it does: gives the exit code, and throws what goes wrong (util/error.hpp).
  // The flags' values must live as long: a shared_ptr in the capture.
  void set_action(CLI::App* command, std::function<int()> action) {
    actions_.emplace_back(command, std::move(action));
  }

  // Does what the command line that was parsed asks for: the innermost command.
  int run() const;

  const CLI::App& app() const { return app_; }

 private:
  CLI::App& app_;
  std::vector<std::pair<CLI::App*, std::function<int()>>> actions_;
};

void add_run(Commands& commands);        // run_flags.cpp
void add_explain(Commands& commands);    // explain_flags.cpp
void add_catalogue(Commands& commands);  // catalogue_flags.cpp: list, show, validate, new
void add_schema(Commands& commands);     // schema.cpp
void add_version(Commands& commands);    // version.cpp

}  // namespace lab::cli
