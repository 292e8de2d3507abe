// SPDX-License-Identifier: MIT
//
// One socket as one witness saw it: a row of a kernel table. The module's reader and
// the sock_diag reader both make these, so that they can be compared field by field. A
// field that a witness does not report is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab {

// RFC 9293, section 3.3.2; values are the kernel's (include/net/tcp_states.h).
enum class TcpState : std::uint8_t {
  established = 1,
  syn_sent,
  syn_received,
  fin_wait_1,
  fin_wait_2,
  time_wait,
  closed,
  close_wait,
  last_ack,
  listen,
  closing,
};
std::string_view to_string(TcpState state);  // "SYN-RECEIVED"
// Takes the RFC's names and those that ss prints: SYN-RECV, CLOSE, ESTAB.
std::optional<TcpState> tcp_state_from(std::string_view word);

// The kind of struct behind a row: tcp_sock, tcp_request_sock, tcp_timewait_sock.
enum class Kind : std::uint8_t { full, request, timewait };
std::string_view to_string(Kind kind);
std::optional<Kind> kind_from(std::string_view word);

// What a socket of the bind table is besides bound.
enum class Role : std::uint8_t { nothing, listening, connected };
std::string_view to_string(Role role);
std::optional<Role> role_from(std::string_view word);

struct Row {
  Kind kind = Kind::full;
  TcpState state = TcpState::closed;
  Endpoint local;
  Endpoint remote;     // all zero where there is none
  std::string device;  // SO_BINDTODEVICE; empty: any

  std::optional<std::uint32_t> uid;
  std::optional<std::uint64_t> inode;   // 0: no process holds it
  std::optional<std::uint64_t> cookie;  // SO_COOKIE; the same for all witnesses
  std::optional<bool> v6only, reuseaddr, reuseport;
  std::optional<std::uint32_t> accept_queue, accept_queue_max;  // listeners only
  // The peers for which a listener has a TCP-MD5 key (RFC 2385); sock_diag alone, with
  // CAP_NET_ADMIN. A SYN of theirs without a signature is dropped.
  struct KeyedPeer {
    Address address;
    int prefix_length = 0;
    bool operator==(const KeyedPeer&) const = default;
  };
  std::vector<KeyedPeer> md5_peers = {};
  std::optional<Role> role;  // bind table only

  // Its bucket and position; only the module reports them.
  std::optional<std::uint32_t> bucket, position;

  // The id of its cgroup in the unified hierarchy (INET_DIAG_CGROUP_ID, Linux 5.9); only sock_diag
  // reports it, and of full sockets alone.
  std::optional<std::uint64_t> cgroup = {};

  // Segments retransmitted over its life (tcpi_total_retrans); only sock_diag reports it.
  std::optional<std::uint32_t> retransmissions;

  bool operator==(const Row&) const = default;
};

bool has_remote(const Row& row);

// "ESTABLISHED 10.0.0.1:40000 > 10.0.0.2:40001"
std::string describe(const Row& row);

}  // namespace lab
