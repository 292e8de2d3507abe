// SPDX-License-Identifier: MIT
//
// Watches one namespace and reports each incident as it happens.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "collect/peer_processes.hpp"
#include "net/namespace.hpp"
#include "record/incident.hpp"

namespace lab::collect {

struct Watched {
  std::uint64_t incidents = 0;
  std::uint64_t lost = 0;  // events or packets that it was too slow for
};

// Until `end_fd` is readable; `report` gets each incident. `ready` is called once when nothing that
// happens from then on is missed, with what cannot be seen (empty: nothing). Throws
// EnvironmentError without the rights for it.
Watched watch(const Namespace& space, const std::string& netns, int end_fd,
              const std::function<void(const std::string& limits)>& ready,
              const std::function<void(const ObservedIncident&, PeerProcesses&)>& report);

}  // namespace lab::collect
