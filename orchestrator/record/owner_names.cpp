// SPDX-License-Identifier: MIT
#include "record/owner_names.hpp"

#include <fmt/format.h>

#include "util/text.hpp"

namespace lab {

std::string holder_of(std::uint64_t inode, const Processes& processes) {
  if (inode == 0) return "no process (not accepted yet, or closed already)";
  const auto found = processes.by_inode.find(inode);
  if (found == processes.by_inode.end() || found->second.empty())
    return processes.all_seen  ? "no process that is visible here"
           : processes.by_root ? "a process that even root cannot see here"
                               : "a process that cannot be seen without root";
  const auto& holders = found->second;
  std::string text =
      fmt::format("{} (pid {}, fd {})", holders[0].command, holders[0].pid, holders[0].fd);
  if (holders.size() > 1)
    text +=
        fmt::format(" and {} more descriptor{}", holders.size() - 1, holders.size() > 2 ? "s" : "");
  return text;
}

std::string holder_of(const Row& row, const Processes& processes) {
  // Requests and TIME-WAIT sockets have no owner: the kernel alone keeps them.
  if (row.kind != Kind::full) return "the kernel alone";
  std::string text = holder_of(row.inode.value_or(0), processes);
  const bool nobody_named = row.inode.value_or(0) != 0 && !processes.by_inode.contains(*row.inode);
  if (nobody_named && row.uid) text += fmt::format(" (user {})", *row.uid);
  return text;
}

std::string place_of(const Row& row) {
  if (row.device.empty()) return row.local.str();
  return fmt::format("{} on device {}", row.local.str(), row.device);
}

std::string netns_of(const Question& question) {
  if (question.netns.empty()) return "this network namespace";
  if (to_integer<pid_t>(question.netns))
    return fmt::format("the network namespace of process {}", question.netns);
  return fmt::format("network namespace {}", question.netns);
}

std::string name_of(const OtherNetns& space) {
  if (space.netns.empty()) return "the network namespace that this runs in";
  if (space.has_name) return fmt::format("network namespace {}", space.netns);
  if (!space.process.empty()) return fmt::format("the network namespace of {}", space.process);
  return fmt::format("network namespace {}", space.netns);
}

}  // namespace lab
