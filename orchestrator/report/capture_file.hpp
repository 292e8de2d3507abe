// SPDX-License-Identifier: MIT
//
// Writes a run as a pcapng file for Wireshark: the packets of all hosts, each with its segment
// trace as a comment (packet_comments.hpp). Pure.
//
// The interfaces are the ends of links, "server:eth0", and loopbacks with packets. So a packet
// is in the file twice, where it left and where it arrived. The frames are timeline.packets, in
// order.
#pragma once

#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::report {

// The whole file. `application` is the program that wrote it: "TCP Lookup Lab 1.0".
std::string capture_file(const Timeline& timeline, std::string_view application);

}  // namespace lab::report
