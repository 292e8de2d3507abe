// SPDX-License-Identifier: MIT
#include "commands/app.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "cli/command.hpp"
#include "cli/complete_words.hpp"
#include "cli/config.hpp"
#include "cli/help.hpp"
#include "cli/suggest.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/signals.hpp"
#include "util/standard_streams.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

constexpr const char* footer = R"(Examples:
  orchestrator run simopen             run a scenario
  orchestrator explain 127.0.0.1:8888  why is my connection refused?
  orchestrator graph hole-punching     draw the hosts and links of a scenario

See orchestrator COMMAND --help for a command. Every flag can also be set by an
environment variable or in the configuration file: see docs/commands.md and the
man page orchestrator(1).)";

// The user is still typing, so errors are not reported.
int print_completions(const cli::Commands& commands, int argc, char** argv) try {
  std::vector<std::string> words(argv + 2, argv + argc);
  if (words.empty()) words.emplace_back();
  fmt::print("{}", cli::completion_lines(cli::complete(commands, words)));
  return static_cast<int>(Exit::pass);
} catch (const std::exception&) {
  return static_cast<int>(Exit::pass);
}

void read_config(CLI::App& app, int argc, char** argv) {
  const auto path = cli::config_path(argc, argv);
  if (!path) return;
  std::string text;
  try {
    text = read_file(*path);
  } catch (const SystemError& error) {
    throw UsageError(fmt::format("the configuration file cannot be read: {}", error.what()));
  }
  cli::apply_config(app, text, *path);
}

// A full disk shows only when the buffers are written.
void require_written() {
  const bool lost = !std::cout.flush() || std::ferror(stdout) != 0;
  if (std::fflush(stdout) != 0 || lost)
    throw EnvironmentError("standard output was not written completely; is the disk full?");
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{program_title, "orchestrator"};
  cli::Commands commands(app);
  add_commands(commands, app);
  if (argc > 1 && argv[1] == std::string_view("__complete"))
    return print_completions(commands, argc, argv);
  read_config(app, argc, argv);
  if (argc == 1) {
    fmt::print("{}", app.help());
    require_written();
    return static_cast<int>(Exit::pass);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help_or_version) {
    const int code = app.exit(help_or_version);
    require_written();
    return code;
  } catch (const CLI::ParseError& mistake) {
    const std::string better = cli::suggestion(app, is_scenario);
    print_printable(stderr, "orchestrator: {}\n", better.empty() ? mistake.what() : better);
    print_note("See orchestrator --help, or orchestrator COMMAND --help.\n");
    return static_cast<int>(Exit::usage);
  }
  cli::refuse_empty_values(app);
  const int code = commands.run();
  require_written();
  return code;
}

int complain(const std::exception& error, Exit code) {
  std::fflush(stdout);
  print_printable(stderr, "orchestrator: {}\n", error.what());
  return static_cast<int>(code);
}

}  // namespace

void add_commands(cli::Commands& commands, CLI::App& program) {
  program.require_subcommand(1);
  program.formatter(cli::make_help());
  program.footer(footer);
  program.set_version_flag("-V,--version", "TCP Lookup Lab " LAB_VERSION, "which version this is");
  commands.completes(cli::add_config_flag(program), cli::files);

  add_run(commands);
  add_predict(commands);
  add_draw(commands);
  add_grade(commands);
  add_explain(commands);
  add_tables(commands);
  add_lookup(commands);
  add_watch(commands);
  add_doctor(commands);
  add_vm(commands);
  add_list(commands);
  add_show(commands);
  add_validate(commands);
  add_new(commands);
  add_convert(commands);
  add_graph(commands);
  add_inspect(commands);
  add_exec(commands);
  add_capture(commands);
  add_clean(commands);
  add_schema(commands);
  add_completion(commands);
  add_manual(commands);
  add_version(commands);
  add_help(commands);

  cli::name_variables(program);
}

int main(int argc, char** argv) {
  try {
    open_standard_streams();
    catch_file_size_signal();
    return parse_and_run(argc, argv);
  } catch (const UsageError& error) {
    return complain(error, Exit::usage);
  } catch (const std::exception& error) {
    return complain(error, Exit::environment);
  }
}

}  // namespace lab::commands
