// SPDX-License-Identifier: MIT
#include "filter_bpf/bpf_call.hpp"

#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "util/error.hpp"

namespace lab::filter {

int bpf_call(int command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

std::vector<std::uint32_t> attached_programs(std::uint32_t target, std::uint32_t attach_type,
                                             std::uint32_t query_flags) {
  // More than any place may have: BPF_CGROUP_MAX_PROGS of each cgroup up to the root.
  std::array<std::uint32_t, 4096> ids{};
  bpf_attr attributes{};
  attributes.query.target_fd = target;
  attributes.query.attach_type = attach_type;
  attributes.query.query_flags = query_flags;
  attributes.query.prog_ids = reinterpret_cast<std::uintptr_t>(ids.data());
  attributes.query.prog_cnt = ids.size();
  if (bpf_call(BPF_PROG_QUERY, attributes) != 0) {
    // ENOENT: nothing has been attached there yet. ENXIO: the interface is of another kind
    // (netkit_dev_fetch()).
    if (errno == EINVAL || errno == EOPNOTSUPP || errno == ENOENT || errno == ENOSYS ||
        errno == ENXIO)
      return {};
    throw_errno("bpf", "BPF_PROG_QUERY");
  }
  return {ids.begin(), ids.begin() + attributes.query.prog_cnt};
}

}  // namespace lab::filter
