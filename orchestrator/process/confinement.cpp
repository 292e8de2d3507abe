// SPDX-License-Identifier: MIT
#include "process/confinement.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include "process/program_user_namespace.hpp"
#include "process/system_calls.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

namespace fs = std::filesystem;

constexpr unsigned long quiet = MS_NOSUID | MS_NODEV;
constexpr std::uint64_t network_capabilities =
    1ULL << CAP_NET_ADMIN | 1ULL << CAP_NET_RAW | 1ULL << CAP_NET_BIND_SERVICE;

// In /proc/self/mountinfo a blank is \040.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 3 >= text.size()) {
      result += text[at];
      continue;
    }
    result += static_cast<char>((text[at + 1] - '0') << 6 | (text[at + 2] - '0') << 3 |
                                (text[at + 3] - '0'));
    at += 3;
  }
  return result;
}

bool is_at_or_below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

// These are replaced.
bool is_replaced(std::string_view path) {
  constexpr std::array<std::string_view, 4> replaced = {"/proc", "/sys", "/dev", "/tmp"};
  return std::ranges::any_of(replaced,
                             [&](std::string_view each) { return is_at_or_below(path, each); });
}

int mount_read_only(const char* path, unsigned long flags) {
  return ::mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | flags, nullptr);
}

int make_device(const char* path, unsigned minor, unsigned major = 1) {
  return ::mknod(path, S_IFCHR | 0666, makedev(major, minor));
}

int limit(int resource, rlim_t most) {
  rlimit now{};
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &now) < 0) return -1;
  const rlimit bounds{std::min(now.rlim_max, most), std::min(now.rlim_max, most)};
  return ::setrlimit(static_cast<__rlimit_resource_t>(resource), &bounds);
}

// The OOM killer takes it first; what it starts inherits this.
int offer_to_the_oom_killer() {
  const int file = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  const ssize_t wrote = ::write(file, "1000", 4);
  ::close(file);
  return wrote == 4 ? 0 : -1;
}

int set_capabilities(std::uint64_t kept) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> data{};
  for (std::size_t word = 0; word < data.size(); ++word)
    data[word].effective = data[word].permitted = static_cast<std::uint32_t>(kept >> 32 * word);
  return static_cast<int>(::syscall(SYS_capset, &header, data.data()));
}

// execve(2) never grants a capability outside the bounding set.
int bound_capabilities(std::uint64_t kept) {
  for (unsigned each = 0; each < 64; ++each) {
    if (kept >> each & 1) continue;
    if (::prctl(PR_CAPBSET_DROP, each, 0, 0, 0) == 0) continue;
    return errno == EINVAL && each > 0 ? 0 : -1;  // past this kernel's last capability
  }
  return 0;
}

ChildFailure make_devices() {
  LAB_TRY(::mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k"));
  LAB_TRY(make_device("/dev/null", 3));
  LAB_TRY(make_device("/dev/zero", 5));
  LAB_TRY(make_device("/dev/full", 7));
  LAB_TRY(make_device("/dev/random", 8));
  LAB_TRY(make_device("/dev/urandom", 9));
  LAB_TRY(make_device("/dev/tty", 0, 5));
  LAB_TRY(::symlink("/proc/self/fd", "/dev/fd"));
  LAB_TRY(::symlink("/proc/self/fd/0", "/dev/stdin"));
  LAB_TRY(::symlink("/proc/self/fd/1", "/dev/stdout"));
  LAB_TRY(::symlink("/proc/self/fd/2", "/dev/stderr"));
  LAB_TRY(::mkdir("/dev/shm", 0755));
  LAB_TRY(::mount("tmpfs", "/dev/shm", "tmpfs", quiet | MS_NOEXEC, "mode=1777,size=16m"));
  LAB_TRY(mount_read_only("/dev", MS_NOSUID | MS_NOEXEC));
  return {};
}

}  // namespace

Confinement::Confinement(bool root, pid_t init)
    : root_(root),
      user_(root ? 0 : first_user + static_cast<uid_t>(init)),
      has_user_namespace_(!root && program_user_namespaces_work()),
      directory_(fs::current_path().string()) {
  const std::string text = read_file("/proc/self/mountinfo");
  for (const std::string_view line : lines(text)) {
    const auto fields = words(line);  // 36 35 98:0 / /mnt rw,noatime ...
    if (fields.size() < 6) continue;
    const std::string path = unescaped(fields[4]);
    if (is_replaced(path)) continue;
    const bool noexec = fields[5].find("noexec") != std::string_view::npos;
    mounted_.push_back({path, noexec ? quiet | MS_NOEXEC : quiet});
  }
  std::error_code error;
  fs::directory_iterator entries("/tmp", error);
  if (error) throw SystemError("opendir", "/tmp", error.value());
  for (const auto& entry : entries) {
    const auto type = entry.symlink_status().type();
    if (type != fs::file_type::directory && type != fs::file_type::regular) continue;
    in_tmp_.push_back({entry.path().filename().string(), entry.path().string(),
                       type == fs::file_type::directory});
  }
}

