// SPDX-License-Identifier: MIT
//
// The events that a path may name, and the words that may stand beside each:
// what include/tcp_lookup/contract.h says of the view "trace", for the parser,
// which so refuses a misspelt event, which would never come.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lab::scenario {

struct KernelEvent {
  std::string name;  // as for IPv4
  std::vector<std::string> outcomes;
  std::vector<std::string> details;
  bool reasons = false;  // whether it may have one, a word of the kernel's own
};

const std::vector<KernelEvent>& kernel_events();

// The IPv4 name of a function that is named as for IPv6; any other as it is.
std::string_view ipv4_name(std::string_view name);

}  // namespace lab::scenario
