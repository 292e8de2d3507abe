// SPDX-License-Identifier: MIT
//
// Word from the kernel that its tables have changed, as far as it gives any:
//
// - with the module, its trace: segments, connect(), listen(), every change of state;
// - without it, sock_diag's multicast about TCP sockets that end
//   (SKNLGRP_INET_TCP_DESTROY; sock_diag_broadcast_destroy()).
//
// Nothing tells of a bind(), so whoever wants to see those looks again now and then.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "record/trace.hpp"
#include "util/fd.hpp"
#include "view/trace.hpp"

namespace lab::collect {

class TableEvents {
 public:
  // Listens from now on. Never fails: who tells nothing is named in how().
  explicit TableEvents(const Namespace& space);

  // For poll(2); -1: nobody tells anything.
  int fd() const;
  // Takes what has come. Never waits. True: something may have changed.
  bool drain();

  // "when the module's trace reports segments"
  const std::string& how() const { return how_; }

 private:
  std::optional<Trace> trace_;
  std::vector<TraceEvent> taken_;
  Fd destroyed_;
  std::string how_;
};

}  // namespace lab::collect
