// SPDX-License-Identifier: MIT
#include "play/where.hpp"

#include <fmt/format.h>

#include "process/user_namespace.hpp"
#include "util/error.hpp"
#include "view/module.hpp"
#include "vm/image.hpp"
#include "vm/machine.hpp"

namespace lab::play {
namespace {

Decision here(std::string why, const Facts& facts) {
  if (facts.privileged) return {Where::here, std::move(why), false};
  if (facts.no_user_namespace.empty()) return {Where::here, std::move(why), true};
  throw EnvironmentError(fmt::format(
      "hosts are network namespaces, which need root or a user namespace, and user namespaces "
      "are not available here: {}. Run it with sudo, enable user namespaces, or run it in a "
      "microVM, which needs neither: --where vm{}",
      facts.no_user_namespace,
      facts.no_vm.empty() ? "" : fmt::format(" (which cannot boot now: {})", facts.no_vm)));
}

// Whether the module is usable here, so that `auto` chooses this kernel.
bool module_shows_here(const Facts& facts) {
  if (!facts.module_loaded) return false;
  return facts.privileged || (facts.no_user_namespace.empty() && facts.no_module_there.empty());
}

std::string what_the_module_lacks(const Facts& facts) {
  return facts.module_loaded ? "tcp_lookup.ko shows nothing without root"
                             : "it is not loaded in this kernel";
}

}  // namespace

Decision decide(Where asked, const Facts& facts) {
  if (const std::string& other = facts.other_architecture; !other.empty()) {
    if (asked == Where::here)
      throw UsageError(fmt::format(
          "--where here: this kernel is not of {}, which was asked for; leave one of both out",
          other));
    if (!facts.no_vm.empty()) throw EnvironmentError(facts.no_vm);
    return {Where::vm, fmt::format("{} was asked for", other), false};
  }
  switch (asked) {
    case Where::here:
      return here("chosen by --where here", facts);
    case Where::vm:
      if (!facts.no_vm.empty()) throw EnvironmentError(facts.no_vm);
      return {Where::vm, "chosen by --where vm", false};
    case Where::automatic:
      break;
  }
  const bool foreign = !facts.foreign_program.empty();
  if (foreign && facts.no_vm.empty())
    return {Where::vm,
            fmt::format("{}, which in this kernel would have all your privileges",
                        facts.foreign_program),
            false};
  if (foreign)
    throw EnvironmentError(fmt::format(
        "{}, which in this kernel would have all your privileges, and no microVM can boot: {}. "
        "If you trust it, add --where here",
        facts.foreign_program, facts.no_vm));
  if (module_shows_here(facts)) return here("tcp_lookup.ko is loaded in this kernel", facts);
  if (facts.no_vm.empty())
    return {Where::vm,
            facts.module_loaded
                ? "without root tcp_lookup.ko shows nothing here, and a microVM needs no root"
                : "tcp_lookup.ko is not loaded in this kernel, and the lab never loads it here",
            false};
  return here(fmt::format("without the module: {}, and no microVM can boot: {}",
                          what_the_module_lacks(facts), facts.no_vm),
              facts);
}

Decision decide_to_keep(Where asked, const Facts& facts) {
  if (asked == Where::vm || !facts.other_architecture.empty())
    throw UsageError(
        "--keep needs --where here, because a microVM ends with its run. For a shell in a "
        "microVM: vm shell");
  if (!facts.privileged)
    throw EnvironmentError(
        "--keep needs root, because a kept lab has names below /run/netns, as for `ip netns`. "
        "Run it with sudo, or without --keep");
  return {Where::here,
          asked == Where::here ? "chosen by --where here"
                               : "--keep needs this kernel, because a microVM ends with its run",
          false};
}

Facts look_around(const std::string& kernel) {
  Facts facts;
  facts.module_loaded = Module::open_here().module.has_value();
  try {
    const std::string build = vm::build_directory();
    const Architecture& guest = vm::architecture_of(build, kernel);
    if (!is_this(guest)) facts.other_architecture = guest.name;
    vm::find_qemu(guest);
    facts.release = vm::find_image(build, kernel).release;
  } catch (const EnvironmentError& missing) {
    facts.no_vm = missing.what();
  }
  facts.privileged = may_build_hosts();
  if (facts.privileged) return facts;
  const UserNamespaceTrial trial = try_user_namespace([] { return Module::open_here().why_not; });
  facts.no_user_namespace = trial.why_not;
  facts.no_module_there = trial.seen;
  return facts;
}

std::string announcement(const Decision& decision, const Facts& facts) {
  if (decision.where == Where::vm)
    return fmt::format("In a microVM with kernel {}: {}.", facts.release, decision.why);
  if (!decision.user_namespace) return fmt::format("In this kernel: {}.", decision.why);
  return fmt::format(
      "In this kernel, in your own user namespace (no root): {}. Observed by sock_diag and the "
      "packets, {}.",
      decision.why,
      facts.no_module_there.empty() ? "and the module"
                                    : fmt::format("but not the module: {}", facts.no_module_there));
}

}  // namespace lab::play
