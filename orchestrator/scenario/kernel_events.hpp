// SPDX-License-Identifier: MIT
//
// The events that a `path` step can name, and the words allowed with each, from the view
// "trace" in include/tcp_lookup/contract.h. With them the parser refuses misspelt events, which
// would never happen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::scenario {

struct KernelEvent {
  std::string name;  // as for IPv4
  std::vector<std::string> outcomes;
  std::vector<std::string> details;
  bool reasons = false;  // whether it may have a reason, in the kernel's words
};

const std::vector<KernelEvent>& kernel_events();

// The IPv4 name of a function with an IPv6 name; any other name unchanged.
std::string_view ipv4_name(std::string_view name);

}  // namespace lab::scenario
