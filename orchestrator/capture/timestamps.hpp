// SPDX-License-Identifier: MIT
//
// The kernel timestamps packets only while some socket requests it (netstamp_needed_key),
// and begins some milliseconds after the first request (net_enable_timestamp defers it
// to a worker). Until then a packet is stamped when it is read, which does not show
// when it crossed the link.
//
// A packet is stamped in one of several places, depending on its direction and on
// whether TCP has already written its departure time there (skb->tstamp_type). The
// kernel enables them one after another, so each is checked.
#pragma once

#include "util/clock.hpp"

namespace lab {

// Asks the kernel to stamp packets from now on, for as long as the process and those
// that it forks live. Calling it early saves a wait later; calling it again does nothing.
// Throws EnvironmentError.
void request_timestamps();

// Waits until packets are stamped; requests it if necessary. A process that is forked
// afterwards does not wait again. Throws EnvironmentError at the deadline.
void await_timestamps(const Deadline& deadline);

}  // namespace lab
