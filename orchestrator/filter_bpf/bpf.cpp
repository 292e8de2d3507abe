// SPDX-License-Identifier: MIT
#include "filter_bpf/bpf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "filter_bpf/bpf_call.hpp"
#include "filter_bpf/tc_filters.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab::filter {
namespace {

// Newer than the headers of Debian 12.
constexpr std::uint32_t netfilter_program = 32;             // BPF_PROG_TYPE_NETFILTER, Linux 6.4
constexpr std::uint32_t tcx_ingress = 46, tcx_egress = 47;  // BPF_TCX_INGRESS, Linux 6.6
constexpr std::uint32_t netkit = 54, netkit_peer = 55;      // BPF_NETKIT_PRIMARY, Linux 6.7

const char* word_of(std::uint32_t type) {
  static constexpr std::array<std::pair<std::uint32_t, const char*>, 7> deciding{{
      {BPF_PROG_TYPE_SCHED_CLS, "tc"},
      {BPF_PROG_TYPE_XDP, "xdp"},
      {BPF_PROG_TYPE_CGROUP_SKB, "cgroup_skb"},
      {BPF_PROG_TYPE_CGROUP_SOCK, "cgroup_sock"},
      {BPF_PROG_TYPE_CGROUP_SOCK_ADDR, "cgroup_sock_addr"},
      {BPF_PROG_TYPE_SK_LOOKUP, "sk_lookup"},
      {netfilter_program, "netfilter"},
  }};
  for (const auto& [known, word] : deciding)
    if (known == type) return word;
  return nullptr;
}

bool is_of_cgroups(std::uint32_t type) {
  return type == BPF_PROG_TYPE_CGROUP_SKB || type == BPF_PROG_TYPE_CGROUP_SOCK ||
         type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
}

// Nothing: it has gone meanwhile. Throws SystemError.
std::optional<std::uint32_t> type_of(std::uint32_t id) {
  bpf_attr attributes{};
  attributes.prog_id = id;
  const Fd program(bpf_call(BPF_PROG_GET_FD_BY_ID, attributes));
  if (!program) {
    if (errno == ENOENT) return std::nullopt;
    throw_errno("bpf", "BPF_PROG_GET_FD_BY_ID");
  }
  bpf_prog_info info{};
  attributes = {};
  attributes.info.bpf_fd = static_cast<std::uint32_t>(program.get());
  attributes.info.info_len = sizeof info;
  attributes.info.info = reinterpret_cast<std::uintptr_t>(&info);
  checked(bpf_call(BPF_OBJ_GET_INFO_BY_FD, attributes), "bpf", "BPF_OBJ_GET_INFO_BY_FD");
  return info.type;
}

// By id, the type of each that may matter, of the whole machine. Throws SystemError where they may
// not be listed.
std::map<std::uint32_t, std::uint32_t> all_programs() {
  std::map<std::uint32_t, std::uint32_t> programs;
  for (std::uint32_t id = 0;;) {
    bpf_attr attributes{};
    attributes.start_id = id;
    if (bpf_call(BPF_PROG_GET_NEXT_ID, attributes) != 0) {
      // ENOSYS: this kernel has no BPF system call, and so no programs.
      if (errno == ENOENT || errno == ENOSYS) return programs;
      throw_errno("bpf", "BPF_PROG_GET_NEXT_ID");
    }
    id = attributes.next_id;
    if (const auto type = type_of(id); type && word_of(*type)) programs.emplace(id, *type);
  }
}

void add_of_links(const Namespace& space, const BpfScope& scope, std::vector<std::string>& into) {
  Netlink netlink(space);
  for (const FilteredLink& link : filtered_links(netlink, scope.devices)) {
    for (const std::uint32_t id : link.xdp)
      into.push_back(fmt::format("xdp (id {}) on {}", id, link.name));
    for (const std::string& filter : tc_filters(netlink, link))
      into.push_back(fmt::format("tc filter {}", filter));
    for (const std::string& qdisc : lossy_qdiscs(netlink, link))
      into.push_back(fmt::format("queueing discipline {}", qdisc));
    for (const std::uint32_t type : {tcx_ingress, tcx_egress, netkit, netkit_peer})
      for (const std::uint32_t id : in(space, [&] {
             return attached_programs(static_cast<std::uint32_t>(link.index), type);
           }))
        into.push_back(fmt::format("tcx (id {}) on {}", id, link.name));
  }
}

}  // namespace

std::optional<std::vector<std::string>> bpf_programs(const Namespace& space,
                                                     const BpfScope& scope) try {
  const auto all = all_programs();
  std::vector<std::string> programs;
  add_of_links(space, scope, programs);
  for (const std::uint32_t id :
       attached_programs(static_cast<std::uint32_t>(space.fd()), BPF_SK_LOOKUP))
    programs.push_back(fmt::format("sk_lookup (id {})", id));
  const bool any_of_cgroups =
      std::ranges::any_of(all, [](const auto& each) { return is_of_cgroups(each.second); });
  bool all_cgroups = true;
  if (any_of_cgroups) {
    try {
      std::ranges::move(cgroup_programs(scope.cgroups), std::back_inserter(programs));
    } catch (const EnvironmentError&) {
      all_cgroups = false;
    }
  }
  for (const auto& [id, type] : all)
    // Where these are attached nothing tells, or it could not be asked.
    if (type == netfilter_program || (!all_cgroups && is_of_cgroups(type)))
      programs.push_back(fmt::format("{} (id {})", word_of(type), id));
  return programs;
} catch (const EnvironmentError&) {
  return std::nullopt;
}

std::vector<std::string> netfilter_programs() try {
  std::vector<std::string> programs;
  for (const auto& [id, type] : all_programs())
    if (type == netfilter_program) programs.push_back(fmt::format("(id {})", id));
  return programs;
} catch (const SystemError&) {
  return {"(they may not be listed)"};
}

}  // namespace lab::filter
