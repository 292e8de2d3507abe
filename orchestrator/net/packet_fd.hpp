// SPDX-License-Identifier: MIT
//
// AF_PACKET sockets (packet(7)): how those that capture and those that send are
// opened and closed.
#pragma once

#include <string_view>

#include "net/namespace.hpp"
#include "util/fd.hpp"

namespace lab {

// SOCK_RAW, non-blocking, and of protocol 0: until it is bound it hears nothing.
// `purpose` begins the message when it is forbidden: "capturing packets". Throws
// EnvironmentError.
Fd open_packet_fd(const Namespace& space, std::string_view purpose);

// close(2) of an AF_PACKET socket waits for an RCU grace period
// (packet_release, synchronize_net): some 15 ms in which nothing happens.
// In threads of their own, those of many hosts wait for the same one.
void close_aside(Fd fd);

}  // namespace lab
