// SPDX-License-Identifier: MIT
//
// A running guest as the host sees it: messages in and out, its console, and a clear
// error when the guest is lost.
//
// One thread; every call that waits watches the channel, the console and
// QEMU's own output together, so that none of them fills up and blocks.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/tail.hpp"
#include "vm/frame.hpp"
#include "vm/machine.hpp"
#include "vm/message.hpp"

namespace lab::vm {

// The guest panicked, hung, died or sent garbage. The message contains the last
// lines of its console. Ends with Exit::environment.
class GuestLost : public EnvironmentError {
 public:
  using EnvironmentError::EnvironmentError;
};

// The caller's cancel descriptor became readable (see Options::cancel_fd).
class Cancelled : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Guest {
 public:
  // `cancel_fd`: -1, or a descriptor; when it is readable, every wait throws Cancelled.
  Guest(const MachineSettings& settings, int cancel_fd) : machine_(settings), cancel_(cancel_fd) {}

  // Both throw GuestLost, also when nothing is transferred for `silence`.
  Message receive(std::chrono::milliseconds silence);
  void send(const Message& message, std::chrono::milliseconds silence);

  // Queues a message without waiting: the next call that waits sends it.
  void post(const Message& message);
  // While a call waits, `act` is called whenever `fd` is readable, until it returns
  // false. It may post().
  void watch(int fd, std::function<bool()> act) { watched_.push_back({fd, std::move(act)}); }

  // The job must end within this time, whatever the guest sends meanwhile; otherwise
  // receive() throws GuestLost. Call it once.
  void limit(std::chrono::milliseconds whole_job) { job_ends_.emplace(whole_job); }

  // For a guest that breaks the protocol: kills it and throws GuestLost.
  [[noreturn]] void lost(std::string what);

  // Of its machine, if that is monitored.
  const Fd& monitor() const { return machine_.monitor(); }

  // From now on the cancel descriptor is ignored.
  void ignore_cancel() { cancel_ = -1; }

 private:
  // Waits until something can be done, and does it. False at the deadline.
  bool pump(const Deadline& deadline);
  void flush();
  static bool drain(const Fd& from, Tail& into);
  static void drain_rest(const Fd& from, Tail& into);

  struct Watched {
    int fd;
    std::function<bool()> act;
  };

  Machine machine_;
  int cancel_;
  std::optional<Deadline> job_ends_;
  std::vector<Watched> watched_;
  FrameReader reader_;
  std::string outbox_;
  bool ended_ = false, console_ended_ = false, words_ended_ = false;  // each line's end was read
  Tail console_{32768};
  Tail words_{4096};
};

}  // namespace lab::vm
