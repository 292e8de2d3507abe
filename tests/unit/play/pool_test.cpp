// SPDX-License-Identifier: MIT
//
// Jobs that behave, and jobs that do what a play must never do. None of it
// needs root.
#include "play/pool.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <new>
#include <stdexcept>
#include <thread>
#include <vector>

#include "util/pipe.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr milliseconds soon{1000}, ample{60'000};

[[noreturn]] void hang() {
  for (;;) ::pause();
}

struct Story {
  bool whole = false;  // what run_jobs() returned
  std::map<std::size_t, std::string> said;
  std::map<std::size_t, Ended> ended;
  std::vector<std::size_t> order;  // in which they were reported
};

using Work = std::function<void(const Line&)>;

Story play(const std::vector<Work>& works, PoolSettings settings = {.in_parallel = 2}) {
  Story story;
  Jobs jobs;
  jobs.count = works.size();
  jobs.work = [&](std::size_t job, const Line& line) { works[job](line); };
  jobs.said = [&](std::size_t job, const Message& message) {
    EXPECT_FALSE(story.ended.contains(job)) << "a word after the end";
    story.said[job] += message.text;
  };
  jobs.ended = [&](std::size_t job, const Ended& ended) {
    story.ended[job] = ended;
    story.order.push_back(job);
  };
  story.whole = run_jobs(settings, jobs);
  return story;
}

const Work well = [](const Line& line) { line.send('m', "well"); };

// What became of the job beside one that is well, which must not have suffered.
Ended beside(const Work& bad, milliseconds deadline = ample) {
  const Story story = play({well, bad, well, well}, {.in_parallel = 2, .deadline = deadline});
  EXPECT_TRUE(story.whole);
  for (const std::size_t job : {0, 2, 3}) {
    EXPECT_EQ(story.said.at(job), "well");
    EXPECT_EQ(story.ended.at(job).end.status, 0);
    EXPECT_FALSE(story.ended.at(job).timed_out);
  }
  return story.ended.at(1);
}

TEST(Pool, PassesOnWhatEachJobSends) {
  const Story story = play({[](const Line& line) {
                              line.send('a', "one ");
                              line.send('b', "two");
                            },
                            [](const Line&) {}});
  EXPECT_TRUE(story.whole);
  EXPECT_EQ(story.said.at(0), "one two");
  EXPECT_FALSE(story.said.contains(1));
  EXPECT_EQ(story.ended.size(), 2u);
}

TEST(Pool, EndsAtOnceWithoutJobs) { EXPECT_TRUE(play({}).whole); }

TEST(Pool, StartsTheNextJobWhenTheWorkOfOneIsOver) {
  const Pipe next = make_pipe("the next job");
  const Story story = play({[&](const Line& line) {
                              ::close(line.fd());  // its work is over; its process stays
                              char word;
                              if (::read(next.read_end.get(), &word, 1) != 1) std::abort();
                            },
                            [&](const Line&) {
                              if (::write(next.write_end.get(), "x", 1) != 1) std::abort();
                            }},
                           {.in_parallel = 1, .deadline = 10 * soon});
  EXPECT_TRUE(story.whole);
  EXPECT_FALSE(story.ended.at(0).timed_out);
  EXPECT_EQ(story.ended.at(0).end.signal, 0);
  EXPECT_EQ(story.ended.at(1).end.signal, 0);
}

// Makes the end of this process take the kernel some time.
void use_much_memory() {
  constexpr std::size_t size = 256 << 20, page = 4096;
  auto* memory = static_cast<char*>(
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (memory == MAP_FAILED) std::abort();
  ::madvise(memory, size, MADV_NOHUGEPAGE);
  for (std::size_t at = 0; at < size; at += page) memory[at] = 1;
}

// Those that follow have their deadlines while the first is still being killed.
TEST(Pool, TimesOutOnlyTheJobWhoseProcessStays) {
  const std::vector<Work> works = {[](const Line& line) {
                                     ::close(line.fd());  // its work is over
                                     use_much_memory();
                                     hang();
                                   },
                                   well, well};
  const Story story = play(works, {.in_parallel = 1, .deadline = soon});
  EXPECT_TRUE(story.whole);
  EXPECT_TRUE(story.ended.at(0).timed_out);
  for (const std::size_t job : {1, 2}) {
    EXPECT_EQ(story.said.at(job), "well");
    EXPECT_FALSE(story.ended.at(job).timed_out) << job;
    EXPECT_EQ(story.ended.at(job).end.signal, 0) << job;
    EXPECT_LT(story.ended.at(job).took, soon) << "reaped only when the first was";
  }
  EXPECT_THAT(story.order, testing::ElementsAre(0, 1, 2));
}

TEST(Pool, KillsAHangingJobAtItsDeadline) {
  const Ended ended = beside(
      [](const Line& line) {
        line.send('m', "begun");
        hang();
      },
      soon);
  EXPECT_TRUE(ended.timed_out);
  EXPECT_EQ(ended.end.signal, SIGKILL);
}

TEST(Pool, KillsAJobThatIgnoresSignals) {
  const Ended ended = beside(
      [](const Line&) {
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) std::signal(signal, SIG_IGN);
        hang();
      },
      soon);
  EXPECT_TRUE(ended.timed_out);
}

