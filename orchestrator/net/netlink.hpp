// SPDX-License-Identifier: MIT
//
// An rtnetlink socket (rtnetlink(7)) in one namespace. libnl maps many errnos to few
// codes of its own; this keeps the kernel's errno and, where the kernel sends one,
// its error text (NETLINK_EXT_ACK).
//
// Threading: one request at a time.
#pragma once

#include <netlink/addr.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "net/namespace.hpp"
#include "record/address.hpp"
#include "util/clock.hpp"

namespace lab {

// The deleter of a std::unique_ptr to one of libnl's objects: `release` frees it, or
// drops the reference.
template <auto release>
struct Release {
  void operator()(auto* object) const { release(object); }
};

using NlSocket = std::unique_ptr<nl_sock, Release<nl_socket_free>>;
using NlAddress = std::unique_ptr<nl_addr, Release<nl_addr_put>>;

// An IP address as libnl wants it; prefix_length < 0: the whole address.
NlAddress to_nl(const Address& address, int prefix_length = -1);

class Netlink {
 public:
  // Opens the socket inside `space`, which must outlive it. Throws SystemError.
  explicit Netlink(const Namespace& space);
  // The socket's callbacks point here.
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  const Namespace& space() const { return space_; }
  nl_sock* get() const { return socket_.get(); }

  // Takes the result of a libnl request on get(). Throws SystemError when it
  // failed: "rtnl_link_add(eth0 of client): File exists".
  void check(int result, std::string_view call, std::string_view object);
  // The same, with the failure as a value: an errno, 0 for success.
  int error_of(int result);

 private:
  static int on_error(sockaddr_nl* from, nlmsgerr* message, void* self);

  const Namespace& space_;
  NlSocket socket_;
  int error_ = 0;       // of the last request that the kernel refused
  std::string reason_;  // its error text, if it sent one
};

// Waits until `condition` holds; checks it again whenever the kernel reports a
// change in `group` (RTNLGRP_LINK, …) of that namespace. For what kernel workers do
// later. False: the deadline passed first.
bool await_change(const Namespace& space, int group, const std::function<bool()>& condition,
                  const Deadline& deadline);

// Throws std::bad_alloc for a libnl object that could not be made.
template <typename T>
T* allocated(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

}  // namespace lab
