// SPDX-License-Identifier: MIT
#include "doctor/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/architecture.hpp"

namespace lab::doctor {
namespace {

std::string install_qemu() {
  return fmt::format("sudo apt-get install --no-install-recommends {}",
                     this_architecture().qemu_package);
}

// Findings under one heading, in the making.
class Group {
 public:
  Group(Checkup& checkup, std::string name) : checkup_(checkup), name_(std::move(name)) {}

  void add(std::string id, Status status, std::string text, std::string meaning = "",
           std::string command = "") {
    checkup_.findings.push_back(
        {name_, std::move(id), status, std::move(text), std::move(meaning), std::move(command)});
  }
  // A trial: it works, it does not (`otherwise` is then its status), or it may not be
  // tried.
  void add_tried(std::string id, const Tried& tried, const std::string& what, std::string meaning,
                 std::string command = "", Status otherwise = Status::lacking) {
    if (!tried.tried)
      add(std::move(id), Status::not_observed, what + ": not tried, because that needs root");
    else if (tried.works())
      add(std::move(id), Status::good, what);
    else
      add(std::move(id), otherwise, fmt::format("{}: {}", what, tried.why_not), std::move(meaning),
          std::move(command));
  }

 private:
  Checkup& checkup_;
  std::string name_;
};

bool full_rights(const Facts& facts) { return facts.rights.net_admin && facts.rights.sys_admin; }

void judge_surroundings(const Facts& facts, Checkup& checkup) {
  Group group(checkup, "This machine");
  const Surroundings& around = facts.around;
  group.add(
      "kernel", Status::good,
      fmt::format("Linux {}{}", facts.kernel, around.system.empty() ? "" : ", " + around.system));
  if (!around.debian12)
    group.add(
        "debian", Status::note, "this is not Debian 12",
        "./lab installs what it needs on Debian 12 only: use Debian 12, or a container of it");
  if (around.wsl)
    group.add("wsl", Status::note, "this is WSL2",
              "no headers are packaged for its kernel, so the module cannot be built for it. The "
              "microVM has its own kernel");
  if (!around.container.empty())
    group.add("container", Status::note, fmt::format("this is a container ({})", around.container),
              fmt::format("the kernel is the host's, and a module cannot be loaded from here{}. "
                          "The microVM needs neither",
                          full_rights(facts) ? ""
                                             : "; namespaces need --cap-add SYS_ADMIN --cap-add "
                                               "NET_ADMIN"));
  if (around.vagrant)
    group.add("vagrant", Status::note, "this is a Vagrant box",
              "a crash of its kernel does no harm: the module can be loaded here");
  if (facts.rights.root && full_rights(facts))
    group.add("root", Status::good, "root, with CAP_NET_ADMIN and CAP_SYS_ADMIN");
  else if (facts.rights.root)
    group.add("root", Status::lacking, "root, but without CAP_NET_ADMIN and CAP_SYS_ADMIN",
              "no network namespaces in this kernel: run in the microVM, or give the container "
              "these capabilities",
              "docker run --cap-add SYS_ADMIN --cap-add NET_ADMIN …");
  else
    group.add("root", Status::note, "not root",
              "enough for the microVM. `--where here`, and other users' processes, need root",
              "sudo orchestrator …");

  constexpr double mebibyte = 1024.0 * 1024.0;
  const auto judge_free = [&](const char* id, const char* what,
                              const std::optional<std::uint64_t>& free, double needed,
                              const char* meaning) {
    if (!free) {
      group.add(id, Status::not_observed, fmt::format("{}: not known", what));
      return;
    }
    const double there = static_cast<double>(*free) / mebibyte;
    group.add(id, there >= needed ? Status::good : Status::lacking,
              fmt::format("{}: {:.0f} MiB free", what, there), there >= needed ? "" : meaning);
  };
  judge_free("memory", "memory", facts.resources.memory_free, 700,
             "a microVM takes 512 MiB, and a build two processes of 500 MiB: close a program");
  judge_free("disk", fmt::format("disk below {}", facts.resources.build).c_str(),
             facts.resources.disk_free, 500,
             "a build and a guest's kernel take 1 GB: free some space");
}

void judge_namespaces(const Facts& facts, Checkup& checkup) {
  Group group(checkup, "Runs in this kernel");
  // In a kernel without modules, no command can add what is missing.
  const auto modprobe = [&](const char* module) {
    return facts.module.takes_modules ? fmt::format("sudo modprobe {}", module) : "";
  };
  group.add_tried("network-namespaces", facts.network_namespaces, "network namespaces",
                  "no hosts can be made in this kernel: run in the microVM");
  group.add_tried("veth", facts.veth, "links between them (veth)",
                  "no scenario with a link can run in this kernel", modprobe("veth"));
  group.add_tried("sock-diag", facts.sock_diag, "the second witness, sock_diag",
                  "no tables can be seen in this kernel without it", modprobe("tcp_diag"));
  group.add_tried("sch-plug", facts.plug, "packets are held by sch_plug",
                  "the queue of a neighbour entry holds them instead, which works as well",
                  modprobe("sch_plug"), Status::note);
  group.add_tried("sch-netem", facts.netem, "delays and losses on links (sch_netem)",
                  "scenarios with delay or loss are skipped in this kernel (exit code 4)",
                  modprobe("sch_netem"));
  group.add_tried("nftables", facts.nftables, "firewalls (nftables)",
                  "scenarios with a firewall, or with `drop`, are skipped in this kernel",
                  modprobe("nf_tables"));

  const UserNamespaces& user = facts.user_namespaces;
  if (user.tried.works()) {
    group.add("user-namespaces", Status::good,
              "user namespaces: a run in this kernel without root is possible");
  } else if (user.max == 0) {
    group.add("user-namespaces", Status::lacking, "user namespaces: user.max_user_namespaces is 0",
              "no run in this kernel without root", "sudo sysctl user.max_user_namespaces=15000");
  } else if (user.unprivileged == 0) {
    group.add("user-namespaces", Status::lacking,
              "user namespaces: kernel.unprivileged_userns_clone is 0",
              "no run in this kernel without root",
              "sudo sysctl kernel.unprivileged_userns_clone=1");
  } else if (user.apparmor_restriction.value_or(0) != 0) {
    group.add("user-namespaces", Status::lacking,
              "user namespaces: AppArmor forbids them to programs without a profile",
              "no run in this kernel without root",
              "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0");
  } else {
    group.add("user-namespaces", Status::lacking,
              fmt::format("user namespaces: {}", user.tried.why_not),
              "no run in this kernel without root: use root or the microVM");
  }
}

// What keeps the module out of this kernel; empty: nothing known.
std::string what_forbids_loading(const ModuleFacts& module) {
  if (!module.takes_modules) return "the kernel was built without CONFIG_MODULES";
  if (module.modules_disabled.value_or(false))
    return "kernel.modules_disabled is 1, until the next boot";
  if (module.sig_enforce.value_or(false))
    return "the kernel takes signed modules only (module.sig_enforce)";
  if (module.lockdown == "integrity" || module.lockdown == "confidentiality")
    return fmt::format("the kernel is locked down ({}) and takes signed modules only",
                       module.lockdown);
  return "";
}

bool asks_for_signature(const ModuleFacts& module) {
  return module.takes_modules && !module.modules_disabled.value_or(false) &&
         (module.sig_enforce.value_or(false) || module.lockdown == "integrity" ||
          module.lockdown == "confidentiality");
}

void judge_module(const Facts& facts, Checkup& checkup) {
  Group group(checkup, "The module, tcp_lookup.ko");
  const ModuleFacts& module = facts.module;
  if (module.loaded) {
    group.add("module", Status::good, "loaded, with this program's schema",
              "all witnesses work in this kernel");
    return;
  }
  group.add("module", Status::note, module.why_not,
            "without it, what only it can see is counted as not observed; the microVM has it "
            "loaded. The lab never loads it into this kernel by itself");
  if (module.secure_boot.value_or(false))
    group.add("secure-boot", Status::note, "Secure Boot is on",
              "most distributions then lock the kernel down, and a module must be signed by an "
              "enrolled key");
  else if (module.secure_boot)
    group.add("secure-boot", Status::good, "Secure Boot is off");
  if (module.lockdown.empty() && module.takes_modules)
    group.add("lockdown", Status::not_observed,
              "lockdown: /sys/kernel/security/lockdown cannot be read",
              facts.rights.root ? "this kernel has none, or securityfs is not mounted"
                                : "root can read it");
  if (const std::string forbidden = what_forbids_loading(module); !forbidden.empty()) {
    group.add(
        "loadable", Status::lacking, forbidden,
        asks_for_signature(module)
            ? "use the microVM, which does not depend on this kernel; or enroll a key of your "
              "own with mokutil and sign the module with it (kmodsign)"
            : "use the microVM: it has its own kernel",
        asks_for_signature(module) ? "sudo mokutil --import MOK.der" : "");
    return;
  }
  if (!module.built_for_this.empty()) {
    group.add("built", Status::good,
              fmt::format("{} is built for this kernel", module.built_for_this),
              "load it only where a crash does no harm",
              fmt::format("sudo insmod {}", module.built_for_this));
    return;
  }
  group.add("headers", module.headers ? Status::good : Status::note,
            module.headers ? "this kernel's headers are installed: the module can be built for it"
                           : "this kernel's headers are not installed",
            module.headers ? "" : "the module cannot be built for this kernel",
            module.headers ? fmt::format("make -C kmod KDIR=/lib/modules/{}/build", facts.kernel)
            : facts.around.wsl || facts.around.container.size()
                ? ""
                : fmt::format("sudo apt-get install linux-headers-{}", facts.kernel));
}

bool can_boot(const VmFacts& vm) {
  return !vm.qemu.empty() &&
         std::ranges::any_of(vm.guests, [](const Guest& each) { return each.why_not.empty(); });
}

void judge_kvm(const VmFacts& vm, Group& group) {
  constexpr const char* slower =
      "the microVM is emulated (TCG): it boots in about ten seconds "
      "instead of one";
  if (!vm.forced.empty()) {
    group.add("kvm", Status::note, fmt::format("LAB_ACCEL={}: KVM is not tried", vm.forced));
  } else if (!vm.kvm_device) {
    group.add("kvm", Status::note, "KVM: there is no /dev/kvm", slower,
              "sudo modprobe -a kvm_intel kvm_amd");
  } else if (!vm.why_no_kvm.empty()) {
    group.add("kvm", Status::lacking, fmt::format("KVM: {}", vm.why_no_kvm), slower,
              "sudo adduser $USER kvm   # then log in again");
  } else if (vm.kvm_found == "kvm") {
    group.add("kvm", Status::good, "KVM works: a guest booted on it");
  } else if (vm.kvm_found == "tcg") {
    group.add("kvm", Status::note,
              fmt::format("KVM: /dev/kvm exists, but no guest booted on it ({})", vm.kvm_reason),
              slower, "");
  } else {
    group.add("kvm", Status::not_observed, "KVM: /dev/kvm can be opened; not tried yet",
              "the first run tries it, with a deadline, and remembers the result");
  }
}

void judge_vm(const Facts& facts, Checkup& checkup) {
  Group group(checkup, "Runs in a microVM");
  const VmFacts& vm = facts.vm;
  if (vm.qemu.empty())
    group.add("qemu", Status::lacking, vm.why_no_qemu, "no microVM can be booted", install_qemu());
  else
    group.add("qemu", Status::good, fmt::format("QEMU: {}", vm.qemu));
  judge_kvm(vm, group);
  for (const Guest& guest : vm.guests) {
    const std::string id = "kernel-" + guest.series;
    const std::string build = fmt::format("LAB_KERNEL={} ./lab vm kernels", guest.series);
    if (guest.why_not.empty())
      group.add(id, Status::good,
                fmt::format("kernel {}: {}, image built, {}", guest.series, guest.release,
                            guest.module_for.empty() ? "without the module" : "module inside"));
    else if (guest.release.empty())
      group.add(id, Status::note, fmt::format("kernel {}: not downloaded", guest.series), "",
                build);
    else if (!guest.image)
      group.add(
          id, Status::note,
          fmt::format("kernel {}: {} downloaded, image not built", guest.series, guest.release), "",
          build);
    else
      group.add(id, Status::lacking, fmt::format("kernel {}: {}", guest.series, guest.why_not), "",
                build);
  }
}

void judge_options(const Facts& facts, Checkup& checkup) {
  const bool here = full_rights(facts) && facts.network_namespaces.works() && facts.veth.works() &&
                    facts.sock_diag.works();
  const bool vm = can_boot(facts.vm);
  const char* nothing_boots =
      facts.vm.qemu.empty() ? "there is no QEMU" : "no guest image is built";
  checkup.options.push_back({"module", here && facts.module.loaded,
                             here && facts.module.loaded
                                 ? "in this kernel, with the module: all witnesses"
                                 : "in this kernel, with the module: it is not loaded",
                             "orchestrator run simopen --where here"});
  if (!here && facts.module.loaded)
    checkup.options.back().text =
        "in this kernel, with the module: that needs root, namespaces, veth";
  checkup.options.push_back({"vm", vm,
                             vm ? "in a microVM: all witnesses, no root, independent of this kernel"
                                : fmt::format("in a microVM: {}", nothing_boots),
                             "orchestrator run simopen --where vm"});
  checkup.options.push_back(
      {"here", here,
       here ? "in this kernel, without the module: sock_diag and the packets are the witnesses"
            : "in this kernel: that needs root, network namespaces, veth and sock_diag",
       "sudo orchestrator run simopen --where here"});
  checkup.options.push_back(
      {"user-namespace", facts.user_namespaces.tried.works(),
       facts.user_namespaces.tried.works()
           ? "in this kernel, in a user namespace: no root, without the module"
           : "in this kernel without root: no user namespace can be made",
       "unshare --map-root-user --net orchestrator run simopen --where here"});
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::good:
      return "good";
    case Status::lacking:
      return "lacking";
    case Status::not_observed:
      return "not-observed";
    case Status::note:
      return "note";
  }
  return "?";
}

bool Checkup::can_run() const {
  return std::ranges::any_of(options, [](const RunOption& way) { return way.open; });
}

Checkup judge(const Facts& facts) {
  Checkup checkup;
  judge_surroundings(facts, checkup);
  judge_namespaces(facts, checkup);
  judge_module(facts, checkup);
  judge_vm(facts, checkup);
  judge_options(facts, checkup);
  return checkup;
}

}  // namespace lab::doctor
