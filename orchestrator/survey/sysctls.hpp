// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "explain/facts.hpp"
#include "net/namespace.hpp"

namespace lab::survey {

// "32768	60999". Pure.
std::optional<explain::PortRange> port_range_from(std::string_view text);
// "8080,9000-9100"; what is no port is passed over. Pure.
std::vector<explain::PortRange> port_list_from(std::string_view text);

// Those that decide what a SYN meets.
explain::Sysctls read_sysctls(const Namespace& space);

}  // namespace lab::survey
