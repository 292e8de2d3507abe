// SPDX-License-Identifier: MIT
//
// The labs that are kept on this machine, and the leftovers of killed keepers.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "persist/lab.hpp"
#include "persist/netns_names.hpp"

namespace lab::persist {

// A name below /run/netns that belongs to a lab.
struct NamedHost {
  std::string name;
  std::string host;
  enum class Is {
    present,  // the host's namespace
    empty,    // a file with our mark, without a namespace: not yet mounted, or unmounted
    missing,  // the lab's file names it, but it does not exist
    foreign,  // it exists, but is not ours: `why`
  } is = Is::present;
  std::string why;
  std::uint64_t inode = 0;  // of the namespace
};

struct Resident {
  std::string host;
  Inhabitant who;
  bool by_lab = false;  // the scenario, or one of its programs, started it
};

struct Found {
  std::string name;        // of the lab
  std::optional<Lab> lab;  // from its file
  std::string why_not;     // why that cannot be read; empty: it can, or there is no file
  bool this_boot = false;  // it was made since the machine was started
  bool keeper_lives = false;
  std::vector<NamedHost> named_hosts;  // in the order of the hosts; names without a file behind
  std::vector<Resident> residents;

  // Nothing is missing. A lab without a keeper has lost its sockets.
  bool whole() const;
};

// All labs, by name. Without root, names are found, but their marks cannot be read.
std::vector<Found> find_all(const Place& place = {});

// Throws UsageError when a lab of that name, or its leftovers, exists.
void require_free(const std::string& name, const Place& place = {});

// Which host is meant: [LAB] HOST, and what follows it.
struct HostChoice {
  const Found* found = nullptr;
  const NamedHost* host = nullptr;
  std::vector<std::string> rest;
};
// LAB may be left out when there is only one. Pure. Throws UsageError, which lists
// the choices.
HostChoice choose_host(const std::vector<Found>& all, const std::vector<std::string>& words);
// The labs that are meant; all, if there are no words. Pure. Throws UsageError.
std::vector<const Found*> choose_labs(const std::vector<Found>& all,
                                      const std::vector<std::string>& words);

// The names of the hosts of all labs, each once: for completion. Never throws.
std::vector<std::string> names_of_kept_hosts();
// Likewise, of the labs.
std::vector<std::string> names_of_kept_labs();

}  // namespace lab::persist
