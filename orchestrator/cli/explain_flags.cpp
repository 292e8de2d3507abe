// SPDX-License-Identifier: MIT
//
// The command `explain`: from its flags to ExplainOptions.
#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/flags.hpp"

namespace lab::cli {
namespace {

struct ExplainFlags {
  ExplainOptions options;
  Color color = Color::automatic;
};

void add_explain_flags(Commands& commands, CLI::App& command, ExplainFlags& flags) {
  ExplainOptions& options = flags.options;
  command
      .add_option("target", options.words,
                  "DST:PORT, or DST:PORT from SRC[:PORT]: 127.0.0.1:8888 or\n"
                  "[fd00::2]:80 from [fd00::1]:40000")
      ->type_name("");
  add_netns_flag(commands, command, options.netns);
  command.add_option("--device", options.device, "the interface on which the SYN comes in");
  command.add_flag("--live", options.live,
                   "no target: tell of every RST that is sent or received and of every\n"
                   "connect() that fails, until Ctrl-C (as root)");
  command.add_flag("--probe", options.probe,
                   "send one real SYN, too, and show what became of it (as root)");
  add_format_flag(command, options.format);
  add_color_flag(command, flags.color);
}

}  // namespace

void add_explain(Commands& commands) {
  CLI::App* command = commands.add("explain", "what would a SYN meet in this kernel, and why?");
  const auto flags = std::make_shared<ExplainFlags>();
  add_explain_flags(commands, *command, *flags);
  commands.describe(
      command, Purpose::machine,
      {{"explain 127.0.0.1:8888", "would a connect() to it succeed, and if not, why?"},
       {"explain 10.7.0.2:8080 from 10.7.0.1 --netns web", "inside a container"},
       {"explain [::1]:443 --probe", "and send a real SYN, too"},
       {"explain --live", "tell of every connect() that fails, as it does"}});
  commands.set_action(command, [flags] {
    flags->options.style = style_of(flags->color);
    return explain(flags->options);
  });
}

}  // namespace lab::cli
