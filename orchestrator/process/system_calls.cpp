// SPDX-License-Identifier: MIT
#include "process/system_calls.hpp"

#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "util/architecture.hpp"

namespace lab {
namespace {

constexpr std::uint32_t call_number = offsetof(seccomp_data, nr),
                        call_arch = offsetof(seccomp_data, arch),
                        call_argument = offsetof(seccomp_data, args),
                        not_permitted = SECCOMP_RET_ERRNO | EPERM,
                        not_there = SECCOMP_RET_ERRNO | ENOSYS, first_x32 = 0x40000000;

constexpr std::array refused_calls{SYS_bpf,
                                   SYS_perf_event_open,
                                   SYS_userfaultfd,
                                   SYS_io_uring_setup,
                                   SYS_add_key,
                                   SYS_request_key,
                                   SYS_keyctl,
                                   SYS_init_module,
                                   SYS_finit_module,
                                   SYS_delete_module,
                                   SYS_kexec_load,
                                   SYS_kexec_file_load,
                                   SYS_reboot,
                                   SYS_mount,
                                   SYS_umount2,
                                   SYS_fsopen,
                                   SYS_fsconfig,
                                   SYS_fsmount,
                                   SYS_fspick,
                                   SYS_open_tree,
                                   SYS_move_mount,
                                   SYS_mount_setattr,
                                   SYS_pivot_root,
                                   SYS_setns,
                                   SYS_open_by_handle_at,
                                   SYS_swapon,
                                   SYS_acct,
                                   SYS_process_vm_readv,
                                   SYS_process_vm_writev};

constexpr sock_filter load(std::uint32_t offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, offset};
}
constexpr sock_filter answer(std::uint32_t with) { return {BPF_RET | BPF_K, 0, 0, with}; }
// Skips the next `skip` instructions unless the comparison holds.
constexpr sock_filter unless(std::uint16_t comparison, std::uint32_t value, std::uint8_t skip) {
  return {static_cast<std::uint16_t>(BPF_JMP | BPF_K | comparison), 0, skip, value};
}

constexpr auto make_filter() {
  std::array<sock_filter, 2 * refused_calls.size() + 14> filter{};
  std::size_t at = 0;
  const auto add = [&](sock_filter each) { filter[at++] = each; };
  // Another kind of system call, as of 32 bits, has other numbers. (x32 is of x86-64 alone; on
  // others no number is so large.)
  add(load(call_arch));
  add({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, this_architecture().system_calls});
  add(answer(not_there));
  add(load(call_number));
  add(unless(BPF_JGE, first_x32, 1));
  add(answer(not_there));
  for (const auto call : refused_calls) {
    add(unless(BPF_JEQ, static_cast<std::uint32_t>(call), 1));
    add(answer(not_permitted));
  }
  // A filter cannot see the flags of clone3(2); C libraries then use clone(2).
  add(unless(BPF_JEQ, SYS_clone3, 1));
  add(answer(not_there));
  add({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_clone});
  add(unless(BPF_JEQ, SYS_unshare, 3));
  add(load(call_argument));
  add(unless(BPF_JSET, CLONE_NEWUSER, 1));
  add(answer(not_permitted));
  add(answer(SECCOMP_RET_ALLOW));
  if (at != filter.size()) throw "the filter has another length";  // while compiling
  return filter;
}

}  // namespace

int forbid_system_calls() {
  static constexpr auto filter = make_filter();
  const sock_fprog program{static_cast<unsigned short>(filter.size()),
                           const_cast<sock_filter*>(filter.data())};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

}  // namespace lab
