// SPDX-License-Identifier: MIT
#include "collect/bpf.hpp"

#include <fmt/format.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "util/fd.hpp"

namespace lab::collect {
namespace {

int bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

const char* word_of(std::uint32_t type) {
  static constexpr std::array<std::pair<std::uint32_t, const char*>, 7> deciding{{
      {BPF_PROG_TYPE_SCHED_CLS, "tc"},
      {BPF_PROG_TYPE_XDP, "xdp"},
      {BPF_PROG_TYPE_CGROUP_SKB, "cgroup_skb"},
      {BPF_PROG_TYPE_CGROUP_SOCK, "cgroup_sock"},
      {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, "cgroup_sock_addr"},
      {BPF_PROG_TYPE_SK_LOOKUP, "sk_lookup"},
      {32, "netfilter"},  // BPF_PROG_TYPE_NETFILTER, Linux 6.4
  }};
  for (const auto& [known, word] : deciding)
    if (known == type) return word;
  return nullptr;
}

// Nothing: it has gone meanwhile.
std::optional<std::uint32_t> type_of(std::uint32_t id) {
  bpf_attr attributes{};
  attributes.prog_id = id;
  const Fd program(bpf(BPF_PROG_GET_FD_BY_ID, attributes));
  if (!program) return std::nullopt;
  bpf_prog_info info{};
  attributes = {};
  attributes.info.bpf_fd = static_cast<std::uint32_t>(program.get());
  attributes.info.info_len = sizeof info;
  attributes.info.info = reinterpret_cast<std::uintptr_t>(&info);
  if (bpf(BPF_OBJ_GET_INFO_BY_FD, attributes) != 0) return std::nullopt;
  return info.type;
}

}  // namespace

std::optional<std::vector<std::string>> bpf_programs() {
  std::vector<std::string> programs;
  for (std::uint32_t id = 0;;) {
    bpf_attr attributes{};
    attributes.start_id = id;
    if (bpf(BPF_PROG_GET_NEXT_ID, attributes) != 0) {
      // ENOSYS: this kernel has no BPF system call, and so no programs.
      if (errno == ENOENT || errno == ENOSYS) return programs;
      return std::nullopt;
    }
    id = attributes.next_id;
    const auto type = type_of(id);
    if (const char* word = type ? word_of(*type) : nullptr)
      programs.push_back(fmt::format("{} (id {})", word, id));
  }
}

}  // namespace lab::collect
