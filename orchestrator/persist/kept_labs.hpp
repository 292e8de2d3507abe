// SPDX-License-Identifier: MIT
//
// The labs that are kept on this machine, and what killed processes have left of some.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "persist/lab.hpp"
#include "persist/netns_names.hpp"

namespace lab::persist {

// A name below /run/netns that has to do with a lab.
struct NamedHost {
  std::string name;
  std::string host;
  enum class Is {
    present,  // the host's namespace
    empty,    // a file that bears our mark: about to be a name, or no more one
    missing,  // the lab's file names it, and it is not there
    foreign,  // it is there, and not ours: `why`
  } is = Is::present;
  std::string why;
  std::uint64_t inode = 0;  // of the namespace
};

struct Resident {
  std::string host;
  Inhabitant who;
  bool by_lab = false;  // the scenario has started it, or what it has started
};

struct Found {
  std::string name;        // of the lab
  std::optional<Lab> lab;  // what is written of it
  std::string why_not;     // why that cannot be read; empty: it can, or there is no file
  bool this_boot = false;  // it was made since the machine was started
  bool keeper_lives = false;
  std::vector<NamedHost> named_hosts;  // in the order of the hosts; names without a file behind
  std::vector<Resident> residents;

  // All of it is there. A lab without a keeper has lost its sockets.
  bool whole() const;
};

// All labs, by name. What only root may see is not found without it: then names
// count as missing nowhere, but their marks cannot be read.
std::vector<Found> find_all(const Place& place = {});

// Throws UsageError when there is a lab of that name, or what is left of one.
void require_free(const std::string& name, const Place& place = {});

// Which host is meant: [LAB] HOST, and what follows it.
struct HostChoice {
  const Found* found = nullptr;
  const NamedHost* host = nullptr;
  std::vector<std::string> rest;
};
// LAB may be left out when there is only one. Pure. Throws UsageError, which
// names what there is.
HostChoice choose_host(const std::vector<Found>& all, const std::vector<std::string>& words);
// The labs that are meant; all, if there are no words. Pure. Throws UsageError.
std::vector<const Found*> choose_labs(const std::vector<Found>& all,
                                      const std::vector<std::string>& words);

// The names of the hosts of all labs, each once: for completion. Never throws.
std::vector<std::string> names_of_kept_hosts();
// Likewise, of the labs.
std::vector<std::string> names_of_kept_labs();

}  // namespace lab::persist
