// SPDX-License-Identifier: MIT
#include "vm/guest.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "util/text.hpp"

namespace lab::vm {
namespace {

// An oops with its call trace is some sixty lines.
constexpr std::size_t shown_lines = 70;

std::string indented(const std::string& text) {
  std::string result;
  for (const auto line : lines(text)) result += fmt::format("    {}\n", line);
  if (!result.empty()) result.pop_back();
  return result;
}

}  // namespace

Message Guest::receive(std::chrono::milliseconds silence) {
  Deadline deadline(silence);
  for (;;) {
    if (job_ends_ && job_ends_->passed())
      lost("the job did not end at its deadline, and the guest did not end it");
    try {
      if (const auto value = reader_.next()) return from_value(*value);
    } catch (const FrameError& error) {
      lost(fmt::format("the guest sent something that the host cannot read ({})", error.what()));
    }
    if (ended_)
      lost(reader_.inside_frame() ? "the guest ended in the middle of a message"
                                  : "the guest ended before the job did");
    const bool job_first = job_ends_ && job_ends_->poll_timeout() < deadline.poll_timeout();
    if (!pump(job_first ? *job_ends_ : deadline) && !job_first) {
      lost(fmt::format("nothing came from the guest for {} s: it hangs",
                       std::chrono::duration<double>(silence).count()));
    }
  }
}

void Guest::post(const Message& message) { outbox_ += encode_frame(to_value(message)); }

void Guest::send(const Message& message, std::chrono::milliseconds silence) {
  post(message);
  Deadline deadline(silence);
  while (!outbox_.empty()) {
    const auto before = outbox_.size();
    if (ended_) lost("the guest ended while it received its job");
    if (!pump(deadline)) {
      lost(fmt::format("the guest read nothing for {} s: it hangs",
                       std::chrono::duration<double>(silence).count()));
    }
    if (outbox_.size() != before) deadline = Deadline(silence);
  }
}

bool Guest::pump(const Deadline& deadline) {
  const short channel_events = static_cast<short>(POLLIN | (outbox_.empty() ? 0 : POLLOUT));
  std::vector<pollfd> wait = {{machine_.channel().get(), channel_events, 0},
                              {machine_.console().get(), POLLIN, 0},
                              {machine_.words().get(), POLLIN, 0},
                              {cancel_, POLLIN, 0}};
  const std::size_t ours = wait.size();
  for (const Watched& each : watched_) wait.push_back({each.fd, POLLIN, 0});
  // A line that has ended would make poll() return at once every time.
  if (console_ended_) wait[1].fd = -1;
  if (words_ended_) wait[2].fd = -1;
  const int ready = ::poll(wait.data(), wait.size(), deadline.poll_timeout());
  if (ready < 0 && errno != EINTR) throw_errno("poll", "the guest");
  if (ready <= 0) return !deadline.passed();
  if (wait[3].revents != 0) throw Cancelled("cancelled");
  if (wait[1].revents != 0) console_ended_ = !drain(machine_.console(), console_);
  if (wait[2].revents != 0) words_ended_ = !drain(machine_.words(), words_);
  if (wait[0].revents & POLLOUT) flush();
  if (wait[0].revents & ~POLLOUT) {
    std::array<char, 65536> bytes;
    const ssize_t got = ::recv(machine_.channel().get(), bytes.data(), bytes.size(), 0);
    if (got > 0) reader_.feed({bytes.data(), static_cast<std::size_t>(got)});
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) ended_ = true;
  }
  for (std::size_t at = watched_.size(); at-- > 0;)
    if (wait[ours + at].revents != 0 && !watched_[at].act())
      watched_.erase(watched_.begin() + static_cast<std::ptrdiff_t>(at));
  return true;
}

void Guest::flush() {
  const ssize_t wrote =
      ::send(machine_.channel().get(), outbox_.data(), outbox_.size(), MSG_NOSIGNAL);
  if (wrote > 0) outbox_.erase(0, static_cast<std::size_t>(wrote));
  if (wrote < 0 && errno != EAGAIN && errno != EINTR) ended_ = true;
}

// False at the end of the line.
bool Guest::drain(const Fd& from, Tail& into) {
  std::array<char, 65536> bytes;
  const ssize_t got = ::recv(from.get(), bytes.data(), bytes.size(), 0);
  if (got > 0) into.add({bytes.data(), static_cast<std::size_t>(got)});
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

// Reads what was buffered when QEMU ended. Not until the end of the stream: a process
// that QEMU has started may hold the other end, and write endlessly.
void Guest::drain_rest(const Fd& from, Tail& into) {
  constexpr std::size_t most = 1 << 20;
  std::array<char, 65536> bytes;
  for (std::size_t taken = 0; taken < most;) {
    const ssize_t got = ::recv(from.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    into.add({bytes.data(), static_cast<std::size_t>(got)});
    taken += static_cast<std::size_t>(got);
  }
}

void Guest::lost(std::string what) {
  machine_.kill();
  drain_rest(machine_.console(), console_);
  drain_rest(machine_.words(), words_);
  const auto console = console_.last_lines(shown_lines);
  if (console.find("Kernel panic") != std::string::npos) what = "the guest's kernel panicked";
  if (!words_.empty()) what += fmt::format("\nQEMU said:\n{}", indented(words_.last_lines(10)));
  what += console.empty()
              ? "\nThe guest's console is empty (LAB_GUEST_LOG=1 shows its kernel's log)."
              : fmt::format("\nThe last lines of its console:\n{}", indented(console));
  throw GuestLost(what);
}

}  // namespace lab::vm
