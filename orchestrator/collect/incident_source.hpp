// SPDX-License-Identifier: MIT
//
// Where incidents come from: the module's trace or, without it, a capture.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "record/incident.hpp"

namespace lab::collect {

class IncidentSource {
 public:
  virtual ~IncidentSource() = default;
  virtual int fd() const = 0;  // readable: there is something to drain
  // Appends what has happened since the last call. Never waits.
  virtual void drain(std::vector<Incident>& into, std::vector<Connecting>& connecting) = 0;
  virtual std::uint64_t lost() = 0;         // events or packets that are missing
  virtual std::string witness() const = 0;  // "module", "capture"
  virtual std::string limits() const = 0;   // what it cannot see, and why; empty: nothing
};

// The best that this kernel and this user have. Begins to listen at once.
// Throws EnvironmentError without the rights for either.
std::unique_ptr<IncidentSource> open_source(const Namespace& space);

}  // namespace lab::collect
