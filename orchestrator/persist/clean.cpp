// SPDX-License-Identifier: MIT
#include "persist/clean.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "util/error.hpp"

namespace lab::persist {
namespace {

constexpr std::chrono::milliseconds end_deadline{5000};

std::string describe(const Resident& resident) {
  return fmt::format("{} (pid {}) in host {}", resident.who.command, resident.who.process.pid,
                     resident.host);
}

bool is_ours(const NamedHost& named) {
  return named.is == NamedHost::Is::present || named.is == NamedHost::Is::empty;
}

// The state of a name in `found`, unless the name was reused since.
bool is_still(const Place& place, const Found& found, const NamedHost& named) {
  const auto name = look_at_name(place, named.name);
  if (!name) return false;
  if (name->inode) return named.is == NamedHost::Is::present && *name->inode == named.inode;
  return name->mark == Mark{found.name, named.host};
}

}  // namespace

std::vector<std::string> plan_to_clean(const Found& found, bool force) {
  std::vector<std::string> lines;
  if (found.keeper_lives)
    lines.push_back(fmt::format(
        "end its keeper (pid {}){}", found.lab->keeper.pid,
        found.lab->sockets.empty()
            ? ""
            : fmt::format(", and close the {} sockets that it holds", found.lab->sockets.size())));
  for (const Resident& resident : found.residents) {
    const bool ended = resident.by_lab || force;
    lines.push_back(fmt::format("{} {}{}", ended ? "end" : "LEAVE", describe(resident),
                                resident.by_lab ? "" : ", not started by the lab"));
  }
  for (const NamedHost& named : found.named_hosts) switch (named.is) {
      case NamedHost::Is::present:
        lines.push_back(fmt::format("remove network namespace {}", named.name));
        break;
      case NamedHost::Is::empty:
        lines.push_back(fmt::format("remove {}, a name without a namespace", named.name));
        break;
      case NamedHost::Is::foreign:
        lines.push_back(fmt::format("LEAVE {}: {}", named.name, named.why));
        break;
      case NamedHost::Is::missing:
        break;
    }
  if (found.lab || !found.why_not.empty())
    lines.push_back(fmt::format("remove its state file, {}.json{}", found.name,
                                found.why_not.empty() ? "" : " (unreadable)"));
  return lines;
}

std::string why_left(const Found& found, bool force) {
  if (force) return "";
  std::vector<std::string> strangers;
  for (const Resident& resident : found.residents)
    if (!resident.by_lab) strangers.push_back(describe(resident));
  if (strangers.empty()) return "";
  return fmt::format("{}: not started by the lab; end {} yourself, or use --force",
                     fmt::join(strangers, ", "), strangers.size() == 1 ? "it" : "them");
}

void clean(const Found& found, const Place& place, bool force) {
  // From here on no process makes names for it.
  if (found.keeper_lives) end_process(found.lab->keeper, end_deadline);
  for (const Resident& resident : found.residents)
    if (resident.by_lab || force) end_process(resident.who.process, end_deadline);
  std::vector<NamedHost> named_hosts = found.named_hosts;
  // The keeper may have made more names since they were listed.
  if (found.lab)
    for (NamedHost& named : named_hosts)
      if (named.is == NamedHost::Is::missing) {
        named.is = NamedHost::Is::present;
        named.inode = found.lab->host(named.host)->inode;
      }
  for (const NamedHost& named : named_hosts)
    if (is_ours(named) && is_still(place, found, named)) take_name(place, named.name);
  if (found.lab || !found.why_not.empty()) {
    const std::string path = state_path(place, found.name);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_errno("unlink", path);
  }
}

}  // namespace lab::persist
