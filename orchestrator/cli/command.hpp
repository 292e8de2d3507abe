// SPDX-License-Identifier: MIT
//
// The program's commands: where each stands in CLI11's tree, what is done when it
// is given, and what a user is told about it. A file that holds a command has a
// function add_NAME() that enters it; app.cpp lists them, in the order in which
// --help shows them. Help, the man page (manual.hpp), completion (complete.hpp), the
// configuration file (config.hpp) and environment variables are made from the tree.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
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

// The whole tree, with all that is said about it (app.cpp). `program` has no
// commands yet.
void add_commands(Commands& commands, CLI::App& program);

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

void add_run(Commands& commands);         // run_flags.cpp
void add_draw(Commands& commands);        // draw_flags.cpp
void add_explain(Commands& commands);     // explain_flags.cpp
void add_tables(Commands& commands);      // tables.cpp
void add_lookup(Commands& commands);      // tables.cpp
void add_watch(Commands& commands);       // watch.cpp
void add_doctor(Commands& commands);      // doctor.cpp
void add_vm(Commands& commands);          // vm.cpp: shell, status, kernels
void add_catalogue(Commands& commands);   // catalogue_flags.cpp: list, show, validate, new
void add_graph(Commands& commands);       // graph.cpp
void add_standing(Commands& commands);    // standing_flags.cpp: inspect, exec, capture, clean
void add_schema(Commands& commands);      // schema.cpp
void add_completion(Commands& commands);  // completion.cpp
void add_manual(Commands& commands);      // manual.cpp
void add_version(Commands& commands);     // version.cpp

}  // namespace lab::cli
