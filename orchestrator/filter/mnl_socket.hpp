// SPDX-License-Identifier: MIT
//
// Requests over netlink, by libmnl, in a network namespace.
#pragma once

#include <libmnl/libmnl.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "net/namespace.hpp"

namespace lab::filter {

// One request at a time; not for several threads.
class MnlSocket {
 public:
  // `protocol` is a NETLINK_… number and `name` its name, for errors. Throws SystemError; with
  // EPROTONOSUPPORT if the kernel lacks it.
  MnlSocket(const Namespace& space, int protocol, const char* name);

  // The header of a request, in this object's buffer. The caller adds the header of the family
  // and attributes. Of the flags NLM_F_DUMP or NLM_F_ACK is needed, since both mark the end of
  // the answer.
  nlmsghdr* request(std::uint16_t type, std::uint16_t flags);
  // The same, with the header of the family behind it, zeroed.
  template <typename Header>
  Header* with_header(nlmsghdr* request) {
    return static_cast<Header*>(::mnl_nlmsg_put_extra_header(request, sizeof(Header)));
  }

  // Sends the request that was made last, and visits each message of the answer, without the
  // end. Returns 0, or the errno with which the kernel refuses. Throws SystemError if nothing
  // can be sent or received.
  int ask(const nlmsghdr* request, const std::function<void(const nlmsghdr*)>& visit);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const { ::mnl_socket_close(socket); }
  };

  const char* name_;
  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
  alignas(nlmsghdr) std::array<char, 65536> buffer_{};
};

}  // namespace lab::filter
