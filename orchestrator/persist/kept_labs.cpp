// SPDX-License-Identifier: MIT
#include "persist/kept_labs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::persist {
namespace {

// What is at the name of one of the lab's hosts.
NamedHost named_host_of(const Place& place, const Found& found, const HostState& host) {
  NamedHost named{host.netns, host.name, NamedHost::Is::foreign, "", 0};
  const auto name = look_at_name(place, host.netns);
  const Mark ours{found.name, host.name};
  if (!name) {
    named.is = NamedHost::Is::missing;
  } else if (!name->inode) {
    if (name->mark == ours)
      named.is = NamedHost::Is::empty;
    else
      named.why = "it is not a namespace, and has no mark of this lab";
  } else if (!found.this_boot) {
    named.why = "it is a new one: this lab's ended when the machine rebooted";
  } else if (*name->inode != host.inode) {
    named.why = fmt::format("it is namespace {}; this lab's is {}", *name->inode, host.inode);
  } else if (name->mark != ours && !found.keeper_lives) {
    // The inode number may have been reused, but not while the keeper lives.
    named.why = "it has no mark of this lab";
  } else {
    named.is = NamedHost::Is::present;
    named.inode = host.inode;
  }
  return named;
}

Found found_from(const Place& place, StateFile file, const std::string& boot) {
  Found found;
  found.name = file.name;
  found.lab = std::move(file.lab);
  found.why_not = std::move(file.why_not);
  if (!found.lab) return found;
  found.this_boot = found.lab->boot == boot;
  found.keeper_lives = found.this_boot && open_process(found.lab->keeper).has_value();
  for (const HostState& host : found.lab->hosts)
    found.named_hosts.push_back(named_host_of(place, found, host));
  return found;
}

bool has_host_named(const Found& found, const std::string& name) {
  return std::ranges::find(found.named_hosts, name, &NamedHost::name) != found.named_hosts.end();
}

// Names with our mark that are in no lab's file.
void add_strays(const Place& place, std::map<std::string, Found>& labs) {
  for (const Name& name : list_names(place)) {
    if (!name.mark) continue;
    Found& found = labs[name.mark->lab];
    found.name = name.mark->lab;
    if (has_host_named(found, name.name)) continue;
    found.named_hosts.push_back({name.name, name.mark->host,
                                 name.inode ? NamedHost::Is::present : NamedHost::Is::empty, "",
                                 name.inode.value_or(0)});
  }
}

// A process in the keeper's session was started by the lab. The session's number is
// not reused while a process is in it.
bool started_by(const Found& found, const Inhabitant& who) {
  if (!found.lab || !found.this_boot || who.session != found.lab->keeper.pid) return false;
  const auto leader = stat_of(found.lab->keeper.pid);
  return !leader || leader->start == found.lab->keeper.start;
}

void add_residents(Found& found) {
  for (const NamedHost& named : found.named_hosts) {
    if (named.is != NamedHost::Is::present) continue;
    for (const Inhabitant& who : inhabitants_of(named.inode))
      found.residents.push_back({named.host, who, started_by(found, who)});
  }
}

[[noreturn]] void no_such(std::string_view what, const std::string& wanted,
                          const std::vector<std::string>& there_are) {
  const auto near = nearest(wanted, there_are);
  throw UsageError(near.empty() ? fmt::format("there is no {} {}; there are: {}", what,
                                              in_quotes(wanted), fmt::join(there_are, ", "))
                                : fmt::format("there is no {} {}; did you mean {}?", what,
                                              in_quotes(wanted), fmt::join(near, ", ")));
}

std::vector<std::string> names_of(const std::vector<Found>& all) {
  std::vector<std::string> names;
  for (const Found& found : all) names.push_back(found.name);
  return names;
}

std::vector<std::string> hosts_of(const Found& found) {
  std::vector<std::string> names;
  for (const NamedHost& named : found.named_hosts)
    if (named.is == NamedHost::Is::present) names.push_back(named.host);
  return names;
}

const NamedHost* host_in(const Found& found, const std::string& name) {
  for (const NamedHost& named : found.named_hosts)
    if (named.host == name && named.is == NamedHost::Is::present) return &named;
  return nullptr;
}

void require_any(const std::vector<Found>& all) {
  if (all.empty()) throw UsageError("no lab is kept; `orchestrator run NAME --keep` keeps one");
}

}  // namespace

