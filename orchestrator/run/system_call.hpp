// SPDX-License-Identifier: MIT
//
// Makes the system calls of packetdrill scripts (scenario/script_steps.hpp).
#pragma once

#include <sys/socket.h>

#include <deque>
#include <functional>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/script_steps.hpp"
#include "util/fd.hpp"

namespace lab::run {

// What a call brought.
struct CallResult {
  std::int64_t value = 0;
  int error = 0;
  std::string reply;  // as scenario::expected_reply() writes it; empty: nothing
  std::vector<std::pair<std::string, Fd>> opened;  // descriptors, by name
  Timestamp end = 0;
  bool late = false;  // a time in the reply is later than expected, but this machine may be why
};

// A call with all that it needs, so that another thread can make it. It refers to `call`.
struct PreparedCall {
  const scenario::SystemCall& call;
  int fd = -1;              // of its descriptor; -1: it has none
  std::vector<int> others;  // of the others that it names, in their order
  sockaddr_storage to{};
  socklen_t to_length = 0;
  // Where zero-copy calls keep what they send, which the kernel reads until it is acknowledged.
  std::deque<std::string>& buffers;
  // When the script began, and how many nanoseconds a time that the call brings may be off.
  Timestamp start = 0, tolerance = 0;
  std::int64_t delayed = 0;  // for how many nanoseconds this machine may have kept the script

  // Makes the call once.
  CallResult make() const;
};

// A call that blocks, in a thread of its own. Its file's O_NONBLOCK is off until it returns.
class BlockingCall {
 public:
  BlockingCall(PreparedCall prepared, Timestamp due);
  // Shuts the socket down if the call has not returned.
  ~BlockingCall();
  BlockingCall(const BlockingCall&) = delete;
  BlockingCall& operator=(const BlockingCall&) = delete;

  bool over() const;
  CallResult take() { return result_.get(); }  // waits for it
  Timestamp due() const { return due_; }       // when it was due to begin
  std::int64_t waited() const { return waited_; }

 private:
  int fd_;
  Timestamp due_;
  std::int64_t waited_;  // waited_for_processors() when it began
  std::future<CallResult> result_;
};

// What the scripts of a run have besides sockets.
struct ScriptState {
  std::map<std::string, Fd> files = {};  // epoll instances, pipes, files
  std::deque<std::string> buffers = {};
  std::optional<Timestamp> start = {};
  std::int64_t waited = 0;  // waited_for_processors() when it began
  std::optional<BlockingCall> call = {};  // last: it ends before what it uses
};

}  // namespace lab::run
