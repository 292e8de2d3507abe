// SPDX-License-Identifier: MIT
//
// Why a connection that is being watched was refused or not answered.
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

// Diagnoses by the tables as they are when it is asked. One thread.
class IncidentCause {
 public:
  // `netns` is what the user called `here`; empty: the namespace that we are in.
  IncidentCause(const Namespace& here, std::string netns);

  // Nothing: the tables have changed since, or the server is on another machine.
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
