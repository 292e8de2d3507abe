// SPDX-License-Identifier: MIT
#include "cli/flags.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <cstring>

#include "cli/candidates.hpp"
#include "cli/choice.hpp"

namespace lab::cli {
namespace {

// https://no-color.org: NO_COLOR, if not empty, turns colour off unless --color asks for it.
bool wants_color(Color asked) {
  if (asked != Color::automatic) return asked == Color::always;
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) && !(no_color && *no_color);
}

// A locale without UTF-8 turns Unicode off. Without a locale we assume UTF-8, as today's
// terminals use it.
bool wants_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value && *value)
      return std::strstr(value, "UTF-8") || std::strstr(value, "utf8") ||
             std::strstr(value, "UTF8");
  }
  return true;
}

int page_width() {
  if (const char* columns = std::getenv("COLUMNS")) {
    const int width = std::atoi(columns);
    if (width > 0) return width;
  }
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return draw::Style{}.width;
}

}  // namespace

void add_color_flag(CLI::App& command, Color& color) {
  const Choices<Color> colors{
      {"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}};
  command.add_option("--color", color, "auto, always or never")
      ->transform(choice(colors))
      ->envname("LAB_COLOR");
}

void add_format_flag(CLI::App& command, std::string& format) {
  command.add_option("-f,--format", format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->envname("LAB_FORMAT")
      ->capture_default_str();
}

void add_netns_flag(Commands& commands, CLI::App& command, std::string& netns) {
  commands.completes(
      command
          .add_option("--netns", netns,
                      "look at this network namespace: a name (ip netns), the PID of a\n"
                      "process in it, or a path")
          ->check([](const std::string& name) {
            return name.empty() ? std::string(
                                      "an empty name is no namespace: leave --netns out "
                                      "to ask about this one")
                                : std::string();
          })
          ->envname("LAB_NETNS"),
      namespaces);
}

void add_state_flag(CLI::App& command, std::vector<std::string>& states) {
  command
      .add_option("--state", states,
                  "only sockets in this state, named as in RFC 9293 or ss(8) (listen,\n"
                  "estab, time-wait, connected); may be repeated: in any of them")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->envname("LAB_STATE");
}

void add_pcap_flag(Commands& commands, CLI::App& command, std::string& directory) {
  commands.completes(
      command
          .add_option("--pcap", directory,
                      "write each run's packets to SCENARIO-FAMILY.pcapng in this directory,\n"
                      "with each packet's segment trace as its comment")
          ->envname("LAB_PCAP"),
      folders);
}

draw::Style style_of(Color color) { return {wants_color(color), page_width(), wants_unicode()}; }

}  // namespace lab::cli
