// SPDX-License-Identifier: MIT
//
// Names of network namespaces as ip-netns(8) makes them: a file below /run/netns
// onto which the namespace is mounted. While it is no mount, the file holds our mark.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "persist/locations.hpp"
#include "persist/mark.hpp"

namespace lab::persist {

// Throws UsageError when there is such a name, SystemError.
void give_name(const Place& place, const std::string& name, const Namespace& space,
               const Mark& mark);

struct Name {
  std::string name;
  // The inode of the namespace; nothing: no namespace is mounted there.
  std::optional<std::uint64_t> inode;
  // The mark of the namespace, or of the file; nothing: it is not ours, or unreadable.
  std::optional<Mark> mark;
};

// Of one; nothing: there is no such name.
std::optional<Name> look_at_name(const Place& place, const std::string& name);
// Of all, in alphabetical order.
std::vector<Name> list_names(const Place& place);

// The namespace that is mounted there. Throws UsageError when `name` is not one path
// component (util/path_component.hpp), and EnvironmentError when it cannot be opened.
Namespace open_name(const Place& place, const std::string& name);

// Unmounts and removes it; it may be gone already. Throws SystemError.
void take_name(const Place& place, const std::string& name);

}  // namespace lab::persist
