// SPDX-License-Identifier: MIT
//
// What an untrusted program may see and do (docs/trust.md). In a PID
// namespace of its own (process/process_namespace.hpp) it gets, between fork(2) and
// execve(2):
//
//   - mount and IPC namespaces of its own: every file system read-only; new instances
//     of /proc and /sys, read-only too, but with `root` for /proc/sys/net, the sysctls of its
//     network namespace; a /dev with null, zero, full, random, urandom and tty only; an
//     empty /tmp and /dev/shm that end with it. What was in /tmp before is visible there,
//     read-only;
//   - a user of its own, number first_user + the number of its process 1, and the group
//     nobody. With `root` it is user 0, but has CAP_NET_ADMIN, CAP_NET_RAW and
//     CAP_NET_BIND_SERVICE alone. In either case no other capability, now or after any
//     execve(2), and no_new_privs;
//   - without `root`, and where the kernel lets such a user make one, a user namespace of its
//     own (process/program_user_namespace.hpp);
//   - limits: processes (the kernel does not count those of user 0), the size of a file,
//     no core dumps; and the OOM killer takes it first;
//   - no system calls that only serve to attack the kernel (process/system_calls.hpp);
//   - none of our descriptors but 0, 1 and 2.
//
// Needs CAP_SYS_ADMIN, CAP_MKNOD, CAP_SETUID, CAP_SETGID, CAP_SETPCAP. Without them the
// caller starts the program unconfined.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "process/child_failure.hpp"

namespace lab {

class Confinement {
 public:
  static constexpr uid_t first_user = 0x10000;
  static constexpr gid_t nobody = 65534;

  // All that apply() needs, gathered now, because the child may not allocate.
  // `init`: process 1 of the PID namespace. Throws SystemError.
  Confinement(bool root, pid_t init);

  // In the child: confines it permanently.
  ChildFailure apply() const;

 private:
  struct Mounted {
    std::string path;
    unsigned long flags;
  };
  struct Entry {
    std::string name, path;
    bool directory;
  };

  ChildFailure hide_files() const;
  ChildFailure make_tmp() const;
  ChildFailure drop_privileges(int proc) const;

  bool root_;
  uid_t user_;
  bool has_user_namespace_;
  std::string directory_;         // the current one
  std::vector<Mounted> mounted_;  // file systems that become read-only
  std::vector<Entry> in_tmp_;
};

}  // namespace lab
