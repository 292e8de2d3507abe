// SPDX-License-Identifier: MIT
#pragma once

#include <linux/bpf.h>

#include <cstdint>
#include <vector>

namespace lab::filter {

// bpf(2). The errno is left to the caller.
int bpf_call(int command, bpf_attr& attributes);

// The ids of the programs attached to a cgroup, a namespace (their descriptor) or an interface
// (its index); none where this kernel has no such kind of place (EINVAL, EOPNOTSUPP), or the
// interface is of another kind (ENXIO). Throws SystemError for any other failure: then they are
// not known.
std::vector<std::uint32_t> attached_programs(std::uint32_t target, std::uint32_t attach_type,
                                             std::uint32_t query_flags = 0);

}  // namespace lab::filter
