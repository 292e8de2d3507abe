// SPDX-License-Identifier: MIT
//
// Starts a guest: boots it, on KVM if that works, or continues it from a snapshot.
#pragma once

#include <chrono>
#include <memory>

#include "vm/guest.hpp"
#include "vm/machine.hpp"
#include "vm/run.hpp"

namespace lab::vm {

// Options, with memory and times as the image's kernel needs them, and the settings that follow.
struct Machinery {
  Options options;
  MachineSettings settings;
};
Machinery machinery_for(const Options& options, const Parts& parts);

struct Booted {
  std::unique_ptr<Guest> guest;
  Hello hello;
  Accelerator accelerator = Accelerator::tcg;
  std::chrono::milliseconds took{0};
};

// Throws EnvironmentError if it does not boot, or is not what was asked for; Cancelled.
Booted boot(const Machinery& machinery, const Sinks& sinks);

}  // namespace lab::vm
