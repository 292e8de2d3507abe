// SPDX-License-Identifier: MIT
//
// The network namespaces of this machine: those with a name below /run/netns,
// those that a process lives in, and those that a process holds open. One that
// is kept by a mount elsewhere alone is not found.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "collect/proc.hpp"
#include "net/namespace.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

struct KnownNetns {
  ino_t inode = 0;
  std::string path;  // to open it
  // What --netns takes: its name, a process, or a path; empty: the one we are in.
  std::string netns;
  bool has_name = false;
  std::string process;  // "nginx (pid 4121)"; empty: none lives in it
};

struct KnownNamespaces {
  std::vector<KnownNetns> namespaces;
  bool all_seen = true;  // false: that of some processes may not be looked at
};
KnownNamespaces list_namespaces(const Descriptors& descriptors = list_descriptors());

// By what --netns takes: a name below /run/netns, the number of a process, or a
// path. Throws EnvironmentError, which names the nearest.
Namespace open_netns(const std::string& netns);

// The same; the one that we are in, if `netns` is empty.
Namespace netns_or_own(const std::string& netns);

// What is in the other namespaces that has to do with `destination`: a listener
// on its port, or its address. `here` is left out.
OtherNamespaces look_into_others(const Namespace& here, const Endpoint& destination,
                                 const Descriptors& descriptors = list_descriptors());

}  // namespace lab::collect
