// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace lab::filter {

// The cgroups of the unified hierarchy whose programs may act on a segment.
struct CgroupScope {
  // Of the sockets that receive or answer it, by id (INET_DIAG_CGROUP_ID). A socket stays in the
  // cgroup in which it was made, wherever its process goes.
  std::set<std::uint64_t> sockets;
  bool all_known = true;  // false: the cgroup of such a socket is not known
  // A process like ours connects: what is attached to our cgroup acts on socket(), bind() and
  // connect(), too.
  bool we_send = false;
};

// The BPF programs that act on a segment in these cgroups, in those above, and in the root, which
// the kernel's own sockets belong to: they send a RST where no socket is found. In words:
// "cgroup egress (id 7) on /web". Throws SystemError or EnvironmentError where a cgroup cannot be
// looked at, or is not known.
std::vector<std::string> cgroup_programs(const CgroupScope& scope);

}  // namespace lab::filter
