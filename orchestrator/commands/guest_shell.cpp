// SPDX-License-Identifier: MIT
#include "commands/guest_shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "play/guest_programs.hpp"
#include "util/architecture.hpp"
#include "util/error.hpp"
#include "util/executable.hpp"
#include "util/path_component.hpp"
#include "util/text.hpp"
#include "vm/image.hpp"

namespace lab::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* guest_path_variable =
    "PATH=/lab:/lab/programs:/bin:/sbin:/usr/bin:/usr/sbin:/usr/local/bin";

// For looking at a network; each is sent if this machine has it.
constexpr const char* network_programs[] = {"ip", "ss", "nc", "nft", "tcpdump", "ping"};
// All are in busybox; without busybox they are sent one by one.
constexpr const char* everyday_programs[] = {"ls",    "cat", "grep", "ps",   "sleep", "kill",
                                             "mkdir", "cp",  "rm",   "head", "tail",  "less"};

void add(std::vector<vm::Upload>& uploads, std::vector<vm::Upload> more) {
  for (vm::Upload& upload : more) {
    const auto same = [&](const vm::Upload& each) { return each.to == upload.to; };
    if (std::ranges::none_of(uploads, same)) uploads.push_back(std::move(upload));
  }
}

// A program of this machine, with its libraries. False: it is missing or cannot be sent
// (a Python script, for example).
bool add_program(std::vector<vm::Upload>& uploads, const std::string& name, std::string& path) try {
  path = find_in_path(name);
  for (const char* folder : {"/usr/sbin/", "/sbin/"})  // often not in a user's PATH
    if (path.empty() && is_executable(folder + name)) path = folder + name;
  if (path.empty()) return false;
  add(uploads, play::uploads_of(path, path));
  return true;
} catch (const UsageError&) {
  return false;
}

// A shell needs it to move the cursor.
void add_terminfo(std::vector<vm::Upload>& uploads, const std::string& terminal) {
  if (!is_path_component(terminal)) return;
  for (const char* folder : {"/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo"}) {
    const std::string path = fmt::format("{}/{}/{}", folder, terminal[0], terminal);
    std::error_code error;
    if (!fs::is_regular_file(path, error)) continue;
    uploads.push_back({fs::canonical(path), path});
    return;
  }
}

// One word is a line for the shell ('ip link; ss -lt'); several are a command, and each stays the
// word that it is: bash -c 'exit 7'.
std::string line_of(const std::vector<std::string>& words) {
  if (words.size() == 1) return words[0];
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + shell_word(word);
  return line;
}

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return fmt::format("{}={}", name, value && *value ? value : otherwise);
}

}  // namespace

GuestShell make_guest_shell(const std::string& series, const std::vector<std::string>& words,
                            const std::optional<vm::WindowSize>& terminal) {
  GuestShell made;
  std::vector<std::string> shell;
  std::string path, busybox;
  const std::string line = line_of(words);
  const bool is_foreign = !is_this(vm::architecture_of(vm::build_directory(), series));
  if (is_foreign) busybox = "/bin/busybox";
  const bool has_busybox = is_foreign || add_program(made.uploads, "busybox", busybox);
  // A single command only needs busybox's shell, which starts faster.
  if (has_busybox && !words.empty()) shell = {busybox, "sh"};
  for (const char* name : {"bash", "sh"}) {
    if (is_foreign || !shell.empty() || !add_program(made.uploads, name, path)) continue;
    shell = {path};
    if (std::string_view(name) == "bash") shell.insert(shell.end(), {"--norc", "--noprofile"});
  }
  if (shell.empty() && has_busybox) shell = {busybox, "sh"};
  if (shell.empty())
    throw UsageError(
        "this machine has no shell to send to the guest: install one "
        "('apt-get install busybox-static')");
  // A command needs only the programs that it names.
  const auto add_all = [&](const auto& names) {
    for (const char* name : names)
      if (!is_foreign && (words.empty() || line.find(name) != std::string::npos) &&
          add_program(made.uploads, name, path))
        made.programs.emplace_back(name);
  };
  add_all(network_programs);
  // The command itself, if this machine has it and busybox has not.
  if (!is_foreign && words.size() > 1 && (!has_busybox || words[0] == "bash") &&
      is_path_component(words[0]) && add_program(made.uploads, words[0], path))
    made.programs.push_back(words[0]);
  if (!has_busybox) add_all(everyday_programs);

  if (!words.empty()) {
    shell.emplace_back("-c");
    shell.push_back(line);
  }
  made.job.argv = shell;
  if (has_busybox) {
    made.programs.emplace_back("busybox");
    // Link its applets in /usr/local/bin, which is last in PATH; then start the shell.
    std::string become;
    for (const std::string& word : shell) become += " " + shell_word(word);
    made.job.argv = {busybox, "sh", "-c",
                     fmt::format("{0} mkdir -p /usr/local/bin; {0} --install -s /usr/local/bin; "
                                 "{0} ip link set lo up; exec{1}",
                                 busybox, become)};
  }
  made.job.terminal = terminal;
  made.job.env = {guest_path_variable,
                  "HOME=/work",
                  "LAB_SCENARIOS=/lab/scenarios",
                  environment("TERM", "dumb"),
                  environment("LANG", "C.UTF-8"),
                  fmt::format("PS1=guest {} \\w # ", series)};
  if (const char* term = std::getenv("TERM"); terminal && term) add_terminfo(made.uploads, term);
  return made;
}

}  // namespace lab::commands
