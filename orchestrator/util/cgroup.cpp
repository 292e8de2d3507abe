// SPDX-License-Identifier: MIT
#include "util/cgroup.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

bool write_to(const fs::path& file, std::string_view text) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

// Where cgroup2 is mounted, as proc_pid_mountinfo(5) has it:
// 36 35 0:30 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw
std::optional<fs::path> mount_point() {
  const std::string text = read_file("/proc/self/mountinfo");
  for (const std::string_view line : lines(text)) {
    const auto fields = words(line);
    for (std::size_t at = 6; at + 1 < fields.size(); ++at)
      if (fields[at] == "-" && fields[at + 1] == "cgroup2" && fields[3] == "/")
        return fs::path(fields[4]);
  }
  return std::nullopt;
}

// The cgroup that this process is in, as proc_pid_cgroup(5) has it: 0::/user.slice
std::optional<fs::path> own_group() try {
  const auto mounted = mount_point();
  if (!mounted) return std::nullopt;
  const std::string text = read_file("/proc/self/cgroup");
  constexpr std::string_view unified = "0::/";
  for (const std::string_view line : lines(text))
    if (line.starts_with(unified)) return *mounted / line.substr(unified.size());
  return std::nullopt;
} catch (const SystemError&) {
  return std::nullopt;
}

// Whether a process is in it, or in one below it.
bool is_populated(const Fd& events) {
  std::array<char, 256> text;
  const ssize_t got = ::pread(events.get(), text.data(), text.size(), 0);
  return got > 0 &&
         std::string_view(text.data(), static_cast<std::size_t>(got)).find("populated 1") !=
             std::string_view::npos;
}

// The group and those that its processes have made in it; each comes after its parent.
std::vector<fs::path> with_those_below(const fs::path& group) {
  std::vector<fs::path> groups{group};
  std::error_code error;
  for (fs::recursive_directory_iterator each(group, error), end; !error && each != end;
       each.increment(error))
    if (each->is_directory(error)) groups.push_back(each->path());
  return groups;
}

// Kills what is in it now. Frozen, it cannot fork meanwhile; SIGKILL ends a frozen process.
void kill_each(const fs::path& group) try {
  for (const fs::path& each : with_those_below(group)) {
    const std::string text = read_file(each / "cgroup.procs");
    for (const std::string_view line : lines(text))
      if (const auto pid = to_integer<pid_t>(line); pid && *pid > 0) ::kill(*pid, SIGKILL);
  }
} catch (const SystemError&) {  // a group that has gone
}

void end(const fs::path& group, const Deadline& deadline) {
  const bool at_once = write_to(group / "cgroup.kill", "1");  // since Linux 5.14
  if (!at_once) write_to(group / "cgroup.freeze", "1");
  const Fd events(::open((group / "cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
  while (events && is_populated(events) && !deadline.passed()) {
    if (!at_once) kill_each(group);
    pollfd polled{events.get(), POLLPRI, 0};
    // A process that forked before it froze has a child that the last look did not see.
    constexpr int look_again = 10;  // ms
    const int left = deadline.poll_timeout();
    ::poll(&polled, 1, at_once ? left : std::min(left, look_again));
  }
  const std::vector<fs::path> groups = with_those_below(group);
  for (auto each = groups.rbegin(); each != groups.rend(); ++each) ::rmdir(each->c_str());
}

constexpr std::chrono::seconds most_to_end{5};

// Only the root of the hierarchy may have processes and give its children a controller.
bool limit_to(const fs::path& own, const fs::path& file, std::string_view controller,
              std::uint64_t most) {
  if (::access(file.c_str(), W_OK) != 0)
    write_to(own / "cgroup.subtree_control", "+" + std::string(controller));
  return write_to(file, std::to_string(most));
}

}  // namespace

std::optional<Cgroup> Cgroup::make(const std::string& name, unsigned most_processes,
                                   std::uint64_t most_memory) {
  const auto own = own_group();
  if (!own) return std::nullopt;
  const fs::path path = *own / name;
  clear(name, Deadline(most_to_end));
  // First, so that there is no moment at which a kill would leave the group.
  auto cleanup = std::make_unique<AfterDeath>("a cgroup's cleanup", std::vector<int>{},
                                              [&path] { end(path, Deadline(most_to_end)); });
  if (::mkdir(path.c_str(), 0755) != 0) return std::nullopt;
  const bool limits = limit_to(*own, path / "pids.max", "pids", most_processes);
  const bool limits_memory = most_memory > 0 &&
                             limit_to(*own, path / "memory.max", "memory", most_memory) &&
                             write_to(path / "memory.oom.group", "1");
  // All that is in it together gets as much of the processor as one process outside.
  constexpr std::uint64_t weight = 100;
  if (most_memory > 0) limit_to(*own, path / "cpu.weight", "cpu", weight);
  Fd entry(::open((path / "cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  if (!entry) {
    ::rmdir(path.c_str());
    return std::nullopt;
  }
  return Cgroup(path, std::move(entry), limits, limits_memory, std::move(cleanup));
}

void Cgroup::clear(const std::string& name, const Deadline& deadline) {
  if (const auto own = own_group()) {
    const fs::path path = *own / name;
    if (::access(path.c_str(), F_OK) == 0) end(path, deadline);
  }
}

void Cgroup::freeze() const { write_to(path_ / "cgroup.freeze", "1"); }

void Cgroup::thaw() const { write_to(path_ / "cgroup.freeze", "0"); }

Cgroup::Cgroup(fs::path path, Fd entry, bool limits_processes, bool limits_memory,
               std::unique_ptr<AfterDeath> cleanup)
    : path_(std::move(path)),
      entry_(std::move(entry)),
      limits_processes_(limits_processes),
      limits_memory_(limits_memory),
      cleanup_(std::move(cleanup)) {}

Cgroup::~Cgroup() {
  if (entry_) end(path_, Deadline(most_to_end));
}

}  // namespace lab
