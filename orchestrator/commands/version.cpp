// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/utsname.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "report/reporter.hpp"
#include "tcp_lookup/contract.h"
#include "util/error.hpp"

namespace lab::commands {
namespace {

int version(const std::string& format) {
  utsname system{};
  ::uname(&system);
  if (format == "json") {
    const nlohmann::json facts{{"version", LAB_VERSION},
                               {"contract_schema", TCP_LOOKUP_SCHEMA},
                               {"report_schema", report::json_schema},
                               {"kernel", system.release}};
    fmt::print("{}\n", facts.dump(2));
  } else {
    fmt::print("TCP Lookup Lab {}\n", LAB_VERSION);
    fmt::print("contract with tcp_lookup.ko: schema {}\n", TCP_LOOKUP_SCHEMA);
    fmt::print("this kernel: {}\n", system.release);
  }
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_version(cli::Commands& commands) {
  CLI::App* command = commands.add("version", "print the version");
  const auto format = std::make_shared<std::string>("text");
  cli::add_format_flag(*command, *format);
  commands.describe(
      command, cli::Purpose::maintenance,
      {{"version", "of the program and its schemas"}, {"version --format json", "for a program"}});
  commands.set_action(command, [format] { return version(*format); });
}

}  // namespace lab::commands
