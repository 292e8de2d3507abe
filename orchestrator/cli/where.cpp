// SPDX-License-Identifier: MIT
#include "cli/where.hpp"

#include <fmt/format.h>

#include "util/error.hpp"
#include "view/module.hpp"
#include "vm/image.hpp"
#include "vm/machine.hpp"

namespace lab::cli {

Decision decide(Where asked, const Facts& facts) {
  switch (asked) {
    case Where::here:
      return {Where::here, "asked for by --where here"};
    case Where::vm:
      if (!facts.no_vm.empty()) throw EnvironmentError(facts.no_vm);
      return {Where::vm, "asked for by --where vm"};
    case Where::automatic:
      break;
  }
  if (facts.module_loaded) return {Where::here, "tcp_lookup.ko is loaded in this kernel"};
  if (facts.no_vm.empty())
    return {Where::vm, "tcp_lookup.ko is not loaded in this kernel, and is never loaded unasked"};
  return {Where::here, fmt::format("without the module: it is not loaded in this kernel, and no "
                                   "microVM can be booted: {}",
                                   facts.no_vm)};
}

Facts look_around(const std::string& kernel) {
  Facts facts;
  facts.module_loaded = Module::open_here().module.has_value();
  try {
    vm::find_qemu();
    facts.release = vm::find_image(vm::build_directory(), kernel).release;
  } catch (const EnvironmentError& missing) {
    facts.no_vm = missing.what();
  }
  return facts;
}

std::string announcement(const Decision& decision, const Facts& facts) {
  return decision.where == Where::vm
             ? fmt::format("In a microVM with Debian's kernel {}: {}.", facts.release, decision.why)
             : fmt::format("In this kernel: {}.", decision.why);
}

}  // namespace lab::cli
