// SPDX-License-Identifier: MIT
//
// What the lab needs to know about a machine: plain values. gather() fills it, and
// judge() reads nothing else. What could not be found out is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lab::doctor {

// A trial of one feature of the kernel.
struct Tried {
  bool tried = false;   // false: it needs root
  std::string why_not;  // the error; empty: it works
  bool works() const { return tried && why_not.empty(); }
};

struct Rights {
  bool root = false;       // effective user 0
  bool net_admin = false;  // CAP_NET_ADMIN and CAP_SYS_ADMIN, effective
  bool sys_admin = false;
};

// user_namespaces(7): being root in a network namespace without root.
struct UserNamespaces {
  Tried tried;
  std::optional<long> max;                  // user.max_user_namespaces
  std::optional<int> unprivileged;          // kernel.unprivileged_userns_clone (Debian)
  std::optional<int> apparmor_restriction;  // kernel.apparmor_restrict_unprivileged_userns (Ubuntu)
};

// Whether this kernel can load tcp_lookup.ko.
struct ModuleFacts {
  bool loaded = false;         // and readable, with our schema
  std::string why_not;         // else
  bool takes_modules = true;   // CONFIG_MODULES: there is a /proc/modules
  bool headers = false;        // /lib/modules/RELEASE/build exists
  std::string built_for_this;  // path of a tcp_lookup.ko with this kernel's vermagic; empty: none
  std::optional<bool> secure_boot;  // the firmware's variable; nothing: no UEFI, or not readable
  std::string lockdown;             // "none", "integrity", "confidentiality"; empty: not known
  std::optional<bool> sig_enforce;  // module.sig_enforce
  std::optional<bool> modules_disabled;  // kernel.modules_disabled: until the next boot
};

// A guest's kernel, as far as it is installed.
struct Guest {
  std::string series;
  std::string release;     // unpacked; empty: it is not
  bool image = false;      // built
  std::string module_for;  // the release that its tcp_lookup.ko was built for; empty: none built
  std::string why_not;     // it cannot be booted; empty: it can
};

struct VmFacts {
  std::string qemu;  // its path; empty: why_no_qemu
  std::string why_no_qemu;
  std::string why_no_kvm;   // /dev/kvm cannot be opened; empty: it can
  bool kvm_device = false;  // there is one
  std::string kvm_found;    // what a trial found, now or earlier: "kvm", "tcg"; empty: not tried
  std::string kvm_reason;   // why "tcg"
  std::string forced;       // LAB_ACCEL
  std::vector<Guest> guests;
};

// The system around the kernel.
struct Surroundings {
  bool wsl = false;
  std::string container;  // "docker", "podman", "lxc"; empty: none
  bool vagrant = false;
  bool debian12 = false;
  std::string system;  // "Debian GNU/Linux 12 (bookworm)"; empty: unknown
};

struct Resources {
  std::string build;                         // the directory
  std::optional<std::uint64_t> disk_free;    // bytes there
  std::optional<std::uint64_t> memory_free;  // MemAvailable
};

struct Facts {
  std::string kernel;  // uname -r
  Rights rights;
  UserNamespaces user_namespaces;
  Tried network_namespaces, veth;  // as root
  Tried plug, netem, nftables, sock_diag;
  ModuleFacts module;
  VmFacts vm;
  Surroundings around;
  Resources resources;
};

}  // namespace lab::doctor
