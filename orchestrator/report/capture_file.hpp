// SPDX-License-Identifier: MIT
//
// A run as a pcapng file that Wireshark opens: the packets of every host, each
// with what the kernel did with it as its comment (packet_comments.hpp). Pure.
//
// One interface for each end of a link, "server:eth0", and for each loopback
// that something crossed. So a packet is in the file twice, where it left
// and where it arrived. The frames are timeline.packets, in their order.
#pragma once

#include <string>
#include <string_view>

#include "record/timeline.hpp"

namespace lab::report {

// The whole file. `application` is what wrote it: "TCP Lookup Lab 1.0".
std::string capture_file(const Timeline& timeline, std::string_view application);

}  // namespace lab::report
