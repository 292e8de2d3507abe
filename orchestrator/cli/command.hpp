// SPDX-License-Identifier: MIT
//
// The commands of a program: a tree of CLI11's, and for each command what it does and
// how it is documented. Help (help.hpp), the man page (manual.hpp), completion
// (complete_words.hpp), the configuration file (config.hpp) and environment variables
// are made from the tree.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/candidates.hpp"

namespace lab::cli {

// What a command is for: the headings of --help.
enum class Purpose { play, machine, scenarios, maintenance };
std::string_view heading_of(Purpose purpose);

struct Example {
  std::string line;  // without the program's name: "run simopen"
  std::string what;  // what it does
};

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
  // What it is for, and a few examples. Every command that is not hidden has some.
  void describe(CLI::App* command, Purpose purpose, std::vector<Example> examples);
  // What may stand there, for completion. An option whose values are checked
  // against a set ("{text,json}") need not say so.
  void completes(const CLI::Option* option, Completer known) { completers_[option] = known; }
  // Likewise, for the first words of a command that takes all its words as they are.
  void completes_words(const CLI::App* command, Completer known) {
    word_completers_[command] = known;
  }

  // Does what the command line that was parsed asks for: the innermost command.
  int run() const;

  const CLI::App& app() const { return app_; }
  const std::vector<Example>& examples(const CLI::App* command) const;
  // Null: nothing is known.
  Completer completer(const CLI::Option* option) const;
  Completer completer(const CLI::App* command) const;

 private:
  CLI::App& app_;
  std::vector<std::pair<CLI::App*, std::function<int()>>> actions_;
  std::map<const CLI::App*, std::vector<Example>> examples_;
  std::map<const CLI::Option*, Completer> completers_;
  std::map<const CLI::App*, Completer> word_completers_;
};

// Gives each flag of the command, and of those below it, an environment variable:
// LAB_ and the flag's name, unless the flag has one already.
void name_variables(CLI::App& command);

// Every command of the tree that a user is told of, outer before inner, and without
// the program itself.
std::vector<const CLI::App*> visible_commands(const CLI::App& program);
// "run", "vm shell"
std::string path_of(const CLI::App& command);
// Those of its flags that a user is told of; not --help.
std::vector<const CLI::Option*> visible_flags(const CLI::App& command);

}  // namespace lab::cli