TEST(Pool, ReportsTheSignalOfACrash) {
  const Ended ended = beside([](const Line&) { std::abort(); });
  EXPECT_EQ(ended.end.signal, SIGABRT);
  EXPECT_FALSE(ended.timed_out);
}

TEST(Pool, KeepsTheLastOutputOfAJobThatThrows) {
  const Ended ended = beside([](const Line&) { throw std::runtime_error("no such thing"); });
  EXPECT_EQ(ended.end.status, 1);
  EXPECT_EQ(ended.words, "no such thing\n");
}

TEST(Pool, KeepsOnlyTheEndOfAFlood) {
  const Ended ended = beside([](const Line&) {
    for (int i = 0; i < 200'000; ++i) ::dprintf(i % 2 ? 1 : 2, "line %d\n", i);
  });
  EXPECT_EQ(ended.end.status, 0);
  EXPECT_THAT(ended.words, testing::EndsWith("line 199998\nline 199999\n"));
  EXPECT_LT(lines(ended.words).size(), 100u);
}

TEST(Pool, ReadsAFloodOfMessagesWhileOthersRun) {
  const Story story = play({[](const Line& line) {
                              for (int i = 0; i < 10'000; ++i)
                                line.send('m', std::string(100, 'x'));
                            },
                            well});
  EXPECT_EQ(story.said.at(0).size(), 1'000'000u);
  EXPECT_EQ(story.said.at(1), "well");
}

// The job's memory is broken, say: it writes what is no message into every pipe that it has.
TEST(Pool, KillsAJobThatSendsAnInvalidFrame) {
  const Ended ended = beside([](const Line&) {
    const std::string nonsense(100, '\xff');
    for (int fd = 3; fd < 100; ++fd) {
      const int flags = ::fcntl(fd, F_GETFL);
      if (flags < 0 || (flags & O_ACCMODE) != O_WRONLY) continue;
      [[maybe_unused]] const auto wrote = ::write(fd, nonsense.data(), nonsense.size());
    }
    hang();
  });
  EXPECT_EQ(ended.end.signal, SIGKILL);
  EXPECT_THAT(ended.error, HasSubstr("a frame claims 4294967295 bytes"));
}

TEST(Pool, RecognizesATruncatedMessage) {
  const Ended ended = beside([](const Line& line) {
    line.send('m', "complete");
    const char beginning[] = {100, 0, 0, 0};
    if (::write(line.fd(), beginning, sizeof beginning) != sizeof beginning) ::abort();
  });
  EXPECT_EQ(ended.end.status, 0);
  EXPECT_EQ(ended.error, "a truncated message");
}

// Memory that the jobs' processes share with the test.
struct Shared {
  std::atomic<std::size_t> now = 0, most = 0, length = 0;
  std::array<char, 64> log{};

  void note(char what, std::size_t job) {
    log.at(length++) = what;
    log.at(length++) = static_cast<char>('0' + job);
  }
};

class SharedMemory {
 public:
  SharedMemory()
      : shared_(new (::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0)) Shared) {}
  ~SharedMemory() { ::munmap(shared_, sizeof(Shared)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;
  Shared* operator->() const { return shared_; }

 private:
  Shared* shared_;
};

TEST(Pool, RunsNoMoreInParallelThanAsked) {
  const SharedMemory shared;
  Jobs jobs;
  jobs.count = 20;
  jobs.work = [&](std::size_t, const Line&) {
    const std::size_t now = ++shared->now;
    std::size_t most = shared->most;
    while (most < now && !shared->most.compare_exchange_weak(most, now)) continue;
    const auto deadline = std::chrono::steady_clock::now() + ample;
    while (shared->most < 3 && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
    --shared->now;
  };
  EXPECT_TRUE(run_jobs({.in_parallel = 3}, jobs));
  EXPECT_EQ(shared->most, 3u);
}

TEST(Pool, RunsOneAfterTheOtherWithOneAtATime) {
  const SharedMemory shared;
  Jobs jobs;
  jobs.count = 3;
  jobs.work = [&](std::size_t job, const Line&) {
    shared->note('+', job);
    std::this_thread::yield();
    shared->note('-', job);
  };
  std::vector<std::size_t> ended;
  jobs.ended = [&](std::size_t job, const Ended&) { ended.push_back(job); };
  EXPECT_TRUE(run_jobs({.in_parallel = 1}, jobs));
  EXPECT_STREQ(shared->log.data(), "+0-0+1-1+2-2");
  EXPECT_THAT(ended, testing::ElementsAre(0, 1, 2));
}

// Two that wait for each other end only if they run at the same time.
TEST(Pool, RunsTheOthersAtTheSameTime) {
  const Pipe one = make_pipe("a test"), other = make_pipe("a test");
  const auto meet = [](const Pipe& mine, const Pipe& theirs) {
    return [&mine, &theirs](const Line&) {
      char letter = 'x';
      EXPECT_EQ(::write(mine.write_end.get(), &letter, 1), 1);
      EXPECT_EQ(::read(theirs.read_end.get(), &letter, 1), 1);
    };
  };
  const Story story = play({meet(one, other), meet(other, one)}, {.in_parallel = 2});
  EXPECT_FALSE(story.ended.at(0).timed_out);
  EXPECT_FALSE(story.ended.at(1).timed_out);
}

TEST(Pool, EndsAllWhenItIsCancelled) {
  const Fd cancel(::eventfd(0, EFD_CLOEXEC));
  const Pipe alive = make_pipe("a test");
  Story story;
  Jobs jobs;
  jobs.count = 5;
  jobs.work = [](std::size_t, const Line& line) {
    line.send('m', "begun");
    hang();
  };
  jobs.said = [&](std::size_t job, const Message&) {
    story.said[job] = "begun";
    if (story.said.size() == 2) ::eventfd_write(cancel.get(), 1);
  };
  jobs.ended = [&](std::size_t job, const Ended& ended) { story.ended[job] = ended; };
  EXPECT_FALSE(run_jobs({.in_parallel = 2, .cancel_fd = cancel.get()}, jobs));
  EXPECT_EQ(story.said.size(), 2u) << "the others were never begun";
  EXPECT_TRUE(story.ended.empty());
}

// The end of a pipe tells that all who hold its other end have gone.
bool closes(const Pipe& pipe) {
  pollfd polled{pipe.read_end.get(), POLLIN, 0};
  return ::poll(&polled, 1, 10'000) == 1 && (polled.revents & POLLHUP) != 0;
}

TEST(Pool, LeavesNoProcessBehind) {
  Pipe alive = make_pipe("a test");
  const Story story = play({[&](const Line&) {
    if (::fork() == 0) hang();
  }});
  EXPECT_EQ(story.ended.at(0).end.status, 0);
  alive.write_end.reset();
  EXPECT_TRUE(closes(alive)) << "the job's child still runs";
}

// Starts a program in a session of its own, whose parent ends.
void leave_an_orphan() {
  const pid_t parent = ::fork();
  if (parent == 0) {
    if (::fork() != 0) ::_exit(0);
    ::setsid();
    ::execl("/bin/sleep", "sleep", "1000", nullptr);
    ::_exit(127);
  }
  while (::waitpid(parent, nullptr, 0) < 0 && errno == EINTR) continue;
}

TEST(Pool, EndsWhatAJobHasLeftInAnotherSession) {
  // The second runs meanwhile, and what belongs to it stays.
  for (const bool crashes : {false, true}) {
    Pipe alive = make_pipe("a test");
    ::fcntl(alive.write_end.get(), F_SETFD, 0);  // the program keeps it
    const Pipe over = make_pipe("a test");
    const Story story = play({[&](const Line&) {
                                leave_an_orphan();
                                if (crashes) std::abort();
                              },
                              [&](const Line& line) {
                                const pid_t mine = ::fork();
                                if (mine == 0) {
                                  ::execl("/bin/sleep", "sleep", "1000", nullptr);
                                  ::_exit(127);
                                }
                                char byte;
                                if (::read(over.read_end.get(), &byte, 1) != 1) std::abort();
                                if (::kill(mine, 0) == 0) line.send('m', "mine lives");
                              },
                              [&](const Line&) {
                                if (::write(over.write_end.get(), "x", 1) != 1) std::abort();
                              }},
                             {.in_parallel = 2});
    EXPECT_EQ(story.ended.at(0).end.signal, crashes ? SIGABRT : 0);
    EXPECT_EQ(story.said.at(1), "mine lives");
    alive.write_end.reset();
    EXPECT_TRUE(closes(alive)) << "the job's orphan still runs";
  }
}

TEST(Pool, GivesAJobAnEmptyInput) {
  const Ended ended = beside([](const Line&) {
    char letter;
    if (::read(STDIN_FILENO, &letter, 1) != 0) throw std::runtime_error("there was something");
  });
  EXPECT_EQ(ended.words, "");
}

}  // namespace
}  // namespace lab::play
