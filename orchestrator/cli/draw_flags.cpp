// SPDX-License-Identifier: MIT
//
// The command `draw`: from its flags to DrawOptions.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/flags.hpp"
#include "cli/report_files.hpp"

namespace lab::cli {
namespace {

struct DrawFlags {
  DrawOptions options;
  Color color = Color::automatic;
};

}  // namespace

void add_draw(Commands& commands) {
  CLI::App* command = commands.add("draw", "draw stored reports again, several of them as one");
  const auto flags = std::make_shared<DrawFlags>();
  DrawOptions& options = flags->options;
  commands.completes(command
                         ->add_option("document", options.documents,
                                      "files that `run --output` wrote; -: standard input")
                         ->type_name("FILE")
                         ->required(),
                     files);
  command
      ->add_flag("-v,--verbose", options.verbose,
                 "everything: each check, each event of each path, each look "
                 "at the tables,\nof every play, however many there are")
      ->envname("LAB_VERBOSE");
  add_format_flag(*command, options.format);
  add_report_flags(commands, *command, options.reports);
  add_pcap_flag(commands, *command, options.pcap);
  add_color_flag(*command, flags->color);
  commands.describe(command, Purpose::play,
                    {{"draw report.json", "the text of what `run --output report.json` stored"},
                     {"draw monday.json tuesday.json --junit both.xml",
                      "two reports as one, and for a CI server"},
                     {"draw report.json -v --color always | less -R", "every play in full"}});
  commands.set_action(command, [flags] {
    DrawOptions& wanted = flags->options;
    wanted.style = style_of(flags->color);
    if (wanted.verbose) wanted.style.detail = draw::Detail::full;
    return draw(wanted);
  });
}

}  // namespace lab::cli
