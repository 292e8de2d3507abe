// SPDX-License-Identifier: MIT
//
// Why a watched connection was refused or not answered.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "collect/peer_processes.hpp"
#include "explain/diagnosis.hpp"
#include "net/namespace.hpp"
#include "record/incident.hpp"

namespace lab::commands {

// Diagnoses from the current tables. Not thread-safe.
class IncidentCause {
 public:
  // `netns` is the user's name for `here`; empty: our own namespace.
  IncidentCause(const Namespace& here, std::string netns);

  // Nothing if the tables have changed since or the server is on another machine.
  std::optional<explain::Conclusion> find(const Incident& incident, collect::PeerProcesses& peers);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    Clock::time_point when;
    std::optional<explain::Conclusion> conclusion;
  };

  std::optional<explain::Conclusion> diagnose(const Namespace& netns, const std::string& argument,
                                              const Endpoint& destination, const Endpoint& source);

  const Namespace& here_;
  std::string netns_;
  std::map<std::pair<ino_t, std::pair<Endpoint, Endpoint>>, Known> known_;
};

}  // namespace lab::commands
