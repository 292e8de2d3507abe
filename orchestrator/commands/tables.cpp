// SPDX-License-Identifier: MIT
//
// tables: print the kernel's TCP tables.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "collect/netns.hpp"
#include "collect/table_source.hpp"
#include "commands/add_commands.hpp"
#include "json/text.hpp"
#include "tables/filter.hpp"
#include "tables/json.hpp"
#include "tables/text.hpp"
#include "util/error.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

struct TablesFlags {
  std::vector<std::string> words;  // tables and ends
  std::vector<std::string> states;
  std::string netns;
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
};

int print_tables(const TablesFlags& flags) {
  const tables::Asked asked = tables::parse_asked(flags.words, flags.states);
  const Namespace netns = collect::netns_or_own(flags.netns);
  TableView view = collect::TableSource(netns).read(asked.tables);
  const std::size_t before = tables::keep_asked(view, asked);
  std::size_t left = 0;
  for (const ObservedTable& seen : view.tables) left += seen.entries.size();
  if (flags.format == "json")
    std::cout << json_text(tables::to_json(view), 2) << '\n';
  else
    tables::print_text(view, std::cout, cli::style_of(flags.color));
  if (left == 0 && !asked.filter.empty())
    print_printable(stderr, "orchestrator: no socket matches {}; without the filter there {} {}\n",
               asked.filter.str(), before == 1 ? "is" : "are", before);
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_tables(cli::Commands& commands) {
  const auto flags = std::make_shared<TablesFlags>();
  CLI::App* command = commands.add("tables", "print the kernel's TCP tables, with processes");
  command
      ->add_option("what", flags->words,
                   "listeners, bound, ehash or all; and an endpoint: ADDR:PORT, ADDR or\n"
                   ":PORT (IPv6 in brackets)")
      ->type_name("");
  cli::add_netns_flag(commands, *command, flags->netns);
  cli::add_state_flag(*command, flags->states);
  cli::add_format_flag(*command, flags->format);
  cli::add_color_flag(*command, flags->color);
  commands.describe(command, cli::Purpose::machine,
                    {{"tables listeners", "listeners and their queues"},
                     {"tables bound :8888", "who holds port 8888"},
                     {"tables --state time-wait", "connections in TIME-WAIT"},
                     {"tables --netns web", "in another network namespace"}});
  commands.set_action(command, [flags] { return print_tables(*flags); });
}

}  // namespace lab::commands
