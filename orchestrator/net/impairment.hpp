// SPDX-License-Identifier: MIT
//
// A link that is slow or loses packets (net/sched/sch_netem.c). It acts on what
// an end sends: a delayed or lost packet has left TCP and not yet reached the
// device, so a capture sees it when it crosses the link, or never.
#pragma once

#include <chrono>

#include "net/link.hpp"

namespace lab {

struct Impairment {
  std::chrono::milliseconds delay{0};  // of every packet
  int loss = 0;                        // percent, chosen by the kernel
};

// For what `end` sends from now on. False: this kernel has no sch_netem. Throws
// SystemError.
[[nodiscard]] bool impair(Netlink& netlink, const LinkEnd& end, const Impairment& impairment);

// The class of that qdisc to which a second qdisc is attached.
constexpr std::uint32_t impairment_class = 0x2'0001;  // 2:1

}  // namespace lab
