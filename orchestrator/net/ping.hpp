// SPDX-License-Identifier: MIT
#pragma once

#include "net/namespace.hpp"
#include "net/result.hpp"
#include "record/address.hpp"
#include "util/clock.hpp"

namespace lab {

// Sends one ICMP or ICMPv6 echo request from inside `space` and waits for its
// reply (RFC 792; RFC 4443, 4.1 and 4.2). 0: it came. ETIMEDOUT: the deadline
// passed first. Otherwise the error of sending, or the ICMP error that came instead:
// ENETUNREACH, EHOSTUNREACH. Throws EnvironmentError without CAP_NET_RAW.
Result ping(const Namespace& space, const Address& destination, const Deadline& deadline);

}  // namespace lab
