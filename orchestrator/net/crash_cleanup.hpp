// SPDX-License-Identifier: MIT
//
// Removes links if this process dies at once (SIGKILL, the OOM killer) while packets are
// held on them. Otherwise a namespace ends with its last descriptor.
// But a held packet belongs to a socket (skb->sk), the socket keeps its namespace
// (sk_net_refcnt), the namespace its link, and the link the packet: none of them would
// ever be freed.
#pragma once

#include <vector>

#include "net/link.hpp"
#include "util/after_death.hpp"

namespace lab {

class CrashCleanup {
 public:
  // Links of one namespace.
  struct Links {
    Netlink& netlink;
    std::vector<LinkEnd> ends;
  };

  // Throws SystemError. Its end cancels it.
  explicit CrashCleanup(const std::vector<Links>& links);

  pid_t pid() const { return removal_.pid(); }

 private:
  AfterDeath removal_;
};

}  // namespace lab
