// SPDX-License-Identifier: MIT
//
// capture: capture packets of a host of a kept lab.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/require_root.hpp"
#include "net/namespace.hpp"
#include "persist/kept_labs.hpp"
#include "persist/netns_names.hpp"
#include "persist/packet_file.hpp"
#include "persist/packet_line.hpp"
#include "persist/watch_packets.hpp"
#include "draw/page.hpp"
#include "util/error.hpp"
#include "util/signals.hpp"
#include "util/print.hpp"

namespace lab::commands {
namespace {

struct CaptureFlags {
  std::vector<std::string> words;  // [LAB] HOST
  std::string device;              // empty: all
  std::string output;              // a pcapng file, "-" for standard output; empty: lines of text
  std::uint64_t count = 0;         // end after this many packets; 0: at Ctrl-C
  cli::Color color = cli::Color::automatic;
};

std::map<Address, std::string> names_in(const persist::Found& found) {
  std::map<Address, std::string> names;
  if (found.lab)
    for (const persist::HostState& host : found.lab->hosts)
      for (const std::string& text : host.addresses)
        if (const auto address = Address::parse(text)) names[*address] = host.name;
  return names;
}

// An incomplete lab has no record, only a name.
persist::Lab recorded_lab(const persist::Found& found) {
  if (found.lab) return *found.lab;
  persist::Lab lab;
  lab.name = found.name;
  return lab;
}

int capture(const CaptureFlags& flags) {
  require_root("capture");
  const std::vector<persist::Found> all = persist::find_all();
  const persist::HostChoice choice = persist::choose_host(all, flags.words);
  if (!choice.rest.empty())
    throw UsageError(fmt::format("capture: unexpected argument {}: write capture [LAB] HOST",
                                 choice.rest.front()));
  const std::string& host = choice.host->host;
  const Namespace netns = persist::open_name({}, choice.host->name);

  std::optional<persist::PacketFile> file;
  if (flags.output == "-" && ::isatty(STDOUT_FILENO))
    throw UsageError("-w -: a terminal cannot show pcapng; pipe it: … -w - | wireshark -k -i -");
  if (!flags.output.empty()) file.emplace(flags.output, recorded_lab(*choice.found), host);

  const Fd signals = block_signals();
  ::signal(SIGPIPE, SIG_IGN);  // a reader may end first
  draw::Page page(std::cout, cli::style_of(flags.color));
  persist::PacketLines lines(names_in(*choice.found));
  persist::WatchSettings settings;
  settings.device = flags.device;
  settings.most = flags.count;
  settings.end_fd = signals.get();
  const bool to_stdout = flags.output.empty() || flags.output == "-";
  if (to_stdout && !::isatty(STDOUT_FILENO)) settings.reader_fd = STDOUT_FILENO;

  const persist::Watched watched = persist::watch_packets(
      netns, host, settings,
      [&] {
        print_printable(stderr, "Capturing {} of {} in lab {}; press Ctrl-C to stop.\n",
                        flags.device.empty() ? "all interfaces" : flags.device, host,
                        choice.found->name);
      },
      [&](const Packet& packet) {
        if (file)
          file->add(packet);
        else
          lines.print(page, packet);
      },
      [&] {
        if (file)
          file->flush();
        else
          std::cout.flush();
      });
  if (file) file->finish();
  print_printable(stderr, "{} packets captured; {} lost because the buffer was full.\n",
                  watched.packets, watched.lost);
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_capture(cli::Commands& commands) {
  CLI::App* command = commands.add("capture", "capture packets of a host of a kept lab, live");
  const auto flags = std::make_shared<CaptureFlags>();
  commands.completes(
      command->add_option("host", flags->words, "[LAB] HOST: the lab, if several are kept")
          ->type_name("")
          ->required(),
      lab_hosts);
  command->add_option("-i,--interface", flags->device, "only this interface, such as eth0 or lo")
      ->envname("LAB_INTERFACE");
  command
      ->add_option("-w,--write", flags->output,
                   "write pcapng to this file, or to another program: -w - | wireshark -k -i -")
      ->envname("LAB_WRITE");
  command->add_option("-c,--count", flags->count, "end after N packets")
      ->check(CLI::PositiveNumber)
      ->envname("LAB_COUNT");
  cli::add_color_flag(*command, flags->color);
  commands.describe(command, cli::Purpose::machine,
                    {{"capture b -i eth0", "one line per packet, until Ctrl-C"},
                     {"capture b -w - | wireshark -k -i -", "in Wireshark, live"}});
  commands.set_action(command, [flags] { return capture(*flags); });
}

}  // namespace lab::commands
