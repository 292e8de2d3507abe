// SPDX-License-Identifier: MIT
#include "capture/packet_socket.hpp"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "net/packet_fd.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

void set_option(int fd, int option, int value, const char* name) {
  checked(::setsockopt(fd, SOL_SOCKET, option, &value, sizeof value), "setsockopt", name);
}

// A limit, not an allocation. FORCE goes past net.core.rmem_max, and is for the
// initial user namespace's root alone (sock_setsockopt()); in another one the
// limit is what the machine allows everybody, and take_drops() says if that was
// too little.
void make_room(int fd) {
  constexpr int wanted = 64 << 20;
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted) == 0) return;
  if (errno != EPERM) throw_errno("setsockopt", "SO_RCVBUFFORCE");
  set_option(fd, SO_RCVBUF, wanted, "SO_RCVBUF");
}

int index_in(int fd, const std::string& device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device.c_str(), IFNAMSIZ - 1);
  checked(::ioctl(fd, SIOCGIFINDEX, &request), "ioctl(SIOCGIFINDEX)", device);
  return request.ifr_ifindex;
}

std::optional<Timestamp> stamp_of(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SO_TIMESTAMPING) continue;
    scm_timestamping stamps;
    std::memcpy(&stamps, CMSG_DATA(each), sizeof stamps);
    return stamps.ts[0].tv_sec * Timestamp{1'000'000'000} + stamps.ts[0].tv_nsec;
  }
  return std::nullopt;
}

bool lacks_checksum(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_PACKET || each->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata data;
    std::memcpy(&data, CMSG_DATA(each), sizeof data);
    return (data.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
  }
  return false;
}

}  // namespace

PacketSocket::PacketSocket(const Namespace& space, const std::string& device)
    : fd_(open_packet_fd(space, "capturing packets")) {
  // SO_TIMESTAMPING, not SO_TIMESTAMPNS: the latter silently gives an unstamped
  // packet the time at which it is read.
  set_option(fd_.get(), SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE,
             "SO_TIMESTAMPING");
  constexpr int on = 1;
  checked(::setsockopt(fd_.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on), "setsockopt",
          "PACKET_AUXDATA");
  make_room(fd_.get());
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = device.empty() ? 0 : index_in(fd_.get(), device);
  checked(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
          "bind(AF_PACKET)", device.empty() ? space.name() : device + " of " + space.name());
}

PacketSocket::~PacketSocket() { close_aside(std::move(fd_)); }

std::optional<Frame> PacketSocket::receive() {
  static thread_local std::array<std::uint8_t, snap_length> buffer;
  sockaddr_ll from{};
  alignas(cmsghdr) std::array<char, 256> control;
  iovec data{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  // MSG_TRUNC: returns the frame's length even if it did not fit.
  const ssize_t got = ::recvmsg(fd_.get(), &message, MSG_TRUNC);
  if (got < 0 && errno == EAGAIN) return std::nullopt;
  checked(got, "recvmsg", "AF_PACKET");
  const auto length = static_cast<std::size_t>(got);
  const std::size_t kept = std::min(length, buffer.size());
  return Frame{stamp_of(message),
               from.sll_ifindex,
               from.sll_hatype,
               from.sll_pkttype == PACKET_OUTGOING,
               from.sll_pkttype == PACKET_OTHERHOST,
               std::span(buffer).first(kept),
               length - kept,
               lacks_checksum(message)};
}

bool PacketSocket::close_by_the_kernel() { return lab::close_by_the_kernel(fd_); }

std::uint32_t PacketSocket::take_drops() {
  tpacket_stats stats{};
  socklen_t length = sizeof stats;
  checked(::getsockopt(fd_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &length), "getsockopt",
          "PACKET_STATISTICS");
  return stats.tp_drops;
}

std::string PacketSocket::interface_name(int index) const {
  ifreq request{};
  request.ifr_ifindex = index;
  const bool there = ::ioctl(fd_.get(), SIOCGIFNAME, &request) == 0;
  return there ? request.ifr_name : "if" + std::to_string(index);
}

}  // namespace lab
