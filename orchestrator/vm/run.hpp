// SPDX-License-Identifier: MIT
//
// One job in one fresh microVM. The rest of the module is
// behind it: vm/image (what to boot), vm/accelerator (on what), vm/machine (QEMU),
// vm/guest (talking to it), vm/message (the messages), guest_* (the other end).
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/accelerator.hpp"
#include "vm/guest.hpp"
#include "vm/image.hpp"
#include "vm/message.hpp"
#include "vm/snapshot.hpp"

namespace lab::vm {

// The input of a job that has a terminal (vm/terminal.hpp).
class Typist {
 public:
  virtual ~Typist() = default;
  virtual int keys() const = 0;     // readable when something was typed
  virtual int resizes() const = 0;  // readable when the terminal has another size
  // What was typed; nothing: the input has ended. Throws Cancelled.
  virtual std::optional<std::string> take_keys() = 0;
  virtual WindowSize take_size() = 0;
};

// What every guest of a series is started with.
struct Parts {
  Image image;
  std::string qemu;
};
// Throws EnvironmentError when one is missing.
Parts find_parts(const std::string& build, const std::string& series);

// Memory and times are for a kernel as distributions build it; one that checks memory
// (Image::checks_memory) gets four times as much.
struct Options {
  std::string series = "6.1";             // which Debian kernel
  std::string build = build_directory();  // where the images are
  std::optional<Parts> parts;  // of that series, found once for many guests; nothing: find them
  std::optional<Snapshot> snapshot;  // continue from this (vm/snapshot.hpp); nothing: boot
  std::optional<Accelerator> accelerator = accelerator_from_environment();  // forced; else tried
  std::string memory_file = vm::memory_path();  // where the finding is remembered
  unsigned cpus = 0;                            // as MachineSettings::cpus
  unsigned memory_mb = 512;
  // Writes the kernel's whole log to the console, whose end is shown when the guest is
  // lost: LAB_GUEST_LOG=1. The console is slow.
  bool kernel_talks = std::getenv("LAB_GUEST_LOG") != nullptr;
  // From the start of QEMU to the guest's hello. A working KVM needs a second.
  std::chrono::milliseconds boot_deadline{120'000};
  std::chrono::milliseconds kvm_trial{15'000};
  // A guest is alive as long as it sends something, which it does every two seconds.
  std::chrono::milliseconds silence{30'000};
  // The guest ends the job at Job::deadline. A guest that has not reported that after
  // this additional time is lost, even if it reports that it is alive.
  std::chrono::milliseconds slack{60'000};
  // The most bytes from a job without a terminal; beyond that the guest is lost.
  std::uint64_t most_output = 1ULL << 30;
  // When this becomes readable (a signalfd, an eventfd) the job is asked to stop, and may
  // report what it has so far; the guest is killed, and Cancelled thrown. -1: none.
  int cancel_fd = -1;
  // How long the job has for that.
  std::chrono::milliseconds last_words{10'000};
  // The input of a job that has a terminal; null: no terminal.
  Typist* typist = nullptr;
};

// A file of the host to send to the guest.
struct Upload {
  std::string from;  // path on the host
  std::string to;    // absolute path in the guest; directories are made
  // Only the job itself may read it, not the programs that it confines.
  bool secret = false;
};

// Receivers of what comes from the guest, called in the caller's thread. Empty
// functions are allowed and drop it.
struct Sinks {
  std::function<void(Stream, std::string_view)> output;
  // Files from Job::collect, in pieces. An exception ends the run. vm/inbox.hpp stores
  // files of an untrusted guest.
  std::function<void(const FileChunk&)> file;
  // A line for the user: which kernel booted, that KVM does not work.
  std::function<void(std::string_view)> note;
  // What the run waits for now, until a note or output comes: for a status line.
  std::function<void(std::string_view)> waiting;
  // The guest has booted, or continues.
  std::function<void()> booted = {};
};

// The guest's kernel has an oops or a warning: the first line says which, the others are its words.
class KernelComplained : public EnvironmentError {
 public:
  using EnvironmentError::EnvironmentError;
};

struct Outcome {
  int status = 0;          // the job's exit status; 128 + signal when one ended it
  bool timed_out = false;  // the guest ended the job at Job::deadline
  std::string release;     // the guest's uname -r
  Accelerator accelerator = Accelerator::tcg;
  std::chrono::milliseconds boot{0};  // from the start of QEMU to the guest's hello
};

// Boots, runs the job, discards the machine.
// Throws EnvironmentError when there is no QEMU or image, the guest could not
// be used or was lost (GuestLost), or its kernel complained while the job ran
// (KernelComplained): an oops or a warning overrides the job's exit status; all output and files
// have been passed on by then. Throws Cancelled.
Outcome run_in_vm(const Options& options, const Job& job, const std::vector<Upload>& uploads,
                  const Sinks& sinks);

}  // namespace lab::vm
