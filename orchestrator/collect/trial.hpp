// SPDX-License-Identifier: MIT
//
// What only a trial tells of this kernel. It is made in a network namespace of
// its own, which is gone afterwards: nothing of the machine is touched.
#pragma once

#include <optional>

namespace lab::collect {

// Does a listener whose backlog is 0 take its first SYN without a SYN cookie?
// Nothing: no privilege to make a namespace.
std::optional<bool> takes_one_more_request();

}  // namespace lab::collect
