// SPDX-License-Identifier: MIT
//
// Sends frames from the interfaces of a namespace, bypassing its TCP/IP. They pass
// the interface's queue, so that sch_plug holds them too, and captures there see them.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "net/link.hpp"
#include "net/namespace.hpp"
#include "util/fd.hpp"

namespace lab {

class Injector {
 public:
  // Throws EnvironmentError.
  explicit Injector(const Namespace& space);
  Injector(Injector&&) = default;
  Injector& operator=(Injector&&) = delete;
  ~Injector();

  // A frame with its Ethernet header, from that interface of the namespace. Throws
  // SystemError: ENETDOWN; EMSGSIZE when the packet is longer than the MTU.
  void send(const LinkEnd& from, std::span<const std::uint8_t> frame);
  // A TCP segment that may be longer than the MTU, and arrives as one: like several with so many
  // bytes of data each, of which a device with TSO makes one (linux/virtio_net.h, VIRTIO_NET_HDR_GSO).
  void send_whole(const LinkEnd& from, std::span<const std::uint8_t> frame, std::uint16_t part);

 private:
  const Namespace& space_;
  Fd fd_;
  Fd whole_;  // for send_whole(); opened when it is needed
};

}  // namespace lab
