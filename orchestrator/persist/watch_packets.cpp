// SPDX-License-Identifier: MIT
#include "persist/watch_packets.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <vector>

#include "capture/capture.hpp"
#include "util/error.hpp"

namespace lab::persist {

Watched watch_packets(const Namespace& space, const std::string& host,
                      const WatchSettings& settings, const std::function<void()>& ready,
                      const std::function<void(const Packet&)>& report,
                      const std::function<void()>& batch_done) {
  Capture capture(space, host, settings.device);
  ready();
  Watched watched;
  std::vector<Packet> packets;
  const auto enough = [&] { return settings.most != 0 && watched.packets == settings.most; };
  for (bool ended = false; !ended && !enough();) {
    // Only notices that the reader is gone: poll(2) always reports POLLERR.
    std::array<pollfd, 3> polled{
        {{capture.fd(), POLLIN, 0}, {settings.end_fd, POLLIN, 0}, {settings.reader_fd, 0, 0}}};
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR)
      throw_errno("poll", "a capture");
    ended = polled[1].revents != 0 || polled[2].revents != 0;
    packets.clear();
    capture.drain(packets);
    for (const Packet& packet : packets) {
      if (enough()) break;
      report(packet);
      ++watched.packets;
    }
    batch_done();
  }
  watched.lost = capture.dropped();
  return watched;
}

}  // namespace lab::persist
