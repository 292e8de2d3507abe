// SPDX-License-Identifier: MIT
//
// doctor: what this machine can do for the lab, and how to fix the rest.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "doctor/gather.hpp"
#include "doctor/text.hpp"
#include "json/text.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

struct DoctorFlags {
  bool quick = false;
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
};

int examine(const DoctorFlags& flags) {
  const doctor::Facts facts = doctor::gather(
      {!flags.quick, [](std::string_view note) { print_printable(stderr, "{}.\n", note); }});
  const doctor::Checkup checkup = doctor::judge(facts);
  if (flags.format == "json")
    std::cout << json_text(doctor::to_json(checkup), 2) << std::endl;
  else
    doctor::print_text(checkup, std::cout, cli::style_of(flags.color));
  return static_cast<int>(checkup.can_run() ? Exit::pass : Exit::environment);
}

}  // namespace

void add_doctor(cli::Commands& commands) {
  const auto flags = std::make_shared<DoctorFlags>();
  CLI::App* command =
      commands.add("doctor", "check what this machine can run, and how to fix the rest");
  command->add_flag("--quick", flags->quick, "do not boot a guest to test KVM")
      ->envname("LAB_QUICK");
  cli::add_format_flag(*command, flags->format);
  cli::add_color_flag(*command, flags->color);
  // Exit code 0: scenarios can run, here or in a microVM; 3: they cannot.
  commands.describe(command, cli::Purpose::maintenance,
                    {{"doctor", "list what is missing, and the commands that fix it"}});
  commands.set_action(command, [flags] { return examine(*flags); });
}

}  // namespace lab::commands
