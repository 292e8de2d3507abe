// SPDX-License-Identifier: MIT
#include "commands/require_root.hpp"

#include <fmt/format.h>

#include "process/user_namespace.hpp"
#include "util/error.hpp"

namespace lab::commands {

void require_root(std::string_view command) {
  if (!may_build_hosts())
    throw EnvironmentError(
        fmt::format("{} needs root, because kept labs belong to root; run it with sudo", command));
}

}  // namespace lab::commands
