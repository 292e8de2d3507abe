// SPDX-License-Identifier: MIT
//
// AF_PACKET sockets (packet(7)): opening and closing them, for capturing and sending.
#pragma once

#include <string_view>

#include "net/namespace.hpp"
#include "util/fd.hpp"

namespace lab {

// SOCK_RAW, non-blocking, with protocol 0: it receives nothing until it is bound.
// `purpose` begins the message when it is forbidden: "capturing packets". Throws
// EnvironmentError.
Fd open_packet_fd(const Namespace& space, std::string_view purpose);

// close(2) of an AF_PACKET socket waits for an RCU grace period
// (packet_release, synchronize_net): some 15 ms. Closed in parallel threads, the
// sockets of many hosts wait for the same grace period.
void close_aside(Fd fd);

// Has it closed by a worker of the kernel, some time later, without a thread. False: this
// kernel, or this container, has no io_uring; `fd` is as it was.
bool close_by_the_kernel(Fd& fd);

// From now on close_aside() does that with the first few sockets, so that the end of this
// process does not wait for them. The kernel's worker closes one after another, each with a
// grace period of its own: not for a process that many others follow at once.
void close_behind_us();

}  // namespace lab
