// SPDX-License-Identifier: MIT
//
// The messages between host and guest, in this order:
//
//	guest: Hello
//	host:  FileChunk*  Job
//	guest: (Output | FileChunk)*  Done
//
// While the job runs, the host may send Stop, Input and Resize at any time.
// Each message is one frame (vm/frame.hpp). After Done the host ends the guest.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace lab::vm {

constexpr int protocol_version = 6;

// A kernel module that the guest loads at boot. `error` is empty on success, else the
// error of finit_module(2).
struct LoadedModule {
  std::string name;
  std::string error;
  bool operator==(const LoadedModule&) const = default;
};

// The guest is up. `kernel_log` is filled when a module could not be loaded: the
// reason is in the log, and finit_module(2) returns only an errno.
struct Hello {
  int version = protocol_version;
  std::string release;  // uname -r
  std::vector<LoadedModule> modules;
  std::string kernel_log;
  bool operator==(const Hello&) const = default;
};

// Part of a file; pieces of one file arrive in order and are appended. To the guest
// the path is absolute, from the guest relative to Job::collect. Only the guest uses the
// mode: the host chooses the modes of its files itself.
struct FileChunk {
  static constexpr std::size_t piece = 1024 * 1024;

  std::string path;
  std::string bytes;
  std::uint32_t mode = 0644;
  bool first = true;  // start a new file
  bool operator==(const FileChunk&) const = default;
};

// A terminal's size, in characters.
struct WindowSize {
  std::uint16_t rows = 24, columns = 80;
  bool operator==(const WindowSize&) const = default;
};

// What the guest runs, as root, in the directory /work.
struct Job {
  std::vector<std::string> argv;  // argv[0] is a path in the guest
  std::vector<std::string> env;   // "NAME=value"; nothing else is set
  // The guest sends back every regular file below this directory when the job ends.
  // Empty: none.
  std::string collect;
  // The guest ends the job when it takes longer. Zero: never.
  std::chrono::milliseconds deadline{0};
  // The job gets a terminal of this size (pty(7)), and all its output is Stream::out.
  // Nothing: it gets /dev/null as input, and two pipes.
  std::optional<WindowSize> terminal = std::nullopt;
  // For a guest that continues a snapshot, as others do: random bytes of its own, and the time,
  // in nanoseconds since 1970. Empty and 0: it has both already.
  std::string seed = {};
  std::int64_t time = 0;
  bool operator==(const Job&) const = default;
};

// Asks the job to report what it has so far and end: it gets SIGINT.
struct Stop {
  bool operator==(const Stop&) const = default;
};

// What was typed for a job that has a terminal.
struct Input {
  std::string bytes;
  bool operator==(const Input&) const = default;
};

// The job's terminal has a new size: it gets SIGWINCH.
struct Resize {
  WindowSize size;
  bool operator==(const Resize&) const = default;
};

enum class Stream : std::uint8_t { out = 1, err = 2 };

// What the job wrote, as it comes.
struct Output {
  Stream stream = Stream::out;
  std::string bytes;
  bool operator==(const Output&) const = default;
};

struct Done {
  int status = 0;          // 0 to 255: exit status, or 128 + signal as a shell has it
  int signal = 0;          // the signal that ended it, or 0
  bool timed_out = false;  // ended by the guest at the job's deadline
  std::string error;       // why the job could not be started; then the other fields mean nothing
  // /proc/sys/kernel/tainted, less what was there before the job and what
  // loading an out-of-tree module sets. Not zero: the kernel complained.
  std::uint64_t taint = 0;
  std::string kernel_log;  // filled when taint is not zero
  // What the kernel reported about itself since the modules were loaded
  // (vm/kernel_reports.hpp), and the leaks that kmemleak found after the job. Empty: nothing.
  std::string reports;
  bool operator==(const Done&) const = default;
};

using Message = std::variant<Hello, FileChunk, Job, Stop, Input, Resize, Output, Done>;

nlohmann::json to_value(const Message& message);
// Throws FrameError when the value is not a message: an unknown kind, a field that is
// missing, of the wrong type or out of range, a status that contradicts the signal.
Message from_value(const nlohmann::json& value);

// "D (the kernel oopsed), W (the kernel warned)": the bits of `taint` in words.
std::string describe_taint(std::uint64_t taint);

}  // namespace lab::vm
