// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "filter_bpf/cgroup_bpf.hpp"
#include "net/namespace.hpp"

namespace lab::filter {

// Where BPF programs and tc filters may act on a segment.
struct BpfScope {
  // The interfaces of the namespace that it crosses, by name; what they are made of (ports of a
  // bond or bridge, the device of a VLAN) and their master belong to them.
  std::set<std::string> devices;
  CgroupScope cgroups;
};

// The BPF programs, the tc filters of other kinds, and the queueing disciplines, that may drop or
// redirect a segment or choose its socket, with the place that each is attached to ("xdp (id 12) on
// eth0"): on those interfaces, on the cgroups and those above, in the namespace (sk_lookup), and,
// wherever they are attached, those of netfilter. Nothing: this process may not list them all
// (BPF_PROG_GET_NEXT_ID needs CAP_SYS_ADMIN), or one of those places could not be looked at.
std::optional<std::vector<std::string>> bpf_programs(const Namespace& space, const BpfScope& scope);

// The programs of netfilter on this machine, "(id 12)"; the kernel does not tell to which hook and
// in which namespace they are attached. Where they may not be listed: one, with the reason.
std::vector<std::string> netfilter_programs();

}  // namespace lab::filter
