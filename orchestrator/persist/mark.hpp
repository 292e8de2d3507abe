// SPDX-License-Identifier: MIT
//
// The mark that identifies a network namespace as ours: not its name, which anybody can
// use, but the alias of its loopback interface (IFLA_IFALIAS, `ip -n NAME link show
// lo`). The mark ends with the namespace. A file that will be or was a namespace's
// name contains the same text.
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
