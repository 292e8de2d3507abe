// SPDX-License-Identifier: MIT
#include "capture/capture.hpp"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/net_tstamp.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>

#include "capture/decode.hpp"
#include "capture/timestamps.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

// A packet on lo may be a whole 64 KiB send, and its headers.
constexpr std::size_t largest_packet = 1 << 17;

template <typename T>
void set_option(int fd, int level, int option, const T& value, const char* name) {
  checked(::setsockopt(fd, level, option, &value, sizeof value), "setsockopt", name);
}

Fd open_socket(const Namespace& space) {
  // Protocol 0: it hears nothing before it is bound, so nothing from an
  // interface that was not meant.
  Fd fd(in(space, [] { return ::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }));
  if (!fd && errno == EPERM)
    throw EnvironmentError(
        "capturing packets needs CAP_NET_RAW: run it with sudo, or with --where vm");
  checked(fd.get(), "socket(AF_PACKET)", space.name());
  return fd;
}

int index_in(int fd, const std::string& device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device.c_str(), IFNAMSIZ - 1);
  checked(::ioctl(fd, SIOCGIFINDEX, &request), "ioctl(SIOCGIFINDEX)", device);
  return request.ifr_ifindex;
}

// Nothing if the kernel left the packet unstamped.
Timestamp stamp_of(msghdr& message) {
  for (cmsghdr* each = CMSG_FIRSTHDR(&message); each; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SO_TIMESTAMPING) continue;
    scm_timestamping stamps;
    std::memcpy(&stamps, CMSG_DATA(each), sizeof stamps);
    return stamps.ts[0].tv_sec * Timestamp{1'000'000'000} + stamps.ts[0].tv_nsec;
  }
  return now();
}

}  // namespace

Capture::Capture(const Namespace& space, std::string host, const std::string& device)
    : socket_(open_socket(space)), host_(std::move(host)) {
  await_timestamps(Deadline(std::chrono::seconds(5)));
  set_option(socket_.get(), SOL_SOCKET, SO_TIMESTAMPING,
             int{SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE}, "SO_TIMESTAMPING");
  // A limit, not an allocation. FORCE goes past net.core.rmem_max.
  set_option(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, int{64 << 20}, "SO_RCVBUFFORCE");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = device.empty() ? 0 : index_in(socket_.get(), device);
  checked(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address),
          "bind(AF_PACKET)", space.name() + (device.empty() ? "" : " " + device));
}

// close(2) of an AF_PACKET socket waits for an RCU grace period
// (packet_release, synchronize_net): some 15 ms in which nothing happens.
// In threads of their own, those of many hosts wait for the same one.
Capture::~Capture() {
  if (!socket_) return;
  const int fd = socket_.release();
  try {
    std::thread([fd] { ::close(fd); }).detach();
  } catch (const std::system_error&) {
    ::close(fd);
  }
}

std::size_t Capture::drain(std::vector<Packet>& into) {
  static thread_local std::array<std::uint8_t, largest_packet> buffer;
  for (std::size_t count = 0;; ++count) {
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
    const ssize_t got = ::recvmsg(socket_.get(), &message, 0);
    if (got < 0 && errno == EAGAIN) return count;
    checked(got, "recvmsg(AF_PACKET)", host_);

    Packet packet;
    packet.time = stamp_of(message);
    packet.host = host_;
    packet.device = device_name(from.sll_ifindex);
    packet.outgoing = from.sll_pkttype == PACKET_OUTGOING;
    packet.bytes.assign(buffer.begin(), buffer.begin() + got);
    if (from.sll_hatype == ARPHRD_ETHER || from.sll_hatype == ARPHRD_LOOPBACK)
      decode(packet);
    else
      packet.protocol = "link type " + std::to_string(from.sll_hatype);  // no Ethernet header
    into.push_back(std::move(packet));
  }
}

std::uint64_t Capture::dropped() {
  tpacket_stats stats{};
  socklen_t length = sizeof stats;
  checked(::getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &stats, &length),
          "getsockopt(PACKET_STATISTICS)", host_);
  dropped_ += stats.tp_drops;  // reading sets the kernel's count back to 0
  return dropped_;
}

const std::string& Capture::device_name(int index) {
  const auto known = names_.find(index);
  if (known != names_.end()) return known->second;
  ifreq request{};
  request.ifr_ifindex = index;
  // Gone by now: its number is all that is left of it.
  const bool there = ::ioctl(socket_.get(), SIOCGIFNAME, &request) == 0;
  return names_[index] = there ? request.ifr_name : "if" + std::to_string(index);
}

}  // namespace lab
