// SPDX-License-Identifier: MIT
#include "filter/bpf.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

#include "filter/tc_filters.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace lab::filter {
namespace {

int bpf(int command, bpf_attr& attributes) {
  return static_cast<int>(::syscall(SYS_bpf, command, &attributes, sizeof attributes));
}

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

// By id, the type of each that may matter, of the whole machine. Nothing: they may not be listed.
std::optional<std::map<std::uint32_t, std::uint32_t>> all_programs() {
  std::map<std::uint32_t, std::uint32_t> programs;
  for (std::uint32_t id = 0;;) {
    bpf_attr attributes{};
    attributes.start_id = id;
    if (bpf(BPF_PROG_GET_NEXT_ID, attributes) != 0) {
      // ENOSYS: this kernel has no BPF system call, and so no programs.
      if (errno == ENOENT || errno == ENOSYS) return programs;
      return std::nullopt;
    }
    id = attributes.next_id;
    if (const auto type = type_of(id); type && word_of(*type)) programs.emplace(id, *type);
  }
}

// The programs attached to a cgroup, a namespace or an interface. EINVAL: this kernel has no such
// place. Nothing: they may not be asked for.
std::optional<std::vector<std::uint32_t>> attached(std::uint32_t target, std::uint32_t attach_type,
                                                   std::uint32_t flags = 0) {
  std::array<std::uint32_t, 64> ids{};  // BPF_CGROUP_MAX_PROGS
  bpf_attr attributes{};
  attributes.query.target_fd = target;
  attributes.query.attach_type = attach_type;
  attributes.query.query_flags = flags;
  attributes.query.prog_ids = reinterpret_cast<std::uintptr_t>(ids.data());
  attributes.query.prog_cnt = ids.size();
  if (bpf(BPF_PROG_QUERY, attributes) != 0) {
    if (errno == EINVAL || errno == ENOENT || errno == EOPNOTSUPP)
      return std::vector<std::uint32_t>{};
    return std::nullopt;
  }
  return std::vector<std::uint32_t>(ids.begin(), ids.begin() + attributes.query.prog_cnt);
}

std::string cgroup_mount() {
  for (const std::string_view line : lines(read_file("/proc/self/mounts"))) {
    const auto fields = words(line);
    if (fields.size() > 2 && fields[2] == "cgroup2") return std::string(fields[1]);
  }
  return "";
}

// Of the unified hierarchy: "/system.slice/nginx.service". Nothing: the process has gone.
std::optional<std::string> cgroup_of(pid_t pid) try {
  const std::string text = read_file(fmt::format("/proc/{}/cgroup", pid));
  for (const std::string_view line : lines(text))
    if (line.starts_with("0::")) return std::string(line.substr(3));
  return "/";
} catch (const SystemError&) {
  return std::nullopt;
}

// Those of the cgroup and, as they act, of all above it.
bool add_of_cgroup(const std::string& path, const std::string& name,
                   std::vector<std::string>& into) {
  const Fd cgroup(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!cgroup) return false;
  struct Hook {
    std::uint32_t type;
    const char* word;
  };
  for (const Hook& hook :
       {Hook{BPF_CGROUP_INET_INGRESS, "ingress"}, Hook{BPF_CGROUP_INET_EGRESS, "egress"},
        Hook{BPF_CGROUP_INET_SOCK_CREATE, "sock_create"},
        Hook{BPF_CGROUP_INET4_CONNECT, "connect4"}, Hook{BPF_CGROUP_INET6_CONNECT, "connect6"},
        Hook{BPF_CGROUP_INET4_BIND, "bind4"}, Hook{BPF_CGROUP_INET6_BIND, "bind6"}}) {
    const auto ids =
        attached(static_cast<std::uint32_t>(cgroup.get()), hook.type, BPF_F_QUERY_EFFECTIVE);
    if (!ids) return false;
    for (const std::uint32_t id : *ids)
      into.push_back(fmt::format("cgroup {} (id {}) on {}", hook.word, id, name));
  }
  return true;
}

// False: that of some process could not be looked at.
bool add_of_cgroups(const BpfScope& scope, std::vector<std::string>& into) {
  if (!scope.all_processes) return false;
  const std::string mount = cgroup_mount();
  if (mount.empty()) return false;
  std::set<std::string> cgroups{"/"};
  for (const pid_t pid : scope.processes) {
    const auto cgroup = cgroup_of(pid);
    if (!cgroup || cgroup->starts_with("/..")) return false;  // above our cgroup namespace
    cgroups.insert(*cgroup);
  }
  return std::ranges::all_of(
      cgroups, [&](const std::string& each) { return add_of_cgroup(mount + each, each, into); });
}

void add_of_links(const Namespace& space, const BpfScope& scope, std::vector<std::string>& into) {
  Netlink netlink(space);
  for (const FilteredLink& link : filtered_links(netlink, scope.devices)) {
    for (const std::uint32_t id : link.xdp)
      into.push_back(fmt::format("xdp (id {}) on {}", id, link.name));
    for (const std::string& filter : tc_filters(netlink, link))
      into.push_back(fmt::format("tc filter {}", filter));
    for (const std::uint32_t type : {tcx_ingress, tcx_egress, netkit, netkit_peer}) {
      const auto ids =
          in(space, [&] { return attached(static_cast<std::uint32_t>(link.index), type); });
      for (const std::uint32_t id : ids.value_or(std::vector<std::uint32_t>{}))
        into.push_back(fmt::format("tcx (id {}) on {}", id, link.name));
    }
  }
}

}  // namespace

std::optional<std::vector<std::string>> bpf_programs(const Namespace& space,
                                                     const BpfScope& scope) {
  const auto all = all_programs();
  if (!all) return std::nullopt;
  std::vector<std::string> programs;
  add_of_links(space, scope, programs);
  if (const auto ids = attached(static_cast<std::uint32_t>(space.fd()), BPF_SK_LOOKUP))
    for (const std::uint32_t id : *ids) programs.push_back(fmt::format("sk_lookup (id {})", id));
  const bool any_of_cgroups =
      std::ranges::any_of(*all, [](const auto& each) { return is_of_cgroups(each.second); });
  std::vector<std::string> of_cgroups;
  const bool all_cgroups = !any_of_cgroups || add_of_cgroups(scope, of_cgroups);
  if (all_cgroups) std::ranges::move(of_cgroups, std::back_inserter(programs));
  for (const auto& [id, type] : *all)
    // Where these are attached nothing tells, or it could not be asked.
    if (type == netfilter_program || (!all_cgroups && is_of_cgroups(type)))
      programs.push_back(fmt::format("{} (id {})", word_of(type), id));
  return programs;
}

}  // namespace lab::filter
