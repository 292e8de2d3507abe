// SPDX-License-Identifier: MIT
//
// The commands inspect, exec, capture, clean: their flags.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/standing.hpp"

namespace lab::cli {
namespace {

void add_inspect(Commands& commands) {
  struct Flags {
    std::vector<std::string> labs;
    std::string format = "text";
    Color color = Color::automatic;
  };
  CLI::App* command = commands.add(
      "inspect", "the labs that `run --keep` left standing: hosts, links, sockets, programs");
  const auto flags = std::make_shared<Flags>();
  commands.completes(
      command->add_option("lab", flags->labs, "which labs; all, if none is named")->type_name(""),
      labs);
  add_format_flag(*command, flags->format);
  add_color_flag(*command, flags->color);
  commands.describe(
      command, Purpose::machine,
      {{"inspect", "all labs that stand"}, {"inspect simopen -f json", "one of them, as data"}});
  commands.set_action(
      command, [flags] { return inspect(flags->labs, flags->format, style_of(flags->color)); });
}

void add_exec(Commands& commands) {
  CLI::App* command = commands.add(
      "exec", "run a command in a host of a lab that stands: exec [LAB] HOST -- CMD ARG…");
  // All words are the command's, from the first that is no flag of ours. (CLI11
  // would take a "--" behind words of its own for the end of this command.)
  command->prefix_command();
  commands.completes_words(command, lab_then_host);
  commands.describe(command, Purpose::machine,
                    {{"exec a -- ss -tan", "in host a of the lab that stands"},
                     {"exec simopen a -- bash", "a shell in a host of this lab"}});
  commands.set_action(command, [command] {
    std::vector<std::string> words = command->remaining();
    // Where the command begins is told by the host, too.
    constexpr std::ptrdiff_t lab_and_host = 2;
    const auto before_the_command = words.begin() + std::min(lab_and_host + 1, std::ssize(words));
    const auto dashes = std::find(words.begin(), before_the_command, "--");
    if (dashes != before_the_command) words.erase(dashes);
    return exec(words);
  });
}

void add_capture(Commands& commands) {
  struct Flags {
    CaptureOptions options;
    Color color = Color::automatic;
  };
  CLI::App* command =
      commands.add("capture", "the packets of a host of a lab that stands, as they come");
  const auto flags = std::make_shared<Flags>();
  CaptureOptions& options = flags->options;
  commands.completes(
      command->add_option("host", options.words, "[LAB] HOST: the lab, if several stand")
          ->type_name("")
          ->required(),
      lab_hosts);
  command->add_option("-i,--interface", options.device, "of this interface alone: eth0, lo")
      ->envname("LAB_INTERFACE");
  command
      ->add_option("-w,--write", options.output,
                   "pcapng into this file, or for another program: -w - | wireshark -k -i -")
      ->envname("LAB_WRITE");
  command->add_option("-c,--count", options.count, "end after so many packets")
      ->check(CLI::PositiveNumber)
      ->envname("LAB_COUNT");
  add_color_flag(*command, flags->color);
  commands.describe(command, Purpose::machine,
                    {{"capture b -i eth0", "a line each, until Ctrl-C"},
                     {"capture b -w - | wireshark -k -i -", "in Wireshark, live"}});
  commands.set_action(command, [flags] {
    flags->options.style = style_of(flags->color);
    return capture(flags->options);
  });
}

void add_clean(Commands& commands) {
  CLI::App* command = commands.add(
      "clean", "remove labs that stand, and what killed runs have left of some; nothing else");
  const auto options = std::make_shared<CleanOptions>();
  commands.completes(
      command->add_option("lab", options->labs, "which labs; none is needed if one alone stands")
          ->type_name(""),
      labs);
  command->add_flag("--all", options->all, "all of them")->envname("LAB_ALL");
  command->add_flag("-n,--dry-run", options->dry_run, "only list what would be removed")
      ->envname("LAB_DRY_RUN");
  command->add_flag("-y,--yes", options->yes, "do not ask")->envname("LAB_YES");
  command
      ->add_flag("--force", options->force, "end programs in it, too, that the lab has not started")
      ->envname("LAB_FORCE");
  commands.describe(
      command, Purpose::machine,
      {{"clean simopen", "list what is removed, and ask"}, {"clean --all --dry-run", "only list"}});
  commands.set_action(command, [options] { return clean(*options); });
}

}  // namespace

void add_standing(Commands& commands) {
  add_inspect(commands);
  add_exec(commands);
  add_capture(commands);
  add_clean(commands);
}

}  // namespace lab::cli
