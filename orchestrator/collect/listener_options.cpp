// SPDX-License-Identifier: MIT
#include "collect/listener_options.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "collect/processes.hpp"
#include "util/fd.hpp"

namespace lab::collect {
namespace {

// linux/in.h, linux/in6.h, linux/tcp.h (Linux 6.7)
constexpr int ip_minttl = 21, ipv6_minhopcount = 73, tcp_ao_info = 40;

// SO_GET_FILTER counts the instructions; EACCES is eBPF's, which has none to show.
bool has_filter(int fd) {
  socklen_t length = 0;
  if (::getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, nullptr, &length) != 0) return errno == EACCES;
  return length > 0;
}

int number(int fd, int level, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, level, option, &value, &length) == 0 ? value : 0;
}

// ENOENT: no TCP-AO; ENOPROTOOPT: this kernel has none.
bool has_ao(int fd) {
  std::array<char, 128> info{};
  socklen_t length = info.size();
  if (::getsockopt(fd, IPPROTO_TCP, tcp_ao_info, info.data(), &length) == 0) return true;
  return errno != ENOENT && errno != ENOPROTOOPT && errno != EOPNOTSUPP;
}

}  // namespace

std::map<std::uint64_t, ListenerOptions> listener_options(const std::vector<Row>& listeners,
                                                          std::uint16_t port,
                                                          const Processes& processes) {
  std::map<std::uint64_t, ListenerOptions> all;
  for (const Row& row : listeners) {
    if (row.local.port != port || row.inode.value_or(0) == 0) continue;
    const auto holders = processes.by_inode.find(*row.inode);
    if (holders == processes.by_inode.end()) continue;
    for (const Holder& holder : holders->second) {
      const Fd socket = borrow_socket(holder.pid, holder.fd);
      if (!socket) continue;
      ListenerOptions options;
      options.filter = has_filter(socket.get());
      options.ao = has_ao(socket.get());
      options.min_ttl = number(socket.get(), IPPROTO_IP, ip_minttl);
      options.mark = static_cast<std::uint32_t>(number(socket.get(), SOL_SOCKET, SO_MARK));
      if (row.local.address.family() == Family::inet6)
        options.min_hop_count = number(socket.get(), IPPROTO_IPV6, ipv6_minhopcount);
      all[*row.inode] = options;
      break;
    }
  }
  return all;
}

}  // namespace lab::collect
