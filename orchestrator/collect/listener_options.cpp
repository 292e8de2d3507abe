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

// SO_GET_FILTER counts instructions, not bytes; EACCES is eBPF's, which has none to show.
ListenerOptions::Filter filter_of(int fd) {
  using Filter = ListenerOptions::Filter;
  socklen_t length = 0;
  if (::getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, nullptr, &length) != 0)
    return errno == EACCES ? Filter::depends : Filter::none;
  if (length == 0) return Filter::none;
  std::vector<sock_filter> program(length);
  if (::getsockopt(fd, SOL_SOCKET, SO_GET_FILTER, program.data(), &length) != 0 ||
      length != program.size())
    return Filter::depends;
  return effect_of(program);
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

ListenerOptions::Filter effect_of(const std::vector<sock_filter>& program) {
  using Filter = ListenerOptions::Filter;
  bool may_pass = false, may_drop = false;
  for (const sock_filter& each : program) {
    const auto kind = BPF_CLASS(each.code), mode = BPF_MODE(each.code), how = BPF_OP(each.code);
    if (kind == BPF_RET) {
      const bool is_constant = BPF_RVAL(each.code) == BPF_K;
      may_drop |= !is_constant || each.k == 0;
      may_pass |= !is_constant || each.k != 0;
    }
    // What is not in the segment ends the program with 0, as a division by 0 does.
    may_drop |= (kind == BPF_LD || kind == BPF_LDX) &&
                (mode == BPF_ABS || mode == BPF_IND || mode == BPF_MSH);
    may_drop |= kind == BPF_ALU && (how == BPF_DIV || how == BPF_MOD);
  }
  if (may_pass && may_drop) return Filter::depends;
  return may_pass ? Filter::passes : Filter::drops;
}

std::set<std::uint64_t> reusing_address(const std::vector<Row>& rows, const Processes& processes) {
  std::set<std::uint64_t> all;
  for (const Row& row : rows) {
    const auto holders = processes.by_inode.find(row.inode.value_or(0));
    if (holders == processes.by_inode.end()) continue;
    for (const Holder& holder : holders->second)
      if (const Fd socket = borrow_socket(holder.pid, holder.fd);
          socket && number(socket.get(), SOL_SOCKET, SO_REUSEADDR) != 0) {
        all.insert(*row.inode);
        break;
      }
  }
  return all;
}

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
      options.filter = filter_of(socket.get());
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
