// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/namespace.hpp"

namespace lab::filter {

// Where BPF programs and tc filters may act on a segment.
struct BpfScope {
  // The interfaces of the namespace that it crosses, by name; what they are made of (ports of a
  // bond or bridge, the device of a VLAN) and their master belong to them.
  std::set<std::string> devices;
  // The processes that hold the sockets at its ends here: a program may be attached to their
  // cgroups (the unified hierarchy). None: the root's alone.
  std::set<pid_t> processes;
  bool all_processes = true;  // false: somebody unknown holds one of the sockets
};

// The BPF programs, and the tc filters of other kinds, that may drop or redirect a segment or
// choose its socket, with the place that each is attached to ("xdp (id 12) on eth0"): on those
// interfaces, on the processes' cgroups and those above, in the namespace (sk_lookup), and,
// wherever they are attached, those of netfilter. Nothing: this process may not list them all
// (BPF_PROG_GET_NEXT_ID needs CAP_SYS_ADMIN).
std::optional<std::vector<std::string>> bpf_programs(const Namespace& space, const BpfScope& scope);

}  // namespace lab::filter
