// SPDX-License-Identifier: MIT
#include "vm/guest_job.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/ioctl.h>
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

#include "util/child.hpp"
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

// What the job reads from and writes to: a terminal, or /dev/null and two pipes.
struct Lines {
  Pipe out, err;  // without a terminal
  Fd terminal;    // our end of it (the master)
  Fd its_end;     // the job's, open until it has started
};

winsize kernels(const WindowSize& size) {
  winsize result{};
  result.ws_row = size.rows;
  result.ws_col = size.columns;
  return result;
}

Lines make_lines(const Job& job) {
  Lines lines;
  if (!job.terminal) {
    lines.out = make_pipe("the job's output");
    lines.err = make_pipe("the job's errors");
    return lines;
  }
  // Our end must not block: a job that does not read its input must not keep us from
  // passing on its output.
  lines.terminal = Fd(checked(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK),
                              "posix_openpt", "the job's terminal"));
  checked(::grantpt(lines.terminal.get()), "grantpt", "the job's terminal");
  checked(::unlockpt(lines.terminal.get()), "unlockpt", "the job's terminal");
  const winsize size = kernels(*job.terminal);
  checked(::ioctl(lines.terminal.get(), TIOCSWINSZ, &size), "TIOCSWINSZ", "the job's terminal");
  lines.its_end = Fd(checked(
      ::ioctl(lines.terminal.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC), "TIOCGPTPEER",
      "the job's terminal"));
  return lines;
}

// In the child: sets its three descriptors; whether that worked.
bool take(const Lines& lines) {
  if (lines.its_end)
    return ::ioctl(lines.its_end.get(), TIOCSCTTY, 0) == 0 &&
           ::dup2(lines.its_end.get(), 0) >= 0 && ::dup2(lines.its_end.get(), 1) >= 0 &&
           ::dup2(lines.its_end.get(), 2) >= 0;
  const int nothing = ::open("/dev/null", O_RDONLY);
  return nothing >= 0 && ::dup2(nothing, 0) >= 0 && ::dup2(lines.out.write_end.get(), 1) >= 0 &&
         ::dup2(lines.err.write_end.get(), 2) >= 0;
}

// In the child. Returns only if exec failed.
void become(const Job& job, const Lines& lines) noexcept {
  ::setpriority(PRIO_PROCESS, 0, 0);  // process 1 has raised its own
  if (take(lines) && ::chdir("/work") == 0)
    ::execve(job.argv[0].c_str(), pointers(job.argv).data(), pointers(job.env).data());
}

