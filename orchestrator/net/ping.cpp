// SPDX-License-Identifier: MIT
#include "net/ping.hpp"

#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "net/socket.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab {
namespace {

// Type, code, checksum, identifier, sequence number: the same eight bytes in
// ICMP and ICMPv6.
struct Echo {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
};
static_assert(sizeof(Echo) == 8);

// RFC 1071. For ICMPv6, which includes a pseudo-header, the kernel fills it in.
std::uint16_t internet_checksum(const Echo& echo) {
  std::array<std::uint16_t, sizeof echo / 2> words;
  std::memcpy(words.data(), &echo, sizeof echo);
  std::uint32_t sum = 0;
  for (const std::uint16_t word : words) sum += word;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

Echo request_for(Family family) {
  static std::uint16_t sequence = 0;
  Echo echo;
  echo.type = family == Family::inet ? ICMP_ECHO : ICMP6_ECHO_REQUEST;
  echo.identifier = htons(static_cast<std::uint16_t>(::getpid()));
  echo.sequence = htons(++sequence);
  if (family == Family::inet) echo.checksum = internet_checksum(echo);
  return echo;
}

// A raw IPv4 socket returns the IP header, too; an IPv6 one does not (raw(7), RFC 3542).
bool is_reply_to(const Echo& request, Family family, const std::uint8_t* data, std::size_t size) {
  std::size_t offset = 0;
  if (family == Family::inet) {
    if (size < sizeof(iphdr)) return false;
    offset = std::size_t{4} * (data[0] & 0x0f);
  }
  if (size < offset + sizeof(Echo)) return false;
  Echo reply;
  std::memcpy(&reply, data + offset, sizeof reply);
  const std::uint8_t wanted = family == Family::inet ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;
  return reply.type == wanted && reply.identifier == request.identifier &&
         reply.sequence == request.sequence;
}

}  // namespace

Result ping(const Namespace& space, const Address& destination, const Deadline& deadline) {
  const Family family = destination.family();
  const int protocol = family == Family::inet ? int{IPPROTO_ICMP} : int{IPPROTO_ICMPV6};
  const Fd socket(in(space, [&] {
    return checked(
        ::socket(static_cast<int>(family), SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol),
        "socket(raw ICMP)", space.name());
  }));
  // Connected, so that errors that come back as ICMP are reported to this socket (raw_err).
  sockaddr_storage address;
  const socklen_t length = Endpoint{destination, 0}.to_sockaddr(address);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), length) < 0) return {errno};

  const Echo request = request_for(family);
  if (::send(socket.get(), &request, sizeof request, 0) < 0) return {errno};
  while (await_events(socket.get(), POLLIN, deadline)) {
    std::array<std::uint8_t, 2048> packet;
    const ssize_t got = ::recv(socket.get(), packet.data(), packet.size(), 0);
    if (got < 0 && errno != EAGAIN) return {errno};
    if (got > 0 && is_reply_to(request, family, packet.data(), static_cast<std::size_t>(got)))
      return {};
  }
  return {ETIMEDOUT};
}

}  // namespace lab
