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

 private:
  Fd fd_;
  std::string host_;  // for messages
};

}  // namespace lab
