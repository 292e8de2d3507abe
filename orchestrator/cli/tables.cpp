// SPDX-License-Identifier: MIT
//
// tables: the kernel's tables as they are now. lookup: what a SYN would meet in them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "collect/netns.hpp"
#include "collect/table_source.hpp"
#include "tables/drawing.hpp"
#include "tables/filter.hpp"
#include "tables/json.hpp"
#include "tables/text.hpp"
#include "util/error.hpp"

namespace lab::cli {
namespace {

struct TablesFlags {
  std::vector<std::string> words;  // tables and ends; of lookup: source and destination
  std::vector<std::string> states;
  std::string netns, device;
  std::string format = "text";
  Color color = Color::automatic;
};

// Standard output may be full, or a file on a full disk.
int finish(bool success) {
  std::cout.flush();
  if (!std::cout) throw EnvironmentError("the output could not be written");
  return static_cast<int>(success ? Exit::pass : Exit::failed);
}

int tables_command(const TablesFlags& flags) {
  const tables::Asked asked = tables::parse_asked(flags.words, flags.states);
  const Namespace space = collect::space_or_here(flags.netns);
  TableView view = collect::TableSource(space).read(asked.tables);
  const std::size_t before = tables::keep_asked(view, asked);
  std::size_t left = 0;
  for (const ObservedTable& seen : view.tables) left += seen.entries.size();
  if (flags.format == "json")
    std::cout << tables::to_json(view).dump(2) << '\n';
  else
    tables::print_text(view, std::cout, style_of(flags.color));
  if (left == 0 && !asked.filter.empty())
    fmt::print(stderr, "orchestrator: no socket matches {}; without the filter there {} {}\n",
               asked.filter.str(), before == 1 ? "is" : "are", before);
  return finish(true);
}

std::vector<Tuple> tuples_of(const TablesFlags& flags) {
  if (flags.words == std::vector<std::string>{"-"}) {
    auto tuples = tables::read_tuples(std::cin, flags.device);
    if (tuples.empty())
      throw UsageError("nothing was asked: write lines of SRC:PORT DST:PORT to standard input");
    return tuples;
  }
  if (flags.words.size() < 2 || flags.words.size() % 2 != 0)
    throw UsageError(
        "lookup takes pairs, SRC:PORT DST:PORT, as the SYN carries them; or - for lines of such "
        "pairs on standard input");
  std::vector<Tuple> tuples;
  for (std::size_t at = 0; at < flags.words.size(); at += 2)
    tuples.push_back(tables::parse_tuple(flags.words[at], flags.words[at + 1], flags.device));
  return tuples;
}

int lookup_command(const TablesFlags& flags) {
  const auto tuples = tuples_of(flags);
  const Namespace space = collect::space_or_here(flags.netns);
  const tables::Lookups lookups = collect::TableSource(space).look_up(tuples);
  if (flags.format == "json")
    std::cout << tables::to_json(lookups).dump(2) << '\n';
  else
    tables::print_text(lookups, std::cout, style_of(flags.color));
  return finish(std::ranges::all_of(lookups.answers, tables::is_success));
}

}  // namespace

void add_tables(Commands& commands) {
  const auto flags = std::make_shared<TablesFlags>();
  CLI::App* command = commands.add("tables", "the kernel's TCP tables, with processes");
  command
      ->add_option("what", flags->words,
                   "listeners, bound, ehash or all; and ADDR:PORT, ADDR or :PORT of an end\n"
                   "(IPv6 in brackets)")
      ->type_name("");
  add_netns_flag(commands, *command, flags->netns);
  add_state_flag(*command, flags->states);
  add_format_flag(*command, flags->format);
  add_color_flag(*command, flags->color);
  commands.describe(command, Purpose::machine,
                    {{"tables listeners", "who listens, and how full the queues are"},
                     {"tables bound :8888", "who holds port 8888"},
                     {"tables --state time-wait", "what is left of connections"},
                     {"tables --netns web", "in another network namespace"}});
  commands.set_action(command, [flags] { return tables_command(*flags); });
}

void add_lookup(Commands& commands) {
  const auto flags = std::make_shared<TablesFlags>();
  CLI::App* command = commands.add("lookup", "which socket would a SYN meet, step by step?");
  command
      ->add_option("tuples", flags->words,
                   "SRC:PORT DST:PORT, as the SYN carries them (IPv6 in brackets), once or\n"
                   "more; or - : lines of these, with `dev NAME` behind them, if it matters")
      ->type_name("")
      ->required();
  add_netns_flag(commands, *command, flags->netns);
  command->add_option("--device", flags->device, "the interface on which the SYN comes in")
      ->envname("LAB_DEVICE");
  add_format_flag(*command, flags->format);
  add_color_flag(*command, flags->color);
  // Exit code 0: each SYN would be answered with SYN-ACK; 1: one would not.
  commands.describe(command, Purpose::machine,
                    {{"lookup 10.0.0.1:40000 10.0.0.2:80", "which socket takes it (exit code 0)?"},
                     {"lookup - < pairs.txt", "many questions in one go"}});
  commands.set_action(command, [flags] { return lookup_command(*flags); });
}

}  // namespace lab::cli
