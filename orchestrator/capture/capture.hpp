// SPDX-License-Identifier: MIT
//
// What crosses the interfaces of one host, in both directions, decoded. One
// socket serves all interfaces, since closing one costs the kernel a grace period.
//
// On lo a packet is seen twice, when it is sent and when it is received; both
// are kept, and Packet::outgoing distinguishes them. Held packets (net/hold.hpp)
// are seen when they are released. Time is CLOCK_REALTIME, taken by the kernel
// as the packet passes, and compares with lab::now().
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "capture/packet_socket.hpp"
#include "net/namespace.hpp"
#include "record/packet.hpp"

namespace lab {

class Capture {
 public:
  // Begins to listen on all interfaces of `space`, later ones included, or on
  // one of them. `host` goes into the packets. Waits until the kernel stamps
  // packets (timestamps.hpp). Throws EnvironmentError.
  Capture(const Namespace& space, std::string host, const std::string& device = "");

  int fd() const { return socket_.fd(); }  // readable: there is something to drain

  // Appends the packets received since the last call, in order, decoded. Never
  // waits. Returns their number.
  std::size_t drain(std::vector<Packet>& into);

  // How many packets the kernel has dropped because the buffer was full. Unless it
  // is 0, the absence of a packet proves nothing.
  std::uint64_t dropped();
  // How many packets have the time at which they were read, because the kernel had not
  // stamped them. Only the order of these is known.
  std::uint64_t unstamped() const { return unstamped_; }

 private:
  const std::string& device_name(int index);

  PacketSocket socket_;
  std::string host_;
  std::map<int, std::string> names_;
  std::uint64_t dropped_ = 0;
  std::uint64_t unstamped_ = 0;
};

}  // namespace lab
