// SPDX-License-Identifier: MIT
//
// Removes links if this process dies at once (SIGKILL, the OOM killer) while packets are
// held on them. Otherwise a namespace ends with its last descriptor.
// But a held packet belongs to a socket (skb->sk), the socket keeps its namespace
// (sk_net_refcnt), the namespace its link, and the link the packet: none of them would
// ever be freed.
//
// A child waits until we end and then removes the links. It is in a session of its own,
// where neither Ctrl-C nor a kill of our process group reaches it.
#pragma once

#include <sys/types.h>

#include <vector>

#include "net/link.hpp"
#include "util/fd.hpp"

namespace lab {

class CrashCleanup {
 public:
  // Links of one namespace.
  struct Links {
    Netlink& netlink;
    std::vector<LinkEnd> ends;
  };

  // Returns when the child is ready. Before Linux 5.9, which lacks close_range(2),
  // there is no child. Throws SystemError.
  explicit CrashCleanup(const std::vector<Links>& links);
  // Cancels it: the child ends and removes nothing.
  ~CrashCleanup();
  CrashCleanup(const CrashCleanup&) = delete;
  CrashCleanup& operator=(const CrashCleanup&) = delete;

  pid_t pid() const { return child_; }

 private:
  pid_t child_ = -1;
  Fd alive_;  // a pipe that closes when we end
};

}  // namespace lab
