// SPDX-License-Identifier: MIT
//
// What crosses the interfaces of one host: an AF_PACKET socket (packet(7))
// opened inside its namespace, hearing both directions. One socket serves all
// interfaces of the host, since closing one costs the kernel a grace period.
//
// On lo a packet is seen twice, when it is sent and when it is received; both
// are kept, and Packet::outgoing tells them apart. Held packets (net/hold.hpp)
// are seen when they are released. Time is CLOCK_REALTIME, taken by the kernel
// as the packet passes, and compares with lab::now().
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "record/packet.hpp"
#include "util/fd.hpp"

namespace lab {

class Capture {
 public:
  // Begins to listen on all interfaces of `space`, those to come too, or on
  // one of them. `host` goes into the packets. Waits until the kernel stamps
  // packets (timestamps.hpp). Throws EnvironmentError.
  Capture(const Namespace& space, std::string host, const std::string& device = "");
  Capture(Capture&&) = default;
  Capture& operator=(Capture&&) = delete;
  ~Capture();

  int fd() const { return socket_.get(); }  // readable: there is something to drain

  // Appends what has come, in the order it came, decoded. Never waits.
  // Returns how many packets that were.
  std::size_t drain(std::vector<Packet>& into);

  // How many packets the kernel had to throw away for want of room, since the
  // beginning. While it is not 0, the absence of a packet cannot be claimed.
  std::uint64_t dropped();

 private:
  const std::string& device_name(int index);

  Fd socket_;
  std::string host_;
  std::map<int, std::string> names_;
  std::uint64_t dropped_ = 0;
};

}  // namespace lab
