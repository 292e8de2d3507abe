// SPDX-License-Identifier: MIT
//
// The steps that only packetdrill scripts have: system calls for which a file has no verb, and
// calls that block while the script goes on. Where a script leaves a value open ("..."), it is
// nothing here.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenario/place.hpp"
#include "scenario/step_list.hpp"

namespace lab::scenario {

// A control message of recvmsg(2). Its content is one of these; which, `level` and `type` say.
struct ControlMessage {
  int level = 0, type = 0;
  std::optional<std::int64_t> number{};
  // struct sock_extended_err: errno, origin, type, code, info, data
  std::optional<std::array<std::uint32_t, 6>> error{};
  // The first time of struct scm_timestamping that is not 0, since the script began.
  std::optional<std::chrono::microseconds> time{};
};

// write(2), send(2), sendto(2), sendmsg(2): one message in parts.
struct SendMessage {
  std::vector<std::string> parts;
  bool null = false;  // a null pointer instead of the data
  int flags = 0;
  std::optional<Place> to{};  // nothing: the peer
  bool unspecified = false;   // to an address of the family AF_UNSPEC
};

// read(2), recv(2), recvfrom(2), recvmsg(2)
struct ReceiveMessage {
  std::int64_t room = 0;  // bytes
  bool null = false;      // a null pointer instead of the buffer
  int flags = 0;
  // msg_flags, and all control messages, that recvmsg(2) must return.
  std::optional<int> reported{};
  std::vector<ControlMessage> control{};
};

// setsockopt(2) and getsockopt(2) of bytes.
struct OptionBytes {
  int level = 0, option = 0;
  std::string bytes;  // to set, or expected
  bool get = false;
};

struct Ioctl {
  unsigned long request = 0;   // one that writes an int
  std::optional<int> value{};  // that it must write
};

struct EpollCreate {
  std::string name;
};
struct EpollControl {
  int operation = 0;
  std::string target;
  std::uint32_t events = 0;
  std::uint64_t data = 0;
};
// Compares the first event. `narrow`: its data have 32 bits.
struct EpollWait {
  std::uint32_t events = 0;
  std::uint64_t data = 0;
  bool narrow = false;
  int most = 1;
  int timeout = 0;  // milliseconds
};

struct PollMany {
  struct One {
    std::string descriptor;
    short events = 0, reported = 0;
  };
  std::vector<One> all;
  int timeout = 0;  // milliseconds
};

struct MakePipe {
  std::array<std::string, 2> ends;  // to read, to write
};
// open(2), only to read. EACCES for what is not a regular file that anybody may read.
struct OpenFile {
  std::string name, path;
};
// `waits`: the socket is one that blocks. The kernel returns 0, and not EAGAIN, where urgent data
// stops a reader that may wait, so the lab lets it wait a little.
struct Splice {
  std::string to;
  std::int64_t bytes = 0;
  unsigned flags = 0;
  bool waits = false;
};
struct SendFile {
  std::string from;
  std::int64_t offset = 0, bytes = 0;
};
struct CloseFile {};

// One system call. `descriptor`, a socket's name or that of another file, is its first argument.
struct SystemCall {
  static constexpr Judging judging = Judging::once;
  std::string name;   // "epoll_wait"
  std::string words;  // "epoll_wait on fd5, 1 event"
  std::string host;
  std::string descriptor;
  std::variant<SendMessage, ReceiveMessage, OptionBytes, Ioctl, EpollCreate, EpollControl,
               EpollWait, PollMany, MakePipe, OpenFile, Splice, SendFile, CloseFile>
      arguments;
  std::optional<std::int64_t> result;  // nothing: not compared
  int error = 0;
  // It blocks, and begins now; a CallOver step has the outcome.
  bool begins = false;
};

// The outcome of the call that blocks, which begins with a SystemCall step before.
struct CallOver {
  static constexpr Judging judging = Judging::once;
  SystemCall call;
  std::chrono::microseconds duration{0};   // from when it is due to begin
  std::chrono::microseconds tolerance{0};  // how far it may be off
};

// The code of a script that the lab does not understand itself. python3 runs all of it at the end,
// as one program, in which each snippet sees TCP_INFO as it was at its place in the script.
struct PythonCode {
  static constexpr Judging judging = Judging::once;
  struct Snippet {
    std::string text;
    std::optional<std::size_t> info;  // the Info step that read TCP_INFO, in Scenario::steps
    Position at;
  };
  std::string host;
  std::vector<Snippet> snippets;
};
// Its exit status when a kernel does not report a field that the code reads.
inline constexpr int python_lacks_field = 3;

// What a call must bring besides its result, in words; empty: nothing is compared.
std::string expected_reply(const SystemCall& call);
std::string in_words(const ControlMessage& message);
std::string hex_of(const std::string& bytes);  // of getsockopt(2)
std::string reply_in_words(int reported, const std::vector<ControlMessage>& control);
std::string events_in_words(std::uint32_t events, std::uint64_t data);  // of epoll_wait(2)
std::string polled_in_words(const std::vector<std::pair<std::string, short>>& reported);

using ScriptSteps = StepList<SystemCall, CallOver, PythonCode>;

}  // namespace lab::scenario
