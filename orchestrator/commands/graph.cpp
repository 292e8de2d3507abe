// SPDX-License-Identifier: MIT
//
// graph: draw the hosts and links of a scenario, without building them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstring>
#include <iostream>
#include <sstream>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/scenario_files.hpp"
#include "diagram/topology_graph.hpp"
#include "diagram/topology_svg.hpp"
#include "diagram/topology_text.hpp"
#include "play/output_files.hpp"
#include "play/play_list.hpp"
#include "run/plan.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"

namespace lab::commands {
namespace {

struct GraphFlags {
  std::string scenario, variant, family, output;
  std::string format = "text";
  std::vector<std::string> settings;
  cli::Color color = cli::Color::automatic;
};

diagram::Topology topology_of(const GraphFlags& flags) {
  const parser::Reading reading{flags.variant, play::parameters_from(flags.settings)};
  const auto scenario = load_scenario(scenario_path(flags.scenario), reading);
  const Family family = flags.family.empty()     ? scenario.families.front()
                        : flags.family == "ipv4" ? Family::inet
                                                 : Family::inet6;
  std::vector<HostRecord> records;
  for (const run::HostPlan& host : run::plan(scenario, family))
    records.push_back(run::record_of(host));
  return diagram::topology_of(scenario, records);
}

std::string text_of(const diagram::Topology& topology, const draw::Style& style) {
  std::ostringstream out;
  draw::Page page(out, style);
  draw::print_hanging(page, 0, topology.name, 2, topology.title);
  page.blank();
  draw_topology(page, topology);
  return out.str();
}

std::string drawn(const diagram::Topology& topology, const GraphFlags& flags) {
  if (flags.format == "svg") return printable(topology_svg(topology));
  if (flags.format == "dot") return printable(topology_dot(topology));
  if (flags.format == "mermaid") return printable(topology_mermaid(topology));
  draw::Style style = cli::style_of(flags.color);
  // A file gets no escape sequences unless --color asks for them.
  if (!flags.output.empty() && flags.color == cli::Color::automatic) style.color = false;
  return text_of(topology, style);
}

int graph(const GraphFlags& flags) {
  const std::string drawing = drawn(topology_of(flags), flags);
  if (flags.output.empty()) {
    fmt::print("{}", drawing);
    return static_cast<int>(Exit::pass);
  }
  const auto file = play::open_output(flags.output);
  *file << drawing;
  if (const int error = file->finish())
    throw EnvironmentError(fmt::format("--output {}: the drawing could not be written: {}",
                                       flags.output, std::strerror(error)));
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_graph(cli::Commands& commands) {
  CLI::App* command = commands.add("graph", "draw the hosts and links of a scenario");
  const auto flags = std::make_shared<GraphFlags>();
  commands.completes(
      command->add_option("scenario", flags->scenario, "a name from `list`, or a file")
          ->type_name("")
          ->required(),
      scenario_names);
  command
      ->add_option("-f,--format", flags->format,
                   "text (for a terminal), svg, dot (for Graphviz) or mermaid (for Markdown)")
      ->check(CLI::IsMember({"text", "svg", "dot", "mermaid"}))
      ->envname("LAB_GRAPH_FORMAT")  // LAB_FORMAT has other values
      ->capture_default_str();
  commands.completes(
      command->add_option("-o,--output", flags->output, "write the drawing to this file")
          ->envname("LAB_GRAPH_OUTPUT"),  // LAB_OUTPUT is for reports
      cli::files);
  command->add_option("--family", flags->family, "show ipv4 or ipv6 addresses")
      ->check(CLI::IsMember({"ipv4", "ipv6"}))
      ->envname("LAB_GRAPH_FAMILY");  // LAB_FAMILY may name both
  commands.completes(
      command->add_option("--variant", flags->variant, "draw this variant of the scenario"),
      variants);
  command
      ->add_option("--set", flags->settings,
                   "NAME=VALUE: set a parameter of the scenario; may be repeated")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->envname("LAB_GRAPH_SET");
  cli::add_color_flag(*command, flags->color);
  commands.describe(command, cli::Purpose::scenarios,
                    {{"graph hole-punching", "in the terminal"},
                     {"graph hole-punching -f svg -o net.svg", "for a browser"},
                     {"graph hole-punching -f dot | dot -Tpdf > net.pdf", "with Graphviz"},
                     {"graph hole-punching -f mermaid", "for Markdown"}});
  commands.set_action(command, [flags] { return graph(*flags); });
}

}  // namespace lab::commands
