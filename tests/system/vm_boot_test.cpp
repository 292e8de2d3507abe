// SPDX-License-Identifier: MIT
//
// The microVM for real: boots the images that the build made, gives the guest
// a program (guest_probe.c), and looks at what comes back. Without an image
// every test here fails, it does not skip: the build was to make them.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>

#include "series.hpp"
#include "util/error.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"
#include "vm/run.hpp"

namespace lab::vm {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

// Real kernels are slow under TCG. What is common to several questions is asked in one boot.
class Boot : public testing::TestWithParam<std::string> {
 protected:
  Boot() {
    options_.series = GetParam();
    options_.build = BUILD_DIR;
    sinks_.output = [this](Stream stream, std::string_view bytes) {
      (stream == Stream::out ? out_ : err_).append(bytes);
    };
    sinks_.file = [this](const FileChunk& chunk) { files_[chunk.path] += chunk.bytes; };
    sinks_.note = [](std::string_view line) { fmt::print(stderr, "note: {}\n", line); };
  }

  Outcome probe(std::vector<std::string> arguments) {
    job_.argv = {"/work/probe"};
    job_.argv.insert(job_.argv.end(), arguments.begin(), arguments.end());
    uploads_.push_back({in_guest(GetParam(), GUEST_PROBE), "/work/probe"});
    return run_in_vm(options_, job_, uploads_, sinks_);
  }

  Options options_;
  Job job_;
  std::vector<Upload> uploads_;
  Sinks sinks_;
  std::string out_, err_;
  std::map<std::string, std::string> files_;
};

// This process's one child, which is QEMU; 0 when there is none.
pid_t only_child() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto pid = to_integer<pid_t>(entry.path().filename().string());
    if (!pid) continue;
    // "4121 (name) S 4100 …": the fourth is the parent.
    std::ifstream file(entry.path() / "stat");
    const std::string stat{std::istreambuf_iterator<char>(file), {}};
    const auto after_name = words(std::string_view(stat).substr(stat.rfind(')') + 1));
    if (after_name.size() > 1 && after_name[1] == std::to_string(::getpid())) return *pid;
  }
  return 0;
}

TEST_P(Boot, AJobsArgumentsFilesOutputAndStatusPassThrough) {
  const TemporaryFolder folder;
  const std::string given = folder.path() / "given";
  std::ofstream(given) << "given";
  uploads_ = {{given, "/work/given/file"}};
  job_.env = {"COLOUR=blue"};
  job_.collect = "/work/out";

  const Outcome outcome = probe({"report", "one word"});

  EXPECT_EQ(outcome.status, 42);
  EXPECT_EQ(out_,
            "argument one word, environment blue, file given, directory /work, files 1048576\n");
  EXPECT_EQ(err_, "and this is stderr\n");
  EXPECT_THAT(files_, testing::ElementsAre(testing::Pair("deep/note", "kept\n")));
  EXPECT_THAT(outcome.release, StartsWith(release_prefix(GetParam())));
}

TEST_P(Boot, MegabytesOfOutputArriveWhole) {
  constexpr std::size_t size = 8'000'000;
  EXPECT_EQ(probe({"flood", std::to_string(size)}).status, 0);
  ASSERT_EQ(out_.size(), size);
  unsigned state = 1;
  for (const char byte : out_) {
    state = state * 1664525 + 1013904223;
    ASSERT_EQ(static_cast<unsigned char>(byte), state >> 24);
  }
}

TEST_P(Boot, ContinuesFromASnapshotAsAnotherGuestEachTime) {
  const TemporaryFolder folder;
  options_.accelerator = Accelerator::tcg;
  options_.snapshot = make_snapshot(options_, folder.path() / "o'neill", sinks_);
  ASSERT_TRUE(options_.snapshot);
  std::vector<std::string> seen;
  for (int time = 0; time < 2; ++time) {
    out_.clear();
    EXPECT_EQ(probe({"random"}).status, 0) << err_;
    const auto fields = words(out_);
    ASSERT_EQ(fields.size(), 2u) << out_;
    seen.emplace_back(fields[0]);
    const auto difference = std::time(nullptr) - to_integer<std::time_t>(fields[1]).value_or(0);
    EXPECT_LE(difference, 60);
    EXPECT_GE(difference, 0);
  }
  EXPECT_NE(seen[0], seen[1]);
  // A job's files and status pass as after a boot.
  EXPECT_EQ(probe({"die"}).status, 128 + SIGSEGV);
}

