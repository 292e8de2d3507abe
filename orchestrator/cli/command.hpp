// SPDX-License-Identifier: MIT
//
// The commands of a program: CLI11's tree, plus each command's action and documentation.
// Help (help.hpp), the man page (manual.hpp), completion (complete_words.hpp), the
// configuration file (config.hpp) and environment variables are generated from it.
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

// The headings of --help.
enum class Purpose { play, machine, scenarios, maintenance };
std::string_view heading_of(Purpose purpose);

struct Example {
  std::string line;  // without the program's name: "run simopen"
  std::string what;  // "run a scenario"
};

class Commands {
 public:
  explicit Commands(CLI::App& app) : app_(app) {}

  // Adds a command to the program, or to another command. The returned object lives as
  // long as the program's App.
  CLI::App* add(const std::string& name, const std::string& help, CLI::App* below = nullptr) {
    return (below ? below : &app_)->add_subcommand(name, help);
  }
  // The action returns the exit code and throws the errors of util/error.hpp. The flags'
  // values must outlive it: capture a shared_ptr.
  void set_action(CLI::App* command, std::function<int()> action) {
    actions_.emplace_back(command, std::move(action));
  }
  // Every command that is not hidden has a purpose and examples.
  void describe(CLI::App* command, Purpose purpose, std::vector<Example> examples);
  // Sets the completer of an option. Options checked against a set ("{text,json}") need none.
  void completes(const CLI::Option* option, Completer known) { completers_[option] = known; }
  // The same for the first words of a prefix command, which CLI11 does not parse.
  void completes_words(const CLI::App* command, Completer known) {
    word_completers_[command] = known;
  }

  // Runs the innermost command that was parsed, and returns its exit code.
  int run() const;

  const CLI::App& app() const { return app_; }
  const std::vector<Example>& examples(const CLI::App* command) const;
  // Null: there is none.
  Completer completer(const CLI::Option* option) const;
  Completer completer(const CLI::App* command) const;

 private:
  CLI::App& app_;
  std::vector<std::pair<CLI::App*, std::function<int()>>> actions_;
  std::map<const CLI::App*, std::vector<Example>> examples_;
  std::map<const CLI::Option*, Completer> completers_;
  std::map<const CLI::App*, Completer> word_completers_;
};

// Gives each flag of the command and its subcommands an environment variable, LAB_ and the
// flag's name, unless it already has one.
void name_variables(CLI::App& command);

// For after parsing: throws UsageError if a flag of a command that was parsed has an empty
// value, such as --output "$FILE" where FILE is not set, which would write nothing.
void refuse_empty_values(const CLI::App& command);

// Every command that is not hidden, parents first, without the program itself.
std::vector<const CLI::App*> visible_commands(const CLI::App& program);
// "run", "vm shell"
std::string path_of(const CLI::App& command);
// Its flags that are not hidden, without --help and --version.
std::vector<const CLI::Option*> visible_flags(const CLI::App& command);

}  // namespace lab::cli
