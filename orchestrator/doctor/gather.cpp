// SPDX-License-Identifier: MIT
#include "doctor/gather.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "net/link.hpp"
#include "net/namespace.hpp"
#include "run/features.hpp"
#include "util/child.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "view/module.hpp"
#include "view/sock_diag.hpp"
#include "vm/accelerator.hpp"
#include "vm/image.hpp"
#include "vm/inventory.hpp"
#include "vm/machine.hpp"
#include "vm/run.hpp"

namespace lab::doctor {
namespace {

namespace fs = std::filesystem;

// Empty: the file does not exist, or may not be read.
std::string text_of(const std::string& path) try {
  std::string text = read_file(path);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
} catch (const SystemError&) {
  return {};
}

template <typename Number>
std::optional<Number> number_in(const std::string& path) {
  return to_integer<Number>(text_of(path));
}

bool exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

bool has_capability(unsigned capability) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &header, sets.data()) != 0) return false;
  return (sets[capability / 32].effective >> (capability % 32) & 1) != 0;
}

// Tries it, and records the exception that it throws.
template <typename Action>
Tried attempt(Action action) {
  try {
    action();
    return {true, ""};
  } catch (const EnvironmentError& error) {
    return {true, error.what()};
  }
}

void add_link_in_scratch() {
  const Namespace one = Namespace::create("doctor-a"), other = Namespace::create("doctor-b");
  Netlink netlink(one);
  constexpr int index = 2;
  add_veth(netlink, {"eth0", Mac::numbered(1), index}, other, {"eth0", Mac::numbered(2), index});
}

Tried feature(const std::string& name) {
  return attempt([&] {
    if (const auto why = run::why_missing(name)) throw EnvironmentError(*why);
  });
}

// In a child process, because it cannot be undone.
Tried user_namespace() {
  const int status = wait_for_end(fork_child("a test of user namespaces", {}, [] {
    return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 ? 0 : errno;
  }));
  const int error = WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
  return {true, error == 0 ? "" : fmt::format("unshare: {}", std::strerror(error))};
}

// efivarfs gives four bytes of attributes before the value.
std::optional<bool> secure_boot() {
  const std::string value =
      text_of("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c");
  if (value.size() < 5) return std::nullopt;
  return value[4] != 0;
}

std::string module_for(const std::string& release, const std::vector<vm::KernelHere>& kernels,
                       const std::string& build) {
  for (const vm::KernelHere& each : kernels)
    if (each.module_for == release)
      return fmt::format("{}/kmod/{}/tcp_lookup.ko", build, each.series);
  return "";
}

ModuleFacts module_facts(const std::string& release) {
  ModuleFacts facts;
  const Tried asked = attempt([&] {
    const ModuleHere here = Module::open_here();
    facts.loaded = here.module.has_value();
    facts.why_not = here.why_not;
  });
  if (!asked.works()) facts.why_not = asked.why_not;
  facts.takes_modules = exists("/proc/modules");
  facts.headers = exists(fmt::format("/lib/modules/{}/build/Makefile", release));
  facts.secure_boot = secure_boot();
  facts.lockdown = chosen_word(text_of("/sys/kernel/security/lockdown"));
  const std::string enforce = text_of("/sys/module/module/parameters/sig_enforce");
  if (!enforce.empty()) facts.sig_enforce = enforce == "Y";
  if (const auto disabled = number_in<int>("/proc/sys/kernel/modules_disabled"))
    facts.modules_disabled = *disabled != 0;
  return facts;
}

// Boots a guest on KVM, unless that was done before.
void try_kvm(VmFacts& facts, const Wanted& wanted) {
  const auto guest = std::ranges::find_if(facts.guests, [](const Guest& each) {
    return each.why_not.empty() && is_this(*vm::split_guest_name(each.series).architecture);
  });
  if (guest == facts.guests.end()) return;
  if (wanted.note)
    wanted.note("Booting a guest to try KVM, which takes a second or, at worst, a minute");
  vm::Options options;
  options.series = guest->series;
  const vm::Job job{{"/lab/orchestrator", "version"}, {}, "", std::chrono::minutes(1)};
  try {
    facts.kvm_found = vm::to_string(vm::run_in_vm(options, job, {}, {}).accelerator);
  } catch (const EnvironmentError& error) {
    facts.kvm_reason = error.what();
  }
}

