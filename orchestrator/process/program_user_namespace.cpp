// SPDX-License-Identifier: MIT
#include "process/program_user_namespace.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>

#include "util/child.hpp"

namespace lab {
namespace {

int write_proc_file(int directory, const char* path, const char* text, std::size_t size) {
  const int file = ::openat(directory, path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return -1;
  const ssize_t wrote = ::write(file, text, size);
  ::close(file);
  return wrote == static_cast<ssize_t>(size) ? 0 : -1;
}

// The whole map: this number is itself.
int write_own_map(int proc, const char* path, std::uint32_t number) {
  std::array<char, 32> line;
  char* const end = line.data() + line.size();
  char* at = std::to_chars(line.data(), end, number).ptr;
  *at++ = ' ';
  at = std::to_chars(at, end, number).ptr;
  std::memcpy(at, " 1", 2);
  return write_proc_file(proc, path, line.data(), static_cast<std::size_t>(at + 2 - line.data()));
}

}  // namespace

ChildFailure enter_program_user_namespace(int proc, ProgramUser is) {
  // Since setresuid(2) the files of /proc/self are root's. No process of this user is outside.
  LAB_TRY(::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
  LAB_TRY(::unshare(CLONE_NEWUSER));
  // Only a process that cannot change its groups may write a group map.
  LAB_TRY(write_proc_file(proc, "self/setgroups", "deny", 4));
  LAB_TRY(write_own_map(proc, "self/uid_map", is.user));
  LAB_TRY(write_own_map(proc, "self/gid_map", is.group));
  LAB_TRY(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  return {};
}

bool program_user_namespaces_work() {
  static const bool work =
      wait_for_end(fork_child("a test of user namespaces", {}, [] {
        constexpr ProgramUser somebody{0x10000, 65534};
        const int proc = ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
        const bool entered =
            proc >= 0 && ::syscall(SYS_setgroups, 0, nullptr) == 0 &&
            ::syscall(SYS_setresgid, somebody.group, somebody.group, somebody.group) == 0 &&
            ::syscall(SYS_setresuid, somebody.user, somebody.user, somebody.user) == 0 &&
            enter_program_user_namespace(proc, somebody).call == nullptr;
        return entered ? 0 : 1;
      })) == 0;
  return work;
}

}  // namespace lab
