// SPDX-License-Identifier: MIT
//
// The second witness: NETLINK_SOCK_DIAG, which ss(8) uses. It walks the same tables
// with other code, so where it and the module disagree, one of them is wrong.
//
// Bound to a namespace: its netlink sockets are opened in the namespace that the
// calling thread is in and stay there; they keep it alive. One thread at a time.
#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/row.hpp"

struct inet_diag_msg;  // linux/inet_diag.h

namespace lab {

struct MnlSocketCloser {
  void operator()(mnl_socket* socket) const { ::mnl_socket_close(socket); }
};

// Whether a kernel of this release ("6.8.0-45-generic") lists bound-only sockets:
// since Linux 6.8, commit 91051f003948. Pure.
bool lists_bound_since(std::string_view release);

class SockDiag {
 public:
  struct Tables {
    std::vector<Row> listeners;
    // Sockets with a port that are neither listening nor connected. Always
    // empty where lists_bound() is false.
    std::vector<Row> bound_only;
    std::vector<Row> ehash;
  };

  // In the namespace that the calling thread is in. Throws EnvironmentError
  // when this kernel has no sock_diag.
  static SockDiag open_here();

  // Every TCP socket of the namespace, both families. Throws EnvironmentError
  // when this kernel has no tcp_diag.
  Tables read();
  // Only the listeners, without a walk through the established hash.
  std::vector<Row> read_listeners();

  // The socket with these two ends, never a listener; nothing: there is none. The
  // kernel looks it up by its hash, without a walk.
  std::optional<Row> find(const Endpoint& local, const Endpoint& remote);

  // Whether this kernel lists bound-only sockets.
  bool lists_bound() const { return lists_bound_; }

 private:
  SockDiag() = default;

  // The sockets in these states (bits of 1 << TcpState).
  std::vector<Row> dump(std::uint32_t states);
  // Nothing when the tables changed so that the kernel gave up.
  std::optional<std::vector<Row>> dump_once(std::uint32_t states);
  // One datagram of the answer; true when it was the last.
  bool take(std::size_t size, std::vector<Row>& rows, bool& interrupted);
  Row row_from(const inet_diag_msg& message, const nlmsghdr* header) const;
  std::string device_name(unsigned int index) const;

  std::unique_ptr<mnl_socket, MnlSocketCloser> netlink_;
  std::uint32_t sequence_ = 0;
  bool lists_bound_ = false;
  // The kernel fills at most 32 KiB at a time (netlink_dump()), and only if it
  // sees that the reader has room for it.
  std::unique_ptr<std::array<char, 65536>> buffer_;
};

}  // namespace lab