ChildFailure Confinement::apply() const {
  ::umask(0);
  // Its files stay writable when a new one is mounted on it. Closed by execve(2).
  const int proc = ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  LAB_TRY(proc);
  LAB_TRY(::unshare(CLONE_NEWNS | CLONE_NEWIPC));
  LAB_TRY(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
  if (const ChildFailure failure = hide_files(); failure.call) return failure;
  ::umask(022);
  if (::chdir(directory_.c_str()) != 0) LAB_TRY(::chdir("/"));
  return drop_privileges(proc);
}

ChildFailure Confinement::hide_files() const {
  for (const Mounted& each : mounted_) LAB_TRY(mount_read_only(each.path.c_str(), each.flags));
  if (const ChildFailure failure = make_tmp(); failure.call) return failure;
  LAB_TRY(::mount("proc", "/proc", "proc", quiet | MS_NOEXEC, nullptr));
  LAB_TRY(offer_to_the_oom_killer());
  // Its host's only: of another namespace they are not there.
  if (root_) LAB_TRY(::mount("/proc/sys/net", "/proc/sys/net", nullptr, MS_BIND, nullptr));
  LAB_TRY(mount_read_only("/proc", quiet | MS_NOEXEC));
  // The kernel does not mount sysfs over itself, and the mounts below must go, too.
  LAB_TRY(::mount("tmpfs", "/sys", "tmpfs", quiet | MS_NOEXEC, "mode=755,size=4k"));
  LAB_TRY(::mount("sysfs", "/sys", "sysfs", quiet | MS_NOEXEC, nullptr));
  LAB_TRY(mount_read_only("/sys", quiet | MS_NOEXEC));
  return make_devices();
}

// The current /tmp stays reachable through the current directory, which is then below
// the new mount.
ChildFailure Confinement::make_tmp() const {
  LAB_TRY(::chdir("/tmp"));
  LAB_TRY(::mount("tmpfs", "/tmp", "tmpfs", quiet, "mode=1777,size=64m"));
  for (const Entry& each : in_tmp_) {
    if (each.directory)
      LAB_TRY(::mkdir(each.path.c_str(), 0755));
    else
      LAB_TRY(::mknod(each.path.c_str(), S_IFREG | 0644, 0));
    if (::mount(each.name.c_str(), each.path.c_str(), nullptr, MS_BIND, nullptr) != 0) {
      const bool is_gone = errno == ENOENT || errno == ENOTDIR;  // since it was listed
      if (!is_gone) return {"mount of an entry of /tmp", errno};
      LAB_TRY(each.directory ? ::rmdir(each.path.c_str()) : ::unlink(each.path.c_str()));
      continue;
    }
    LAB_TRY(mount_read_only(each.path.c_str(), quiet));
  }
  return {};
}

// Raw system calls where glibc's functions would signal other threads.
ChildFailure Confinement::drop_privileges(int proc) const {
  constexpr rlim_t processes = 256, file_size = 64 << 20, descriptors = 65536;
  LAB_TRY(limit(RLIMIT_CORE, 0));
  LAB_TRY(limit(RLIMIT_FSIZE, file_size));
  LAB_TRY(limit(RLIMIT_NOFILE, descriptors));
  LAB_TRY(limit(RLIMIT_NPROC, processes));
  const std::uint64_t kept = root_ ? network_capabilities : 0;
  LAB_TRY(::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
  LAB_TRY(bound_capabilities(kept));
  const gid_t group = root_ ? 0 : nobody;
  LAB_TRY(::syscall(SYS_setgroups, 0, nullptr));
  LAB_TRY(::syscall(SYS_setresgid, group, group, group));
  LAB_TRY(::syscall(SYS_setresuid, user_, user_, user_));
  if (has_user_namespace_) {
    if (const ChildFailure failure = enter_program_user_namespace(proc, {user_, group});
        failure.call)
      return failure;
    LAB_TRY(bound_capabilities(kept));  // a new namespace has all of them
  }
  LAB_TRY(set_capabilities(kept));
  LAB_TRY(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  LAB_TRY(forbid_system_calls());
  return {};
}

}  // namespace lab
