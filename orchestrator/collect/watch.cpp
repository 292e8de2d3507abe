// SPDX-License-Identifier: MIT
#include "collect/watch.hpp"

#include <poll.h>

#include <array>
#include <cerrno>

#include "collect/incident_source.hpp"
#include "util/error.hpp"

namespace lab::collect {

Watched watch(const Namespace& space, const std::string& netns, int end_fd,
              const std::function<void(const std::string& limits)>& ready,
              const std::function<void(const ObservedIncident&, PeerProcesses&)>& report) {
  const auto source = open_source(space);
  PeerProcesses peers(space, netns);
  ready(source->limits());
  Watched watched;
  std::vector<Incident> incidents;
  std::vector<Connecting> connecting;
  for (;;) {
    std::array<pollfd, 2> waited{{{source->fd(), POLLIN, 0}, {end_fd, POLLIN, 0}}};
    if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR)
      throw_errno("poll", "the trace");
    incidents.clear();
    connecting.clear();
    source->drain(incidents, connecting);
    // First the processes that connect, which may be about to exit.
    for (const auto& each : connecting) peers.remember(each);
    for (const auto& incident : incidents) {
      report({incident, peers.local_process(incident), peers.remote_process(incident),
              source->witness()},
             peers);
      ++watched.incidents;
    }
    if (waited[1].revents != 0) break;
  }
  watched.lost = source->lost();
  return watched;
}

}  // namespace lab::collect
