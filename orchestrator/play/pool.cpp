// SPDX-License-Identifier: MIT
#include "play/pool.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <list>
#include <vector>

#include "util/clock.hpp"
#include "util/descendants.hpp"
#include "util/error.hpp"
#include "util/tail.hpp"

namespace lab::play {
namespace {

using std::chrono::steady_clock;

// Bytes per read, so that a job that floods does not starve the others.
constexpr std::size_t read_size = 65536;
// Reads of a job's output after its end: limited, because a process that it left in another
// group may keep printing.
constexpr std::size_t pieces_at_the_end = 16;
constexpr std::size_t kept_words = 16384, shown_lines = 15;

struct Running {
  Running(std::size_t number, const PoolSettings& settings,
          const std::function<void(const Line&)>& work)
      : job(number), process(work), deadline(settings.deadline) {
    ended.deadline = settings.deadline;
  }

  std::size_t job;
  Process process;
  Deadline deadline;
  steady_clock::time_point begin = steady_clock::now();
  MessageReader messages;
  Tail words{kept_words};
  Ended ended;
  bool killed = false;
  bool no_messages = false, no_words = false;  // the pipe's other ends are closed
  bool finished = false;                       // its process was reaped; it is to be reported
};

class Pool {
 public:
  Pool(const PoolSettings& settings, const Jobs& jobs) : settings_(settings), jobs_(jobs) {
    adopt_orphans();
  }
  ~Pool() {
    running_.clear();  // kills them
    end_orphans();
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  bool to_the_end() {
    while (next_ < jobs_.count || !running_.empty()) {
      while (next_ < jobs_.count && working() < std::max<std::size_t>(settings_.in_parallel, 1))
        start(next_++);
      if (!wait_and_serve()) return false;
    }
    return true;
  }

 private:
  void start(std::size_t job) {
    running_.emplace_back(job, settings_, [this, job](const Line& line) { jobs_.work(job, line); });
    if (jobs_.started) jobs_.started(job);
  }

  // Those whose work is not over. One that has closed its line only has to die, for which
  // the kernel takes its time (net/packet_fd.hpp); the next does not wait for that.
  std::size_t working() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        running_, [](const Running& each) { return !each.no_messages && !each.finished; }));
  }

  // False: cancelled.
  bool wait_and_serve() {
    std::vector<pollfd> polled{{settings_.cancel_fd, POLLIN, 0}};
    int timeout = -1;
    std::vector<Running*> served;
    for (Running& each : running_) {
      if (each.finished) continue;
      served.push_back(&each);
      polled.push_back({each.no_messages ? -1 : each.process.messages().get(), POLLIN, 0});
      polled.push_back({each.no_words ? -1 : each.process.words().get(), POLLIN, 0});
      polled.push_back({each.process.end().get(), POLLIN, 0});
      if (each.killed) continue;
      const int left = each.deadline.poll_timeout();
      timeout = timeout < 0 ? left : std::min(timeout, left);
    }
    if (::poll(polled.data(), polled.size(), timeout) < 0 && errno != EINTR)
      throw_errno("poll", "the jobs");
    if (polled[0].revents != 0) return false;
    const pollfd* at = &polled[1];
    for (Running* each : served) {
      serve(*each, at);
      at += 3;
    }
    report_finished();
    return true;
  }

  void serve(Running& running, const pollfd* polled) {
    if (polled[0].revents != 0) read_messages(running);
    if (polled[1].revents != 0) read_words(running);
    if (polled[2].revents != 0) {
      finish(running);
    } else if (!running.killed && running.deadline.passed()) {
      running.ended.timed_out = true;
      kill(running);
    }
  }

  // Jobs whose work is over are reported in the order in which they were started. One whose
  // process stays delays those after it, until its deadline at most.
  void report_finished() {
    for (auto each = running_.begin(); each != running_.end();) {
      if (each->finished) {
        if (jobs_.ended) jobs_.ended(each->job, each->ended);
        each = running_.erase(each);
      } else if (each->no_messages) {
        return;
      } else {
        ++each;
      }
    }
  }

  static void kill(Running& running) {
    running.killed = true;
    running.process.kill();
  }

  // True: there may be more. Sets `closed` at the end of the stream.
  template <typename Take>
  static bool read_piece(const Fd& from, bool& closed, Take take) {
    std::array<char, read_size> bytes;
    const ssize_t got = ::read(from.get(), bytes.data(), bytes.size());
    if (got > 0) take(std::string_view(bytes.data(), static_cast<std::size_t>(got)));
    closed |= got == 0;
    return got > 0;
  }

  bool read_words(Running& running) {
    return read_piece(running.process.words(), running.no_words,
                      [&](std::string_view bytes) { running.words.add(bytes); });
  }

  bool read_messages(Running& running) {
    const bool more = read_piece(running.process.messages(), running.no_messages,
                                 [&](std::string_view bytes) { running.messages.feed(bytes); });
    while (auto message = next_message(running))
      if (jobs_.said) jobs_.said(running.job, std::move(*message));
    return more;
  }

  static std::optional<Message> next_message(Running& running) {
    if (!running.ended.error.empty()) return std::nullopt;  // the rest is unreadable
    try {
      return running.messages.next();
    } catch (const EnvironmentError& error) {
      running.ended.error = error.what();
      kill(running);
      return std::nullopt;
    }
  }

  // What jobs that were killed have left, in other process groups and sessions: it belongs to
  // this process then. What those that run have left belongs to them.
  void end_orphans() const {
    constexpr std::chrono::seconds most{3};
    std::vector<pid_t> jobs;
    for (const Running& each : running_)
      if (!each.finished) jobs.push_back(each.process.pid());
    end_descendants(jobs, Deadline(most));
  }

  // Reaps the job's process, and reads what it still said.
  void finish(Running& running) {
    running.finished = true;
    running.ended.end = running.process.reap();
    end_orphans();
    while (!running.no_messages && read_messages(running)) continue;
    if (running.messages.inside_message() && running.ended.error.empty())
      running.ended.error = "a truncated message";
    for (std::size_t i = 0; i < pieces_at_the_end && !running.no_words && read_words(running); ++i)
      continue;
    running.ended.words = running.words.last_lines(shown_lines);
    running.ended.took = steady_clock::now() - running.begin;
  }

  const PoolSettings& settings_;
  const Jobs& jobs_;
  std::size_t next_ = 0;
  std::list<Running> running_;
};

}  // namespace

bool run_jobs(const PoolSettings& settings, const Jobs& jobs) {
  return Pool(settings, jobs).to_the_end();
}

}  // namespace lab::play