TEST_P(Boot, TheKernelGetsTheModulesThatItAsksFor) {
  EXPECT_EQ(probe({"autoload"}).status, 0) << err_;
}

TEST_P(Boot, AJobThatIsKilledHasTheShellsStatus) {
  EXPECT_EQ(probe({"die"}).status, 128 + SIGSEGV);
}

TEST_P(Boot, AJobThatTakesTooLongIsEndedByTheGuest) {
  job_.deadline = std::chrono::milliseconds(300);
  const Outcome outcome = probe({"sleep"});
  EXPECT_TRUE(outcome.timed_out);
  EXPECT_EQ(outcome.status, 128 + SIGKILL);
}

TEST_P(Boot, WhatAJobLeavesRunningDoesNotKeepTheGuestUp) {
  EXPECT_EQ(probe({"leave-orphan"}).status, 0);
  EXPECT_EQ(out_, "left\n");
}

TEST_P(Boot, AProgramThatIsNotThereIsNamed) {
  job_.argv = {"/lab/no-such-program"};
  EXPECT_THAT([&] { run_in_vm(options_, job_, {}, sinks_); },
              ThrowsMessage<EnvironmentError>(
                  HasSubstr("cannot run /lab/no-such-program in the guest: No such file")));
}

TEST_P(Boot, APanicIsToldWithTheKernelsLastWords) {
  EXPECT_THAT(
      [&] { probe({"panic"}); },
      ThrowsMessage<GuestLost>(AllOf(StartsWith("the guest's kernel panicked"), HasSubstr("sysrq"),
                                     testing::AnyOf(HasSubstr("Call Trace"),
                                                    HasSubstr("Call trace")))));  // arm64
}

TEST_P(Boot, AGuestThatHangsIsGivenUp) {
  // A guest whose processors stand still: QEMU is stopped.
  sinks_.output = [](Stream, std::string_view) { ASSERT_EQ(::kill(only_child(), SIGSTOP), 0); };
  options_.silence = std::chrono::seconds(15);
  EXPECT_THAT(
      [&] { probe({"sleep"}); },
      ThrowsMessage<GuestLost>(HasSubstr("nothing came from the guest for 15 s: it hangs")));
  EXPECT_EQ(only_child(), 0);
}

TEST_P(Boot, AGuestThatIsBusyOnlyWithItsJobIsNotTakenForHanging) {
  options_.silence = std::chrono::seconds(15);
  job_.deadline = std::chrono::seconds(20);
  EXPECT_TRUE(probe({"sleep"}).timed_out);
}

TEST_P(Boot, AWarningOfTheKernelOutweighsTheJobsSuccess) {
  EXPECT_THAT([&] { probe({"warn"}); },
              ThrowsMessage<EnvironmentError>(
                  AllOf(HasSubstr("the guest's kernel complained while the job ran: W"),
                        HasSubstr("something is odd"))));
}

INSTANTIATE_TEST_SUITE_P(Linux, Boot, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return test_name(each.param); });

#ifdef BROKEN
// An image whose tcp_lookup.ko is no module: what finit_module() says gets through.
TEST(Module, ThatTheKernelRefusesIsReportedWithTheReason) {
  Options options;
  options.build = BROKEN;
  EXPECT_THAT(
      [&] {
        run_in_vm(options, Job{{"/bin/true"}, {}, {}, {}}, {}, {});
      },
      ThrowsMessage<EnvironmentError>(
          AllOf(HasSubstr("refuses the module tcp_lookup"), HasSubstr("Exec format error"))));
}
#endif

}  // namespace
}  // namespace lab::vm
