// SPDX-License-Identifier: MIT
//
// Commands for a shell. They are programs that a stranger wrote, and run as such (docs/trust.md),
// except for the most frequent one, which sets a sysctl and becomes a step that does.
#include <fmt/format.h>

#include <filesystem>

#include "packetdrill/translator.hpp"
#include "util/text.hpp"

namespace lab::packetdrill {
namespace {

// Steps replace $NAME in a program's words; $$ is a plain $.
std::string with_plain_dollars(std::string_view text) {
  std::string plain;
  for (const char c : text) plain += c == '$' ? "$$" : std::string(1, c);
  return plain;
}

// "sysctl -q net.ipv4.tcp_sack=0 net.ipv4.tcp_ecn=2", with nothing for the shell in it.
std::optional<scenario::Sysctl> sysctl_in(std::string_view line) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-=:,";
  const auto all = words(line);
  if (all.empty() || all[0] != "sysctl") return std::nullopt;
  scenario::Sysctl step;
  step.host = local_host;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (step.set.empty() && (all[i] == "-q" || all[i] == "-w")) continue;
    const std::size_t equals = all[i].find('=');
    const bool simple = all[i].find_first_not_of(plain) == std::string_view::npos &&
                        all[i].starts_with("net.") && equals != std::string_view::npos &&
                        equals + 1 < all[i].size();
    if (!simple) return std::nullopt;
    step.set[std::string(all[i].substr(0, equals))] = all[i].substr(equals + 1);
  }
  return step.set.empty() ? std::nullopt : std::optional(std::move(step));
}

}  // namespace

void translate_command(Progress& progress, const Command& command, const std::string& name) {
  if (auto sysctl = sysctl_in(command.line)) return progress.add(std::move(*sysctl));
  // In the script's folder, as packetdrill's runner does it (a microVM may not have it), and
  // without a shell between this process and the command's: scripts make names of $PPID, and of
  // packetdrill's number, which it exports.
  const std::filesystem::path folder = std::filesystem::path(progress.scenario.file).parent_path();
  scenario::Exec step;
  step.host = local_host;
  step.name = name;
  step.run = {"/bin/sh", "-c",
              with_plain_dollars("[ ! -d \"$1\" ] || cd \"$1\"; shift\n"
                                 "PACKETDRILL_PID=$PPID\nexport PACKETDRILL_PID\n" +
                                 command.line),
              "sh", with_plain_dollars(folder.empty() ? "." : folder.string())};
  step.from_script = true;
  step.root = true;  // they configure the host
  progress.add(std::move(step));
}

}  // namespace lab::packetdrill
