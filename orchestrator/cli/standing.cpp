// SPDX-License-Identifier: MIT
#include "cli/standing.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/signals.hpp"
#include "draw/page.hpp"
#include "net/user_namespace.hpp"
#include "stand/clean.hpp"
#include "stand/enter.hpp"
#include "stand/packet_file.hpp"
#include "stand/packet_line.hpp"
#include "stand/text.hpp"
#include "stand/watch_packets.hpp"
#include "util/error.hpp"
#include "util/output_file.hpp"

namespace lab::cli {
namespace {

// Without root the marks inside namespaces cannot be read, nor can one go in.
void require_root(std::string_view what) {
  if (!may_build_hosts())
    throw EnvironmentError(
        fmt::format("{} needs root: a lab that stays belongs to it. Run it with sudo", what));
}

std::map<Address, std::string> names_in(const stand::Found& found) {
  std::map<Address, std::string> names;
  if (found.lab)
    for (const stand::HostState& host : found.lab->hosts)
      for (const std::string& text : host.addresses)
        if (const auto address = Address::parse(text)) names[*address] = host.name;
  return names;
}

// Of leftovers nothing is written but the name.
stand::Lab written_of(const stand::Found& found) {
  if (found.lab) return *found.lab;
  stand::Lab lab;
  lab.name = found.name;
  return lab;
}

// A person who says y.
bool is_agreed_to() {
  fmt::print("Remove this? [y/N] ");
  std::fflush(stdout);
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

}  // namespace

int inspect(const std::vector<std::string>& labs, const std::string& format,
            const draw::Style& style) {
  require_root("inspect");
  const std::vector<stand::Found> all = stand::find_all();
  auto data = nlohmann::json{{"labs", nlohmann::json::array()}};
  draw::Page page(std::cout, style);
  bool first = true;
  for (const stand::Found* found : stand::choose_labs(all, labs)) {
    const stand::LabLook look = stand::look_into(*found, {});
    if (format == "json") {
      data["labs"].push_back(stand::to_json(look));
      continue;
    }
    if (!std::exchange(first, false)) page.blank();
    stand::print(page, look);
  }
  if (format == "json")
    fmt::print("{}\n", data.dump(2));
  else if (all.empty())
    fmt::print("No lab stands; `orchestrator run NAME --keep` leaves one standing.\n");
  return static_cast<int>(Exit::pass);
}

int exec(const std::vector<std::string>& words) {
  require_root("exec");
  const std::vector<stand::Found> all = stand::find_all();
  const stand::HostChoice choice = stand::choose_host(all, words);
  if (choice.rest.empty())
    throw UsageError(fmt::format("exec {}: which command? exec {} -- ss -tan", choice.host->host,
                                 choice.host->host));
  std::string why;
  const int status =
      stand::enter_and_run(stand::Place{}.names, choice.host->name, choice.rest, why);
  fmt::print(stderr, "orchestrator: exec: {}\n", why);
  return status;
}

int capture(const CaptureOptions& options) {
  require_root("capture");
  const std::vector<stand::Found> all = stand::find_all();
  const stand::HostChoice choice = stand::choose_host(all, options.words);
  if (!choice.rest.empty())
    throw UsageError(
        fmt::format("capture: {} is one word too many: capture [LAB] HOST", choice.rest.front()));
  const std::string& host = choice.host->host;
  const Namespace space =
      Namespace::open(fmt::format("{}/{}", stand::Place{}.names, choice.host->name));

  std::optional<stand::PacketFile> file;
  if (options.output == "-" && ::isatty(STDOUT_FILENO))
    throw UsageError("-w -: a terminal cannot show pcapng; pipe it: … -w - | wireshark -k -i -");
  if (!options.output.empty()) file.emplace(options.output, written_of(*choice.found), host);

  const Fd signals = block_signals();
  ::signal(SIGPIPE, SIG_IGN);  // a reader that has enough is no accident
  draw::Page page(std::cout, options.style);
  stand::PacketLines lines(names_in(*choice.found));
  stand::WatchSettings settings;
  settings.device = options.device;
  settings.most = options.count;
  settings.end_fd = signals.get();
  const bool to_stdout = options.output.empty() || options.output == "-";
  if (to_stdout && !::isatty(STDOUT_FILENO)) settings.reader_fd = STDOUT_FILENO;

  const stand::Watched watched = stand::watch_packets(
      space, host, settings,
      [&] {
        fmt::print(stderr, "Capturing {} of {} in lab {}; Ctrl-C ends it.\n",
                   options.device.empty() ? "all interfaces" : options.device, host,
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
  fmt::print(stderr, "{} packets captured; {} lost for want of room.\n", watched.packets,
             watched.lost);
  return static_cast<int>(Exit::pass);
}

int clean(const CleanOptions& options) {
  require_root("clean");
  const std::vector<stand::Found> all = stand::find_all();
  if (all.empty() && options.labs.empty()) {
    fmt::print("Nothing of ours stands.\n");
    return static_cast<int>(Exit::pass);
  }
  if (options.labs.empty() && !options.all && all.size() > 1)
    throw UsageError("several labs stand: name those to be removed, or all of them: clean --all");
  if (options.all && !options.labs.empty()) throw UsageError("clean: names, or --all");

  std::vector<const stand::Found*> removed;
  bool left = false;
  for (const stand::Found* found : stand::choose_labs(all, options.labs)) {
    fmt::print("Lab {}:\n", found->name);
    const std::string why = stand::why_left(*found, options.force);
    if (why.empty()) {
      for (const std::string& line : stand::plan_to_clean(*found, options.force))
        fmt::print("  {}\n", line);
      removed.push_back(found);
    } else {
      fmt::print("  is left as it is: {}\n", why);
      left = true;
    }
  }
  const auto exit_code = [&] { return static_cast<int>(left ? Exit::failed : Exit::pass); };
  if (options.dry_run || removed.empty()) return exit_code();
  if (!options.yes) {
    if (!::isatty(STDIN_FILENO))
      throw UsageError("clean: nobody is here to be asked; -y removes what is listed");
    if (!is_agreed_to()) {
      fmt::print("Nothing was removed.\n");
      return static_cast<int>(Exit::failed);
    }
  }
  std::fflush(stdout);
  for (const stand::Found* found : removed) stand::clean(*found, {}, options.force);
  fmt::print("Removed.\n");
  return exit_code();
}

}  // namespace lab::cli
