// SPDX-License-Identifier: MIT
#include "cli/app.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/command.hpp"
#include "util/error.hpp"

namespace lab::cli {
namespace {

int parse_and_run(int argc, char** argv) {
  CLI::App app{"TCP Lookup Lab: what does the Linux kernel do with my SYN?"};
  app.require_subcommand(1);
  app.failure_message(CLI::FailureMessage::help);

  Commands commands(app);
  add_run(commands);
  add_explain(commands);
  add_catalogue(commands);
  add_schema(commands);
  add_version(commands);

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& mistake) {
    fmt::print(stderr, "orchestrator: {}\n", mistake.what());
    fmt::print(stderr, "See orchestrator --help, or orchestrator COMMAND --help.\n");
    return static_cast<int>(Exit::usage);
  }
  return commands.run();
}

int complain(const std::exception& error, Exit code) {
  std::fflush(stdout);
  fmt::print(stderr, "orchestrator: {}\n", error.what());
  return static_cast<int>(code);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return parse_and_run(argc, argv);
  } catch (const UsageError& error) {
    return complain(error, Exit::usage);
  } catch (const std::exception& error) {
    return complain(error, Exit::environment);
  }
}

}  // namespace lab::cli
