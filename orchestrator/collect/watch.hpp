// SPDX-License-Identifier: MIT
//
// Watches one namespace and tells of each incident as it happens.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "explain/incident_text.hpp"
#include "net/namespace.hpp"

namespace lab::collect {

struct Watched {
  std::uint64_t incidents = 0;
  std::uint64_t lost = 0;  // events or packets that it was too slow for
};

// Until `end_fd` is readable. `ready` is called once when nothing that happens
// from then on is missed, with what cannot be seen (empty: nothing).
// Throws EnvironmentError without the rights for it.
Watched watch(const Namespace& space, const std::string& netns, int end_fd,
              const std::function<void(const std::string& limits)>& ready,
              const std::function<void(const explain::Told&)>& tell);

}  // namespace lab::collect
