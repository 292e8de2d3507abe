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
                      const std::function<void(const Packet&)>& tell,
                      const std::function<void()>& told) {
  Capture capture(space, host, settings.device);
  ready();
  Watched watched;
  std::vector<Packet> packets;
  const auto enough = [&] { return settings.most != 0 && watched.packets == settings.most; };
  for (bool ended = false; !ended && !enough();) {
    // Of the reader's end only that it is gone: POLLERR comes unasked.
    std::array<pollfd, 3> polled{
        {{capture.fd(), POLLIN, 0}, {settings.end_fd, POLLIN, 0}, {settings.reader_fd, 0, 0}}};
    if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR)
      throw_errno("poll", "a capture");
    ended = polled[1].revents != 0 || polled[2].revents != 0;
    packets.clear();
    capture.drain(packets);
    for (const Packet& packet : packets) {
      if (enough()) break;
      tell(packet);
      ++watched.packets;
    }
    told();
  }
  watched.lost = capture.dropped();
  return watched;
}

}  // namespace lab::persist