bool Found::whole() const {
  return lab && keeper_lives && std::ranges::all_of(named_hosts, [](const NamedHost& named) {
           return named.is == NamedHost::Is::present;
         });
}

std::vector<Found> find_all(const Place& place) {
  const std::string boot = boot_id();
  std::map<std::string, Found> labs;
  for (StateFile& file : read_states(place)) {
    const std::string name = file.name;
    labs.emplace(name, found_from(place, std::move(file), boot));
  }
  add_strays(place, labs);
  std::vector<Found> all;
  for (auto& [name, found] : labs) {
    add_residents(found);
    all.push_back(std::move(found));
  }
  return all;
}

void require_free(const std::string& name, const Place& place) {
  for (const Found& found : find_all(place))
    if (found.name == name)
      throw UsageError(fmt::format(
          "lab {} already exists{}: `orchestrator clean {}` removes it, --keep=NAME keeps this one "
          "under another name",
          name, found.whole() ? "" : " (incomplete)", name));
}

HostChoice choose_host(const std::vector<Found>& all, const std::vector<std::string>& words) {
  require_any(all);
  if (words.empty())
    throw UsageError(fmt::format("which host? The kept labs: {}", fmt::join(names_of(all), ", ")));
  if (words.size() > 1) {
    const auto found = std::ranges::find(all, words[0], &Found::name);
    if (found != all.end())
      if (const NamedHost* host = host_in(*found, words[1]))
        return {&*found, host, {words.begin() + 2, words.end()}};
  }
  if (all.size() == 1) {
    if (const NamedHost* host = host_in(all.front(), words[0]))
      return {&all.front(), host, {words.begin() + 1, words.end()}};
    const bool named = words[0] == all.front().name;
    if (named && words.size() == 1)
      throw UsageError(fmt::format("which host of lab {}? There are: {}", words[0],
                                   fmt::join(hosts_of(all.front()), ", ")));
    no_such("host", words[named ? 1 : 0], hosts_of(all.front()));
  }
  const auto found = std::ranges::find(all, words[0], &Found::name);
  if (found != all.end() && words.size() > 1) no_such("host", words[1], hosts_of(*found));
  if (found == all.end() && std::ranges::none_of(all, [&](const Found& each) {
        return host_in(each, words[0]) != nullptr;
      }))
    no_such("lab", words[0], names_of(all));
  throw UsageError(fmt::format("there are several kept labs: write LAB HOST; the labs: {}",
                               fmt::join(names_of(all), ", ")));
}

std::vector<const Found*> choose_labs(const std::vector<Found>& all,
                                      const std::vector<std::string>& words) {
  std::vector<const Found*> chosen;
  if (words.empty())
    for (const Found& found : all) chosen.push_back(&found);
  for (const std::string& word : words) {
    require_any(all);
    const auto found = std::ranges::find(all, word, &Found::name);
    if (found == all.end()) no_such("lab", word, names_of(all));
    if (std::ranges::find(chosen, &*found) == chosen.end()) chosen.push_back(&*found);
  }
  return chosen;
}

std::vector<std::string> names_of_kept_hosts() try {
  std::vector<std::string> hosts;
  for (const StateFile& file : read_states({}))
    if (file.lab)
      for (const HostState& host : file.lab->hosts) hosts.push_back(host.name);
  std::ranges::sort(hosts);
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  return hosts;
} catch (const std::exception&) {
  return {};
}

std::vector<std::string> names_of_kept_labs() try {
  std::vector<std::string> labs;
  for (const StateFile& file : read_states({})) labs.push_back(file.name);
  return labs;
} catch (const std::exception&) {
  return {};
}

}  // namespace lab::persist
