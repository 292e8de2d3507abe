// SPDX-License-Identifier: MIT
#include "filter_bpf/cgroup_bpf.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <span>

#include "filter_bpf/bpf_call.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/text.hpp"

namespace lab::filter {
namespace {

struct Hook {
  std::uint32_t type;
  const char* word;
};
constexpr std::array<Hook, 2> of_segments{
    {{BPF_CGROUP_INET_INGRESS, "ingress"}, {BPF_CGROUP_INET_EGRESS, "egress"}}};
constexpr std::array<Hook, 7> of_calls{{{BPF_CGROUP_INET_SOCK_CREATE, "sock_create"},
                                        {BPF_CGROUP_INET4_BIND, "bind4"},
                                        {BPF_CGROUP_INET6_BIND, "bind6"},
                                        {BPF_CGROUP_INET4_POST_BIND, "post_bind4"},
                                        {BPF_CGROUP_INET6_POST_BIND, "post_bind6"},
                                        {BPF_CGROUP_INET4_CONNECT, "connect4"},
                                        {BPF_CGROUP_INET6_CONNECT, "connect6"}}};

Fd open_directory(const std::string& path) {
  return Fd(checked(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path));
}

std::string mount_point() {
  for (const std::string_view line : lines(read_file("/proc/self/mounts"))) {
    const auto fields = words(line);
    if (fields.size() > 2 && fields[2] == "cgroup2") return std::string(fields[1]);
  }
  throw EnvironmentError("the unified hierarchy of cgroups is not mounted");
}

// A file handle of kernfs is the id alone (kernfs_fh_to_dentry()).
Fd open_by_id(const Fd& mount, std::uint64_t id) {
  constexpr int kernfs_handle = 0xfe;  // FILEID_KERNFS
  alignas(file_handle) std::array<char, sizeof(file_handle) + sizeof id> bytes{};
  auto* handle = reinterpret_cast<file_handle*>(bytes.data());
  handle->handle_bytes = sizeof id;
  handle->handle_type = kernfs_handle;
  std::memcpy(bytes.data() + sizeof(file_handle), &id, sizeof id);
  return Fd(checked(::open_by_handle_at(mount.get(), handle, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
                    "open_by_handle_at", "a cgroup"));
}

// "/system.slice/nginx.service"
std::string name_of(const Fd& cgroup, const std::string& mount) {
  const std::string path =
      std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", cgroup.get()));
  const std::string name = path.starts_with(mount) ? path.substr(mount.size()) : path;
  return name.empty() ? "/" : name;
}

// Ours in that hierarchy.
Fd open_own(const std::string& mount) {
  std::string own = "/";
  for (const std::string_view line : lines(read_file("/proc/self/cgroup")))
    if (line.starts_with("0::")) own = line.substr(3);
  if (own.starts_with("/.."))
    throw EnvironmentError("the cgroup of this process is not in its cgroup namespace");
  return open_directory(mount + own);
}

void add_of(const Fd& cgroup, const std::string& mount, std::span<const Hook> hooks,
            std::vector<std::string>& into) {
  for (const Hook& hook : hooks)
    for (const std::uint32_t id : attached_programs(static_cast<std::uint32_t>(cgroup.get()),
                                                    hook.type, BPF_F_QUERY_EFFECTIVE)) {
      std::string text =
          fmt::format("cgroup {} (id {}) on {}", hook.word, id, name_of(cgroup, mount));
      if (std::ranges::find(into, text) == into.end()) into.push_back(std::move(text));
    }
}

}  // namespace

std::vector<std::string> cgroup_programs(const CgroupScope& scope) {
  if (!scope.all_known) throw EnvironmentError("the cgroup of a socket is not known");
  const std::string mount = mount_point();
  const Fd root = open_directory(mount);
  std::vector<std::string> programs;
  add_of(root, mount, of_segments, programs);
  for (const std::uint64_t id : scope.sockets)
    add_of(open_by_id(root, id), mount, of_segments, programs);
  if (!scope.we_send) return programs;
  const Fd own = open_own(mount);
  add_of(own, mount, of_segments, programs);
  add_of(own, mount, of_calls, programs);
  return programs;
}

}  // namespace lab::filter
