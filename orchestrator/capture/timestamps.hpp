// SPDX-License-Identifier: MIT
//
// The kernel stamps packets only while somebody wants it (netstamp_needed_key),
// and it takes the kernel some milliseconds to begin after the first one asks
// (net_enable_timestamp hands it to a worker). Until then a packet is stamped
// when it is read, which says nothing about when it crossed the link.
//
// A packet is stamped in one of several places, by its direction and by whether
// TCP has already written its departure time there (skb->tstamp_type). The
// kernel turns them on one after another, so each is looked at.
#pragma once

#include "util/clock.hpp"

namespace lab {

// Asks the kernel to stamp packets from now on, for as long as the process
// lives. Called early it saves a wait later. Calling it again does nothing.
// Throws EnvironmentError.
void request_timestamps();

// Waits until packets are stamped; requests it if nobody has. Throws
// EnvironmentError at the deadline.
void await_timestamps(const Deadline& deadline);

}  // namespace lab
