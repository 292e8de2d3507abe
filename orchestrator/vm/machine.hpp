// SPDX-License-Identifier: MIT
//
// One QEMU process: a machine (a PC, for amd64) without disk, network or screen, with two
// connections: the channel (a virtio serial port, for the frames) and the console (the first UART,
// for the kernel's log).
//
// The machine dies with its owner: the kernel kills QEMU when the thread that made it
// ends (PR_SET_PDEATHSIG). So make it in a thread that outlives it, best the main one.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "util/fd.hpp"
#include "vm/accelerator.hpp"
#include "vm/image.hpp"

namespace lab::vm {

// QEMU's program for guests of this architecture: $LAB_QEMU, else qemu-system-… from $PATH.
// Throws EnvironmentError that names the package when there is none.
std::string find_qemu(const Architecture& guest = this_architecture());

struct MachineSettings {
  std::string qemu;
  Image image;
  Accelerator accelerator = Accelerator::tcg;
  // 0: two with KVM, one under TCG, where one thread runs all.
  unsigned cpus = 0;
  unsigned memory_mb = 512;
  bool kernel_talks = false;  // the whole of the kernel's log on the console
  // Continues what is stored in this file (vm/snapshot.hpp), by a machine with the same
  // settings; empty: boots.
  std::string snapshot = {};
  bool monitored = false;  // has a monitor
};

// QEMU's arguments, argv[0] included; the numbers are file descriptors that QEMU inherits.
// `monitor`: -1: none. Pure.
std::vector<std::string> qemu_arguments(const MachineSettings& settings, int channel, int console,
                                        int monitor = -1);

class Machine {
 public:
  // Starts it. Throws SystemError. If QEMU refuses its arguments, the channel ends later,
  // with a message in words().
  explicit Machine(const MachineSettings& settings);
  ~Machine() { kill(); }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const Fd& channel() const { return channel_; }  // both ways, non-blocking
  const Fd& console() const { return console_; }  // to read only, non-blocking
  const Fd& words() const { return words_; }      // what QEMU itself prints
  // QEMU's monitor (vm/monitor.hpp), both ways, non-blocking; none unless it is monitored.
  const Fd& monitor() const { return monitor_; }
  pid_t pid() const { return pid_; }

  // Kills QEMU and waits for it. Does nothing when it has ended.
  void kill();

 private:
  pid_t pid_ = -1;
  Fd channel_, console_, words_, monitor_;
};

}  // namespace lab::vm