// Starts the job. Returns its process id, or nothing and the reason in `done`.
std::optional<pid_t> start(const Job& job, const Lines& lines, Done& done) {
  if (job.argv.empty()) {
    done.error = "the job has no program";
    return std::nullopt;
  }
  ExecReport report("the job's start");
  const ChildSettings settings{.group = ChildSettings::Group::own_session};
  const pid_t child = fork_child(job.argv[0], settings, [&] {
    become(job, lines);
    return report.fail();
  });
  if (const int error = report.wait()) {
    done.error = fmt::format("cannot run {} in the guest: {}", job.argv[0], std::strerror(error));
    wait_for_end(child);
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

// Passes on what can be read. False at the end of the stream, which for a terminal is
// EIO: its other end is closed.
bool forward(GuestChannel& channel, const Fd& from, Stream stream) {
  std::string bytes(chunk_size, '\0');
  const ssize_t got = ::read(from.get(), bytes.data(), bytes.size());
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  if (got <= 0) return false;
  bytes.resize(static_cast<std::size_t>(got));
  channel.send(Output{stream, std::move(bytes)});
  return true;
}

// What was typed and has not reached the job yet.
class Typed {
 public:
  void add(std::string_view bytes) { bytes_ += bytes; }
  bool empty() const { return bytes_.empty(); }
  void pass_on(const Fd& terminal) {
    const ssize_t wrote = ::write(terminal.get(), bytes_.data(), bytes_.size());
    if (wrote > 0) bytes_.erase(0, static_cast<std::size_t>(wrote));
    // No process will read it.
    if (wrote < 0 && errno != EAGAIN && errno != EINTR) bytes_.clear();
  }

 private:
  std::string bytes_;
};

// A message of the host while the job runs. False: no more will come.
bool obey(GuestChannel& channel, pid_t job, const Fd& terminal, Typed& typed) {
  try {
    for (bool more = true; more; more = channel.has_more()) {
      const Message message = channel.receive();
      if (std::holds_alternative<Stop>(message)) ::kill(job, SIGINT);
      if (const auto* input = std::get_if<Input>(&message); input && terminal)
        typed.add(input->bytes);
      if (const auto* resize = std::get_if<Resize>(&message); resize && terminal) {
        const winsize size = kernels(resize->size);
        ::ioctl(terminal.get(), TIOCSWINSZ, &size);
      }
    }
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

bool GuestChannel::has_more() {
  if (!waiting_) waiting_ = reader_.next();
  return waiting_.has_value();
}

Message GuestChannel::receive() {
  std::array<char, chunk_size> bytes;
  for (;;) {
    if (has_more()) return from_value(*std::exchange(waiting_, std::nullopt));
    const auto got = checked(::read(port_.get(), bytes.data(), bytes.size()), "read", "the host");
    if (got == 0) throw EnvironmentError("the host hung up before it sent a job");
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

  if (!job.collect.empty()) {
    std::filesystem::create_directories(job.collect);
    keep_from_programs(job.collect);
  }
  Lines lines = make_lines(job);
  const auto pid = start(job, lines, done);
  lines.its_end.reset();
  lines.out.write_end.reset();
  lines.err.write_end.reset();
  if (!pid) return done;
  // A terminal is both read and written.
  Fd& out = lines.terminal ? lines.terminal : lines.out.read_end;
  Fd& err = lines.err.read_end;
  Typed typed;

  const bool limited = job.deadline.count() > 0;
  const Deadline deadline(job.deadline);
  Deadline beat(heartbeat);
  bool running = true, heard = true;  // the host may still send messages
  while (running || out || err) {
    if (running && limited && deadline.passed()) {
      done.timed_out = true;
      ::kill(-1, SIGKILL);  // all but process 1
    }
    const short out_events =
        static_cast<short>(POLLIN | (lines.terminal && !typed.empty() ? POLLOUT : 0));
    std::array<pollfd, 4> wait = {{{children.get(), POLLIN, 0},
                                   {out.get(), out_events, 0},
                                   {err.get(), POLLIN, 0},
                                   {running && heard ? channel.port().get() : -1, POLLIN, 0}}};
    int timeout = beat.poll_timeout();
    if (limited && !done.timed_out) timeout = std::min(timeout, deadline.poll_timeout());
    // poll(2) does not report what came together with the job.
    const bool has_more = running && heard && channel.has_more();
    if (has_more) timeout = 0;
    checked(::poll(wait.data(), wait.size(), timeout), "poll", "the job");
    if (beat.passed()) {
      channel.send(Output{});
      beat = Deadline(heartbeat);
    }
    if (wait[1].revents & POLLOUT) typed.pass_on(out);
    if ((wait[1].revents & ~POLLOUT) && !forward(channel, out, Stream::out)) out.reset();
    if (wait[2].revents != 0 && !forward(channel, err, Stream::err)) err.reset();
    if (has_more || wait[3].revents != 0) heard = obey(channel, *pid, lines.terminal, typed);
    if (wait[0].revents == 0) continue;
    signalfd_siginfo which;
    checked(::read(children.get(), &which, sizeof which), "read", "signalfd");
    if (running && reap(*pid, done)) {
      running = false;
      // Processes that the job left running would keep its pipes open.
      ::kill(-1, SIGKILL);
    }
  }
  if (!job.collect.empty() && ::access(job.collect.c_str(), F_OK) == 0) {
    send_tree(job.collect, [&](FileChunk chunk) { channel.send(chunk); });
  }
  return done;
}

}  // namespace lab::vm