VmFacts vm_facts(const std::vector<vm::KernelHere>& kernels, const Wanted& wanted) {
  VmFacts facts;
  for (const vm::KernelHere& each : kernels)
    facts.guests.push_back({each.series, each.release, each.image, each.module_for, each.why_not});
  const Tried qemu = attempt([&] { facts.qemu = vm::find_qemu(); });
  facts.why_no_qemu = qemu.why_not;
  if (const auto forced = vm::accelerator_from_environment()) facts.forced = vm::to_string(*forced);
  facts.kvm_device = exists("/dev/kvm");
  facts.why_no_kvm = vm::why_no_kvm();
  if (facts.qemu.empty() || !facts.why_no_kvm.empty() || !facts.forced.empty()) return facts;

  const auto recall = [&]() -> bool {
    const auto memory = vm::read_memory(vm::memory_path());
    if (!memory || memory->circumstances != vm::circumstances(facts.qemu)) return false;
    facts.kvm_found = memory->works;
    facts.kvm_reason = memory->why;
    return true;
  };
  if (recall() || !wanted.try_kvm) return facts;
  try_kvm(facts, wanted);
  recall();
  return facts;
}

Surroundings surroundings(const std::string& release) {
  Surroundings around;
  const std::string os = text_of("/etc/os-release");
  around.system = os_release_value(os, "PRETTY_NAME");
  around.debian12 =
      os_release_value(os, "ID") == "debian" && os_release_value(os, "VERSION_ID") == "12";
  around.wsl =
      release.find("microsoft") != std::string::npos || release.find("WSL") != std::string::npos;
  around.vagrant = exists("/vagrant") || exists("/home/vagrant/.vagrant_box_build_time") ||
                   exists("/etc/vagrant_box_build_time");
  around.container = container_in(text_of("/proc/1/environ"), text_of("/proc/1/cgroup"),
                                  exists("/.dockerenv"), exists("/run/.containerenv"));
  return around;
}

Resources resources(const std::string& build) {
  Resources resources;
  resources.build = build;
  struct statvfs disk {};
  if (::statvfs(build.c_str(), &disk) == 0)
    resources.disk_free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  resources.memory_free = available_memory(text_of("/proc/meminfo"));
  return resources;
}

}  // namespace

Facts gather(const Wanted& wanted) {
  Facts facts;
  utsname system{};
  ::uname(&system);
  facts.kernel = system.release;
  const std::string build = vm::build_directory();
  const std::vector<vm::KernelHere> kernels = vm::list_kernels(build);

  facts.rights = {::geteuid() == 0, has_capability(CAP_NET_ADMIN), has_capability(CAP_SYS_ADMIN)};
  facts.user_namespaces = {
      user_namespace(), number_in<long>("/proc/sys/user/max_user_namespaces"),
      number_in<int>("/proc/sys/kernel/unprivileged_userns_clone"),
      number_in<int>("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")};
  facts.sock_diag = attempt([] { SockDiag::open_here().read(); });
  if (facts.rights.sys_admin) {
    facts.network_namespaces = attempt([] { Namespace::create("doctor"); });
    if (facts.network_namespaces.works()) {
      facts.veth = attempt(add_link_in_scratch);
      facts.plug = feature("plug");
      facts.netem = feature("netem");
      facts.nftables = feature("nftables");
    }
  }
  facts.module = module_facts(facts.kernel);
  facts.module.built_for_this = module_for(facts.kernel, kernels, build);
  facts.vm = vm_facts(kernels, wanted);
  facts.around = surroundings(facts.kernel);
  facts.resources = resources(build);
  return facts;
}

std::string chosen_word(std::string_view text) {
  const std::size_t open = text.find('['), close = text.find(']');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return {};
  return std::string(text.substr(open + 1, close - open - 1));
}

std::string os_release_value(std::string_view text, std::string_view name) {
  for (std::string_view line : lines(text)) {
    if (!line.starts_with(name) || !line.substr(name.size()).starts_with('=')) continue;
    line.remove_prefix(name.size() + 1);
    if (line.size() >= 2 && line.front() == '"' && line.back() == '"')
      line = line.substr(1, line.size() - 2);
    return std::string(line);
  }
  return {};
}

std::optional<std::uint64_t> available_memory(std::string_view meminfo) {
  for (const std::string_view line : lines(meminfo)) {
    const auto parts = words(line);
    if (parts.size() < 2 || parts[0] != "MemAvailable:") continue;
    if (const auto kibibytes = to_integer<std::uint64_t>(parts[1])) return *kibibytes * 1024;
  }
  return std::nullopt;
}

std::string container_in(std::string_view environ, std::string_view cgroup, bool dockerenv,
                         bool containerenv) {
  // Set by podman, lxc and systemd-nspawn, among others (container(7) of systemd).
  constexpr std::string_view name = "container=";
  for (std::size_t at = 0; at < environ.size();) {
    const std::string_view pair = environ.substr(at, environ.find('\0', at) - at);
    if (pair.starts_with(name)) return std::string(pair.substr(name.size()));
    at += pair.size() + 1;
  }
  if (containerenv) return "podman";
  if (dockerenv || cgroup.find("docker") != std::string_view::npos) return "docker";
  if (cgroup.find("/lxc") != std::string_view::npos) return "lxc";
  return {};
}

}  // namespace lab::doctor
