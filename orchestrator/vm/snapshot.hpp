// SPDX-License-Identifier: MIT
//
// A guest that has booted and waits for its job, in a file. Guests that continue from it need no
// boot, which under TCG takes most of a short job's processor time. Each is as fresh as one that
// has booted: it gets random numbers and the time of its own (Job::seed).
#pragma once

#include <optional>
#include <string>

#include "vm/message.hpp"

namespace lab::vm {

struct Options;
struct Sinks;

struct Snapshot {
  std::string path;  // 100 to 200 MB; whoever has made it removes it
  Hello hello;       // what the guest said when it had booted
};

// Boots a guest with these options, and stores it. A snapshot fits only the same options, QEMU
// and image. Nothing with KVM, where a boot is no slower. Throws EnvironmentError if the guest
// cannot be booted or stored, or what was stored does not run; Cancelled.
std::optional<Snapshot> make_snapshot(const Options& options, const std::string& path,
                                      const Sinks& sinks);

}  // namespace lab::vm
