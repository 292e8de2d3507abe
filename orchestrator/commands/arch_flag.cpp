// SPDX-License-Identifier: MIT
#include "commands/arch_flag.hpp"

#include <fmt/format.h>

#include <vector>

#include "util/architecture.hpp"
#include "util/error.hpp"
#include "vm/image.hpp"

namespace lab::commands {
namespace {

UsageError contradiction(const std::string& kernel, const Architecture& of,
                         const std::string& asked) {
  return UsageError(
      fmt::format("--kernel {}: this kernel is for {}, and not for {}", kernel, of.name, asked));
}

}  // namespace

void add_arch_flag(CLI::App& command, std::string& architecture) {
  std::vector<std::string> names;
  for (const Architecture& each : architectures) names.emplace_back(each.name);
  command
      .add_option("--arch", architecture,
                  "the microVM's processor; default: this machine's. Another one is translated\n"
                  "by QEMU (docs/kernels.md)")
      ->check(CLI::IsMember(names))
      ->envname("LAB_ARCH");
}

std::string guest_of(const std::string& kernel, const std::string& architecture) {
  if (architecture.empty()) return kernel;
  if (kernel.find('/') != std::string::npos) {
    const std::string build = vm::build_directory();
    const Architecture& of = vm::architecture_of(build, kernel);
    if (of.name != architecture) throw contradiction(kernel, of, architecture);
    return kernel;
  }
  const vm::GuestName named = vm::split_guest_name(kernel);
  const bool names_one = named.kernel != kernel;
  if (names_one && named.architecture->name != architecture)
    throw contradiction(kernel, *named.architecture, architecture);
  return vm::guest_name(named.kernel, *find_architecture(architecture));
}

}  // namespace lab::commands
