// SPDX-License-Identifier: MIT
#include "doctor/machines.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "collect/proc.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::doctor {
namespace {

// Empty: the process is gone, or may not be looked at.
std::string text_of(pid_t pid, const char* name) try {
  return read_file(fmt::format("/proc/{}/{}", pid, name));
} catch (const SystemError&) {
  return {};
}

// Field 22 of proc_pid_stat(5): when it started, in clock ticks since the boot.
std::optional<std::chrono::seconds> age_of(pid_t pid) {
  const std::string stat = text_of(pid, "stat");
  const std::size_t end_of_name = stat.rfind(')');
  if (end_of_name == std::string::npos) return std::nullopt;
  const auto fields = words(std::string_view(stat).substr(end_of_name + 1));
  constexpr std::size_t start_time = 22 - 3;  // the first is field 3
  if (fields.size() <= start_time) return std::nullopt;
  const auto ticks = to_integer<long>(fields[start_time]);
  timespec up{};
  if (!ticks || ::clock_gettime(CLOCK_BOOTTIME, &up) != 0) return std::nullopt;
  return std::chrono::seconds(up.tv_sec - *ticks / ::sysconf(_SC_CLK_TCK));
}

}  // namespace

std::optional<RunningMachine> machine_from(std::string_view command_line) {
  std::vector<std::string_view> arguments;
  while (!command_line.empty()) {
    const std::size_t end = command_line.find('\0');
    arguments.push_back(command_line.substr(0, end));
    command_line =
        end == std::string_view::npos ? std::string_view{} : command_line.substr(end + 1);
  }
  const auto mark = std::ranges::find(arguments, "virtserialport,chardev=channel,name=lab");
  if (mark == arguments.end()) return std::nullopt;
  const auto value_of = [&](std::string_view flag) -> std::string {
    const auto found = std::ranges::find(arguments, flag);
    if (found == arguments.end() || found + 1 == arguments.end()) return {};
    return std::string(*(found + 1));
  };
  RunningMachine machine;
  const std::filesystem::path image = value_of("-initrd");
  if (image.extension() == ".cpio") machine.series = image.stem();
  const std::string accelerator = value_of("-accel");
  machine.accelerator = accelerator.substr(0, accelerator.find(','));
  machine.memory = value_of("-m");
  return machine;
}

std::vector<RunningMachine> running_machines() {
  std::vector<RunningMachine> machines;
  const uid_t own = ::geteuid();
  for (const pid_t pid : collect::list_processes()) {
    struct stat owner {};
    if (::stat(fmt::format("/proc/{}", pid).c_str(), &owner) != 0) continue;
    if (own != 0 && owner.st_uid != own) continue;
    auto machine = machine_from(text_of(pid, "cmdline"));
    if (!machine) continue;
    machine->pid = pid;
    machine->uid = owner.st_uid;
    machine->age = age_of(pid);
    machines.push_back(*machine);
  }
  return machines;
}

}  // namespace lab::doctor
