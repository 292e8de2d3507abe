// SPDX-License-Identifier: MIT
#include "net/inject.hpp"

#include <linux/if_packet.h>
#include <sys/socket.h>

#include <cstring>
#include <utility>

#include "net/packet_fd.hpp"
#include "util/error.hpp"

namespace lab {

Injector::Injector(const Namespace& space)
    : fd_(open_packet_fd(space, "injecting packets")), host_(space.name()) {}

Injector::~Injector() { close_aside(std::move(fd_)); }

void Injector::send(const LinkEnd& from, std::span<const std::uint8_t> frame) {
  constexpr std::size_t ethertype = 12;  // its offset in the frame
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = from.index;
  std::memcpy(&to.sll_protocol, frame.subspan(ethertype).data(), sizeof to.sll_protocol);
  checked(::sendto(fd_.get(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                   sizeof to),
          "sendto(AF_PACKET)", from.name + " of " + host_);
}

}  // namespace lab
