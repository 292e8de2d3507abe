// SPDX-License-Identifier: MIT
//
// By what a network namespace is known to be ours: not by its name, which anybody
// may give, but by what its loopback interface says of itself (IFLA_IFALIAS, `ip
// -n NAME link show lo`). The mark is in the namespace and goes with it. A file that
// is to become a namespace's name, or was one, holds the same words as its text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/netlink.hpp"

namespace lab::persist {

struct Mark {
  std::string lab, host;
  bool operator==(const Mark&) const = default;
};

std::string to_text(const Mark& mark);  // "tcp-lookup-lab: host a of lab simopen"
std::optional<Mark> mark_from(std::string_view text);

// Throws SystemError.
void set_mark(Netlink& netlink, const Mark& mark);
// Nothing: it has none. Throws SystemError, and EnvironmentError when the
// namespace may not be entered.
std::optional<Mark> mark_of(const Namespace& space);

}  // namespace lab::persist
