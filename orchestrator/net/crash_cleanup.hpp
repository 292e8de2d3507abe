// SPDX-License-Identifier: MIT
//
// What is to be done to a namespace if this process dies at once (SIGKILL, the
// OOM killer) while packets are held in it. Otherwise nothing is: a namespace
// goes with the last descriptor of it. But a held packet belongs to a socket
// (skb->sk), that socket keeps its namespace (sk_net_refcnt), the namespace its
// link, and the link the packet: nobody would ever see any of them again.
//
// So a child waits for our end and then removes the links. It is in a session
// of its own, where neither Ctrl-C nor a kill of our process group reaches it.
#pragma once

#include <sys/types.h>

#include <vector>

#include "net/link.hpp"
#include "util/fd.hpp"

namespace lab {

class LastWill {
 public:
  // Returns when the child is ready; before Linux 5.9, which has no
  // close_range(2), there is none. Throws SystemError.
  LastWill(Netlink& netlink, const std::vector<LinkEnd>& links);
  // Revokes it: the child ends and does nothing.
  ~LastWill();
  LastWill(const LastWill&) = delete;
  LastWill& operator=(const LastWill&) = delete;

 private:
  pid_t child_ = -1;
  Fd alive_;  // a pipe that closes when we end
};

}  // namespace lab
