// SPDX-License-Identifier: MIT
//
// lookup: show which socket a SYN would meet.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "collect/netns.hpp"
#include "collect/table_source.hpp"
#include "commands/add_commands.hpp"
#include "json/text.hpp"
#include "record/lookups.hpp"
#include "tables/drawing.hpp"
#include "tables/json.hpp"
#include "tables/tuples.hpp"
#include "util/error.hpp"

namespace lab::commands {
namespace {

struct LookupFlags {
  std::vector<std::string> pairs;  // source, destination, source, …; or "-"
  std::string netns, device;
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
};

std::vector<Tuple> tuples_of(const LookupFlags& flags) {
  if (flags.pairs == std::vector<std::string>{"-"}) {
    auto tuples = tables::read_tuples(std::cin, flags.device);
    if (tuples.empty())
      throw UsageError("standard input has no tuples: write lines of SRC:PORT DST:PORT");
    return tuples;
  }
  if (flags.pairs.size() < 2 || flags.pairs.size() % 2 != 0)
    throw UsageError(
        "lookup takes pairs SRC:PORT DST:PORT, as the SYN carries them, or - to read such "
        "pairs from standard input, one per line");
  std::vector<Tuple> tuples;
  for (std::size_t at = 0; at < flags.pairs.size(); at += 2)
    tuples.push_back(tables::parse_tuple(flags.pairs[at], flags.pairs[at + 1], flags.device));
  return tuples;
}

int look_up(const LookupFlags& flags) {
  const auto tuples = tuples_of(flags);
  const Namespace netns = collect::netns_or_own(flags.netns);
  const Lookups lookups = collect::TableSource(netns).look_up(tuples);
  if (flags.format == "json")
    std::cout << json_text(tables::to_json(lookups), 2) << '\n';
  else
    tables::print_text(lookups, std::cout, cli::style_of(flags.color));
  const bool success = std::ranges::all_of(lookups.answers, is_success);
  return static_cast<int>(success ? Exit::pass : Exit::failed);
}

}  // namespace

void add_lookup(cli::Commands& commands) {
  const auto flags = std::make_shared<LookupFlags>();
  CLI::App* command = commands.add("lookup", "show which socket a SYN would meet, step by step");
  command
      ->add_option("tuples", flags->pairs,
                   "SRC:PORT DST:PORT, as the SYN carries them (IPv6 in brackets); may be\n"
                   "repeated; or -: read such lines from standard input, each optionally\n"
                   "followed by `dev NAME`")
      ->type_name("")
      ->required();
  cli::add_netns_flag(commands, *command, flags->netns);
  command->add_option("--device", flags->device, "the interface on which the SYN arrives")
      ->envname("LAB_DEVICE");
  cli::add_format_flag(*command, flags->format);
  cli::add_color_flag(*command, flags->color);
  // Exit code 0: a SYN-ACK would answer every SYN; 1: not every one.
  commands.describe(command, cli::Purpose::machine,
                    {{"lookup 10.0.0.1:40000 10.0.0.2:80", "which socket takes it (exit code 0)?"},
                     {"lookup - < pairs.txt", "many lookups at once"}});
  commands.set_action(command, [flags] { return look_up(*flags); });
}

}  // namespace lab::commands
