// SPDX-License-Identifier: MIT
//
// One job in one fresh microVM. The rest of the module is
// behind it: vm/image (what to boot), vm/accelerator (on what), vm/machine (QEMU),
// vm/guest (talking to it), vm/message (what is said), guest_* (the other end).
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

namespace lab::vm {

// Who types for a job that has a terminal (vm/terminal.hpp).
class Typist {
 public:
  virtual ~Typist() = default;
  virtual int keys() const = 0;     // readable when something was typed
  virtual int resizes() const = 0;  // readable when the terminal has another size
  // What was typed; nothing: there will be no more. Throws Cancelled.
  virtual std::optional<std::string> take_keys() = 0;
  virtual WindowSize take_size() = 0;
};

struct Options {
  std::string series = "6.1";                                               // which Debian kernel
  std::string build = build_directory();                                    // where the images are
  std::optional<Accelerator> accelerator = accelerator_from_environment();  // forced; else tried
  std::string memory_file = vm::memory_path();  // where the finding is remembered
  unsigned cpus = 0;                            // as MachineSettings::cpus
  unsigned memory_mb = 512;
  // Puts the kernel's whole log on the console, whose end is shown when the
  // guest is lost: LAB_GUEST_LOG=1. Slower, because the console is.
  bool kernel_talks = std::getenv("LAB_GUEST_LOG") != nullptr;
  // From the start of QEMU to the guest's hello. A sound KVM needs a second.
  std::chrono::milliseconds boot_deadline{120'000};
  std::chrono::milliseconds kvm_trial{15'000};
  // A guest is alive as long as it says something; it does every two seconds.
  std::chrono::milliseconds silence{30'000};
  // The guest ends the job at Job::deadline. One that has not done so, and has not said
  // so, that much later is lost, however often it says that it is alive.
  std::chrono::milliseconds slack{60'000};
  // More than this from a job without a terminal, and the guest is lost. Bytes.
  std::uint64_t most_output = 1ULL << 30;
  // When this becomes readable (a signalfd, an eventfd) the job is told to stop,
  // and may say what it has so far; the guest is killed, and Cancelled thrown.
  // -1: none.
  int cancel_fd = -1;
  // How long the job has for that.
  std::chrono::milliseconds last_words{10'000};
  // Who types for a job that has a terminal; none: nobody.
  Typist* typist = nullptr;
};

// A file of the host that the guest shall have.
struct Upload {
  std::string from;  // path on the host
  std::string to;    // absolute path in the guest; directories are made
  // Only the job itself may read it, no program that it confines.
  bool secret = false;
};

// Where things go that come from the guest; called in the caller's thread, as
// they come. Empty functions are allowed and drop what they get.
struct Sinks {
  std::function<void(Stream, std::string_view)> output;
  // Files from Job::collect, in pieces. What it throws ends the run. vm/inbox.hpp keeps
  // files of a guest that is not to be trusted.
  std::function<void(const FileChunk&)> file;
  // A line for the person who waits: which kernel came up, that KVM does not work.
  std::function<void(std::string_view)> note;
  // What is waited for now, until a note or output comes: for a line that is
  // shown for so long.
  std::function<void(std::string_view)> waiting;
};

struct Outcome {
  int status = 0;          // the job's exit status; 128 + signal when one ended it
  bool timed_out = false;  // the guest ended the job at Job::deadline
  std::string release;     // the guest's uname -r
  Accelerator accelerator = Accelerator::tcg;
  std::chrono::milliseconds boot{0};  // from the start of QEMU to the guest's hello
};

// Boots, runs the job, throws the machine away.
// Throws EnvironmentError when there is no QEMU or image, the guest could not
// be used or was lost (GuestLost), or its kernel complained while the job ran:
// an oops or a warning outweighs whatever the job's exit status says, and by
// then all output and files have been passed on. Throws Cancelled.
Outcome run_in_vm(const Options& options, const Job& job, const std::vector<Upload>& uploads,
                  const Sinks& sinks);

}  // namespace lab::vm
