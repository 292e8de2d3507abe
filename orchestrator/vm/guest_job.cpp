// SPDX-License-Identifier: MIT
#include "vm/guest_job.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <exception>
#include <filesystem>
#include <optional>

#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/pipe.hpp"
#include "vm/files.hpp"

namespace lab::vm {
namespace {

constexpr std::size_t chunk_size = 65536;

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> result;
  for (const auto& word : words) result.push_back(const_cast<char*>(word.c_str()));
  result.push_back(nullptr);
  return result;
}

// In the child. An errno on `failure` says that exec did not happen.
[[noreturn]] void become(const Job& job, const Pipe& out, const Pipe& err, int failure) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setsid();
  ::setpriority(PRIO_PROCESS, 0, 0);  // process 1 has raised its own
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing >= 0 && ::dup2(nothing, 0) >= 0 && ::dup2(out.write_end.get(), 1) >= 0 &&
      ::dup2(err.write_end.get(), 2) >= 0 && ::chdir("/work") == 0) {
    ::execve(job.argv[0].c_str(), pointers(job.argv).data(), pointers(job.env).data());
  }
  const int error = errno;
  [[maybe_unused]] const auto wrote = ::write(failure, &error, sizeof error);
  ::_exit(127);
}

// Starts the job. Returns its process id, or nothing and the reason in `done`.
std::optional<pid_t> start(const Job& job, const Pipe& out, const Pipe& err, Done& done) {
  if (job.argv.empty()) {
    done.error = "the job has no program";
    return std::nullopt;
  }
  Pipe failure = make_pipe("the job's start");
  const pid_t child = checked(::fork(), "fork", job.argv[0]);
  if (child == 0) become(job, out, err, failure.write_end.get());
  failure.write_end.reset();
  int error = 0;
  // exec closes the other end: nothing to read means that it went well.
  if (::read(failure.read_end.get(), &error, sizeof error) == sizeof error) {
    done.error = fmt::format("cannot run {} in the guest: {}", job.argv[0], std::strerror(error));
    ::waitpid(child, nullptr, 0);
    return std::nullopt;
  }
  return child;
}

// Reaps whatever has ended; orphans are process 1's children too. True when
// the job was among them.
bool reap(pid_t job, Done& done) {
  bool ended = false;
  int status = 0;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    if (pid != job) continue;
    ended = true;
    done.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    done.status = done.signal != 0 ? 128 + done.signal : WEXITSTATUS(status);
  }
  return ended;
}

// Passes on what is there. False at the end of the stream.
bool forward(GuestChannel& channel, const Fd& from, Stream stream) {
  std::string bytes(chunk_size, '\0');
  const ssize_t got = ::read(from.get(), bytes.data(), bytes.size());
  if (got <= 0) return false;
  bytes.resize(static_cast<std::size_t>(got));
  channel.send(Output{stream, std::move(bytes)});
  return true;
}

// What the host says while the job runs can only be Stop. False: no more will come.
bool obey(GuestChannel& channel, pid_t job) {
  try {
    if (std::holds_alternative<Stop>(channel.receive())) ::kill(job, SIGINT);
    return true;
  } catch (const std::exception&) {
    return false;  // it has hung up, and is about to end this machine
  }
}

}  // namespace

void GuestChannel::send(const Message& message) {
  const auto frame = encode_frame(to_value(message));
  std::string_view rest = frame;
  while (!rest.empty()) {
    const auto wrote = checked(::write(port_.get(), rest.data(), rest.size()), "write", "the host");
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

Message GuestChannel::receive() {
  std::array<char, chunk_size> bytes;
  for (;;) {
    if (const auto value = reader_.next()) return from_value(*value);
    const auto got = checked(::read(port_.get(), bytes.data(), bytes.size()), "read", "the host");
    if (got == 0) throw EnvironmentError("the host hung up before it had given a job");
    reader_.feed({bytes.data(), static_cast<std::size_t>(got)});
  }
}

void GuestChannel::wait_for_end() {
  std::array<char, 256> ignored;
  while (::read(port_.get(), ignored.data(), ignored.size()) > 0) continue;
}

Done run_job(GuestChannel& channel, const Job& job) {
  Done done;
  sigset_t child_signal;
  sigemptyset(&child_signal);
  sigaddset(&child_signal, SIGCHLD);
  checked(::sigprocmask(SIG_BLOCK, &child_signal, nullptr), "sigprocmask", "SIGCHLD");
  const Fd children(checked(::signalfd(-1, &child_signal, SFD_CLOEXEC), "signalfd", "SIGCHLD"));

  if (!job.collect.empty()) std::filesystem::create_directories(job.collect);
  Pipe out = make_pipe("the job's output"), err = make_pipe("the job's errors");
  const auto pid = start(job, out, err, done);
  out.write_end.reset();
  err.write_end.reset();
  if (!pid) return done;

  const bool limited = job.deadline.count() > 0;
  const Deadline deadline(job.deadline);
  Deadline beat(heartbeat);
  bool running = true, heard = true;  // the host may still say something
  while (running || out.read_end || err.read_end) {
    if (running && limited && deadline.passed()) {
      done.timed_out = true;
      ::kill(-1, SIGKILL);  // all but process 1
    }
    std::array<pollfd, 4> wait = {{{children.get(), POLLIN, 0},
                                   {out.read_end.get(), POLLIN, 0},
                                   {err.read_end.get(), POLLIN, 0},
                                   {running && heard ? channel.port().get() : -1, POLLIN, 0}}};
    int timeout = beat.poll_timeout();
    if (limited && !done.timed_out) timeout = std::min(timeout, deadline.poll_timeout());
    checked(::poll(wait.data(), wait.size(), timeout), "poll", "the job");
    if (beat.passed()) {
      channel.send(Output{});
      beat = Deadline(heartbeat);
    }
    if (wait[1].revents != 0 && !forward(channel, out.read_end, Stream::out)) out.read_end.reset();
    if (wait[2].revents != 0 && !forward(channel, err.read_end, Stream::err)) err.read_end.reset();
    if (wait[3].revents != 0) heard = obey(channel, *pid);
    if (wait[0].revents == 0) continue;
    signalfd_siginfo which;
    checked(::read(children.get(), &which, sizeof which), "read", "signalfd");
    if (running && reap(*pid, done)) {
      running = false;
      // What the job left running would keep its pipes open for ever.
      ::kill(-1, SIGKILL);
    }
  }
  if (!job.collect.empty() && ::access(job.collect.c_str(), F_OK) == 0) {
    send_tree(job.collect, [&](FileChunk chunk) { channel.send(chunk); });
  }
  return done;
}

}  // namespace lab::vm
