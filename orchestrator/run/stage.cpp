// SPDX-License-Identifier: MIT
#include "run/stage.hpp"

#include <poll.h>

#include <algorithm>

namespace lab::run {

Host& Stage::host(const std::string& name) {
  return *std::find_if(hosts.begin(), hosts.end(),
                       [&](const Host& candidate) { return candidate.name() == name; });
}

TcpSocket& Stage::socket(const std::string& name) { return sockets.at(name); }

void Stage::enter(const std::string& name, const std::string& host_name, TcpSocket socket) {
  timeline.sockets.push_back({name, host_name, socket.cookie(), socket.inode()});
  sockets.insert_or_assign(name, std::move(socket));
}

void Stage::drain() {
  for (Host& each : hosts) {
    each.capture().drain(timeline.packets);
    timeline.packets_lost |= each.capture().dropped() > 0;
  }
  std::stable_sort(timeline.packets.begin(), timeline.packets.end(),
                   [](const Packet& a, const Packet& b) { return a.time < b.time; });
}

void Stage::await_change(const Deadline& deadline) {
  constexpr int look_again = 2;  // ms: the kernel tells nobody that a table has changed
  std::vector<pollfd> polled;
  for (Host& each : hosts) polled.push_back({each.capture().fd(), POLLIN, 0});
  ::poll(polled.data(), polled.size(), std::min(look_again, deadline.poll_timeout()));
}

}  // namespace lab::run
