// SPDX-License-Identifier: MIT
//
// inspect: show the hosts, links, sockets and programs of kept labs.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>
#include <utility>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/require_root.hpp"
#include "draw/page.hpp"
#include "json/text.hpp"
#include "persist/kept_labs.hpp"
#include "persist/text.hpp"
#include "util/error.hpp"

namespace lab::commands {
namespace {

int inspect(const std::vector<std::string>& labs, const std::string& format,
            const draw::Style& style) {
  require_root("inspect");
  const std::vector<persist::Found> all = persist::find_all();
  auto data = nlohmann::json{{"labs", nlohmann::json::array()}};
  draw::Page page(std::cout, style);
  bool first = true;
  for (const persist::Found* found : persist::choose_labs(all, labs)) {
    const persist::LabLook look = persist::look_into(*found, {});
    if (format == "json") {
      data["labs"].push_back(persist::to_json(look));
      continue;
    }
    if (!std::exchange(first, false)) page.blank();
    persist::print(page, look);
  }
  if (format == "json")
    fmt::print("{}\n", json_text(data, 2));
  else if (all.empty())
    fmt::print("No lab is kept; `orchestrator run NAME --keep` keeps one.\n");
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_inspect(cli::Commands& commands) {
  struct Flags {
    std::vector<std::string> labs;
    std::string format = "text";
    cli::Color color = cli::Color::automatic;
  };
  CLI::App* command =
      commands.add("inspect", "show the hosts, links, sockets and programs of kept labs");
  const auto flags = std::make_shared<Flags>();
  commands.completes(
      command->add_option("lab", flags->labs, "the labs to show; default: all")->type_name(""),
      labs);
  cli::add_format_flag(*command, flags->format);
  cli::add_color_flag(*command, flags->color);
  commands.describe(
      command, cli::Purpose::machine,
      {{"inspect", "all kept labs"}, {"inspect simopen -f json", "one of them, as data"}});
  commands.set_action(command, [flags] {
    return inspect(flags->labs, flags->format, cli::style_of(flags->color));
  });
}

}  // namespace lab::commands
