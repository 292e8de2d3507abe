// SPDX-License-Identifier: MIT
//
// An AF_PACKET socket (packet(7)), SOCK_RAW, hearing both directions of one
// interface of a namespace or of all of them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "net/namespace.hpp"
#include "util/clock.hpp"
#include "util/fd.hpp"

namespace lab {

// One frame as received.
struct Frame {
  std::optional<Timestamp> stamp;  // nothing: the kernel was not stamping yet
  int interface = 0;               // its index
  std::uint16_t link_type = 0;     // ARPHRD_ETHER, …
  bool outgoing = false;
  bool for_another_host = false;        // PACKET_OTHERHOST
  std::span<const std::uint8_t> bytes;  // until the next receive()
  std::size_t missing = 0;              // bytes at its end that were not kept
  bool checksum_missing = false;        // left to the network card (CHECKSUM_PARTIAL)
};

class PacketSocket {
 public:
  // The part of a frame that is kept. A packet on lo may be a whole 64 KiB send with
  // its headers.
  static constexpr std::size_t snap_length = 1 << 17;

  // `device` empty: all interfaces, later ones included. Throws EnvironmentError.
  PacketSocket(const Namespace& space, const std::string& device);
  PacketSocket(PacketSocket&&) = default;
  PacketSocket& operator=(PacketSocket&&) = delete;
  ~PacketSocket();

  int fd() const { return fd_.get(); }
  // The next frame; nothing when there is none now.
  std::optional<Frame> receive();
  // How many frames were lost since the last call because the buffer was full.
  std::uint32_t take_drops();
  // "if7" for one that is gone.
  std::string interface_name(int index) const;

  // close_by_the_kernel() (net/packet_fd.hpp): of no use afterwards. False: it is open still.
  bool close_by_the_kernel();

 private:
  Fd fd_;
};

}  // namespace lab
