// SPDX-License-Identifier: MIT
//
// Looks at this machine and fills in Facts. Nothing is changed by it,
// and no TCP segment is sent. Needs no privilege in the namespace that the
// caller is in; what only root may see is then marked as not seen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "collect/target.hpp"
#include "net/namespace.hpp"
#include "record/machine_facts.hpp"

namespace lab::collect {

struct Wanted {
  Target target;
  std::string netns;   // as --netns was given; empty: where we are
  std::string device;  // on which the SYN comes in; empty: find out
  // Of the sending socket, if it is here; nothing: the caller's uid, and no mark.
  std::optional<std::uint32_t> uid = {};
  std::optional<std::uint32_t> mark = {};
  bool reuses_address = false;  // it has SO_REUSEADDR
};

// Throws UsageError for a device that is not there, EnvironmentError when the
// kernel lists no sockets.
Facts look(const Namespace& space, const Wanted& wanted);

}  // namespace lab::collect
