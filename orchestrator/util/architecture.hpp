// SPDX-License-Identifier: MIT
//
// What the programs know of a processor's architecture: one line of a table for each. (What
// the scripts know is in cmake/arch.sh, what the kernel module knows in kmod/compat.h.)
#pragma once

#include <elf.h>
#include <linux/audit.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace lab {

struct Architecture {
  std::string_view name;     // Debian's: "arm64"
  std::string_view machine;  // the kernel's (uname -m), in compilers' and libraries' names, too
  // Programs for it.
  std::uint16_t elf_machine;      // e_machine
  std::string_view elf_name;      // its name in <elf.h>
  std::string_view glibc_loader;  // PT_INTERP, as glibc's ABI has it
  std::uint32_t system_calls;     // AUDIT_ARCH_…, as seccomp(2) has it
  // The machine that boots its guests.
  std::string_view qemu;            // QEMU's program
  std::string_view qemu_package;    // Debian's package of it
  std::string_view qemu_machine;    // -machine, without what no guest needs
  std::string_view tcg_processor;   // -cpu under TCG
  std::string_view console;         // the first UART, as the kernel calls it
  std::string_view tcg_parameters;  // of the kernel under TCG; each after a space
};

// x86-64. Under TCG, five-level page tables (la57) make some kernels panic at boot. Without
// erms and fsrm the kernel copies words and not bytes, which TCG does one by one: it unpacks
// the image in half the time. The kernel's checks of its clocks fail at random (tsc,
// no_timer_check).
//
// arm64. This processor has atomic instructions, which TCG translates better than pairs of
// exclusive accesses, and neither pointer authentication, of which each call would be paid with
// two hashes, nor SVE. gic-version=max: KVM offers only its own interrupt controller.
inline constexpr std::array<Architecture, 2> architectures{{
    {"amd64", "x86_64", EM_X86_64, "EM_X86_64", "/lib64/ld-linux-x86-64.so.2", AUDIT_ARCH_X86_64,
     "qemu-system-x86_64", "qemu-system-x86", "q35,sata=off,smbus=off,usb=off",
     "max,la57=off,erms=off,fsrm=off", "ttyS0", " tsc=unstable no_timer_check"},
    {"arm64", "aarch64", EM_AARCH64, "EM_AARCH64", "/lib/ld-linux-aarch64.so.1", AUDIT_ARCH_AARCH64,
     "qemu-system-aarch64", "qemu-system-arm", "virt,gic-version=max", "neoverse-n1", "ttyAMA0",
     ""},
}};

// Null: the lab does not know it.
constexpr const Architecture* find_architecture(std::string_view name) {
  for (const Architecture& each : architectures)
    if (each.name == name) return &each;
  return nullptr;
}

// The one that this program was compiled for.
constexpr const Architecture& this_architecture() {
#if defined(__x86_64__)
  return architectures[0];
#elif defined(__aarch64__)
  return architectures[1];
#else
#error "add this processor to the table of architectures"
#endif
}

constexpr bool is_this(const Architecture& architecture) {
  return &architecture == &this_architecture();
}

}  // namespace lab
