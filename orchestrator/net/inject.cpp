// SPDX-License-Identifier: MIT
#include "net/inject.hpp"

#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "net/craft.hpp"
#include "net/packet_fd.hpp"
#include "util/error.hpp"

namespace lab {

namespace {

constexpr std::size_t ethertype = 12;  // its offset in a frame

sockaddr_ll address_of(const LinkEnd& from, std::span<const std::uint8_t> frame) {
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = from.index;
  std::memcpy(&to.sll_protocol, frame.subspan(ethertype).data(), sizeof to.sll_protocol);
  return to;
}

// linux/virtio_net.h, which is not C++: struct virtio_net_hdr and its constants.
struct Offload {
  std::uint8_t flags = 0, gso_type = 0;
  std::uint16_t hdr_len = 0, gso_size = 0, csum_start = 0, csum_offset = 0;
};
constexpr std::uint8_t needs_csum = 1, gso_tcpv4 = 1, gso_tcpv6 = 4;

// How much of a long packet is in the first page of its buffer, behind what the kernel reserves
// there: as much as a tun device puts there (tun_get_user(); SKB_MAX_HEAD(NET_SKB_PAD) of a page of
// 4 KiB). The rest is in other pages. A receive buffer is charged for whole pages, and a window
// depends on it.
constexpr std::size_t most_in_head = 3712;

// What the device is asked to do with a segment of TCP: to divide it, and to complete its checksum.
Offload offload_of(std::span<const std::uint8_t> frame, std::uint16_t part) {
  constexpr std::size_t ip = ETH_HLEN, in_tcp = offsetof(tcphdr, check);
  const bool v4 = frame[ip] >> 4 == 4;
  const std::size_t tcp = ip + (v4 ? std::size_t{4} * (frame[ip] & 0x0f) : sizeof(ip6_hdr));
  Offload header;
  header.flags = needs_csum;
  header.gso_type = v4 ? gso_tcpv4 : gso_tcpv6;
  header.gso_size = part;
  header.hdr_len = static_cast<std::uint16_t>(std::min(frame.size(), ETH_HLEN + most_in_head));
  header.csum_start = static_cast<std::uint16_t>(tcp);
  header.csum_offset = in_tcp;
  return header;
}

}  // namespace

Injector::Injector(const Namespace& space)
    : space_(space), fd_(open_packet_fd(space, "injecting packets")) {}

Injector::~Injector() {
  close_aside(std::move(fd_));
  if (whole_) close_aside(std::move(whole_));
}

void Injector::send(const LinkEnd& from, std::span<const std::uint8_t> frame) {
  const sockaddr_ll to = address_of(from, frame);
  checked(::sendto(fd_.get(), frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                   sizeof to),
          "sendto(AF_PACKET)", from.name + " of " + space_.name());
}

void Injector::send_whole(const LinkEnd& from, std::span<const std::uint8_t> frame,
                          std::uint16_t part) {
  if (!whole_) {
    whole_ = open_packet_fd(space_, "injecting packets");
    const int on = 1;
    checked(::setsockopt(whole_.get(), SOL_PACKET, PACKET_VNET_HDR, &on, sizeof on),
            "setsockopt(PACKET_VNET_HDR)", space_.name());
  }
  sockaddr_ll to = address_of(from, frame);
  Offload header = offload_of(frame, part);
  // With an offload the checksum's field has the sum of the pseudo-header, not inverted.
  FrameBytes bytes(frame.begin(), frame.end());
  put_pseudo_header_sum(bytes);
  iovec parts[] = {{&header, sizeof header}, {bytes.data(), bytes.size()}};
  msghdr message{};
  message.msg_name = &to;
  message.msg_namelen = sizeof to;
  message.msg_iov = parts;
  message.msg_iovlen = std::size(parts);
  checked(::sendmsg(whole_.get(), &message, 0), "sendmsg(AF_PACKET)",
          from.name + " of " + space_.name());
}

}  // namespace lab
