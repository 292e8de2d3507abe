// SPDX-License-Identifier: MIT
//
// The guest's side of one job: runs the program, passes on its output, kills the
// processes that it leaves, sends back its files and its exit status.
#pragma once

#include <optional>

#include "util/fd.hpp"
#include "vm/frame.hpp"
#include "vm/message.hpp"

namespace lab::vm {

// The guest's end of the channel. Calls block; the host always reads.
class GuestChannel {
 public:
  explicit GuestChannel(Fd port) : port_(std::move(port)) {}

  void send(const Message& message);
  // Throws FrameError when the host sends an invalid message, and EnvironmentError when
  // it has gone.
  Message receive();
  // Another message has come with the last one: port() need not be readable for it.
  bool has_more();
  // Readable when the host has sent something, or has hung up.
  const Fd& port() const { return port_; }
  // Returns when the host has hung up.
  void wait_for_end();

 private:
  Fd port_;
  FrameReader reader_;
  std::optional<nlohmann::json> waiting_;  // read, and not given out yet
};

// How often the guest reports that it is alive while the job is silent.
constexpr std::chrono::milliseconds heartbeat{2000};

// Runs the job to its end and sends all but Done, which is returned so that
// the caller can add the kernel's part. Only for process 1: it kills every
// other process when the job is over.
Done run_job(GuestChannel& channel, const Job& job);

}  // namespace lab::vm
