// SPDX-License-Identifier: MIT
//
// The machine and its protocol, with a shell script in place of QEMU; real guests are
// tested in tests/system/vm_boot_test.cpp.
#include "vm/machine.hpp"

#include <gmock/gmock.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>

#include "unit/vm/build_directory.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/run.hpp"

namespace lab::vm {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

// A build directory with a guest in it, and a program of the test's as QEMU.
class FakeQemu : public testing::Test {
 protected:
  FakeQemu() { build_.add_guest("6.1", "6.1.0-56-cloud-amd64"); }
  ~FakeQemu() override { ::unsetenv("LAB_QEMU"); }

  void qemu_is(const std::string& script) {
    const auto path = build_.write("qemu", "#!/bin/bash\n" + script);
    ::chmod(path.c_str(), 0755);
    ::setenv("LAB_QEMU", path.c_str(), 1);
    options_.build = build_.path();
    options_.memory_file = build_.path() + "/accelerator.json";
    options_.accelerator = Accelerator::tcg;
    options_.boot_deadline = milliseconds(10'000);
  }
  Outcome run() { return run_in_vm(options_, Job{{"/lab/orchestrator"}, {}, {}, {}}, {}, {}); }

  const BuildDirectory build_;
  Options options_;
};

// The console's file descriptor as a script finds it in its arguments.
constexpr auto find_lines = R"(
for word in "$@"; do case $word in
  socket,id=console,fd=*) console=${word##*=} ;;
  socket,id=channel,fd=*) channel=${word##*=} ;;
esac; done
)";

TEST_F(FakeQemu, IsQuotedIfItDoesNotStart) {
  qemu_is("echo 'qemu: -accel kvm: failed to initialize kvm' >&2; exit 1");
  EXPECT_THAT([&] { run(); },
              ThrowsMessage<GuestLost>(AllOf(HasSubstr("the guest ended before the job did"),
                                             HasSubstr("failed to initialize kvm"))));
}

TEST_F(FakeQemu, ShowsTheConsoleOfAGuestThatPanics) {
  qemu_is(
      std::string(find_lines) +
      "printf '[ 1.0] BUG: unable to handle\\r\\n[ 1.1] Kernel panic - not syncing: Oops\\r\\n' "
      ">&$console");
  EXPECT_THAT([&] { run(); },
              ThrowsMessage<GuestLost>(AllOf(HasSubstr("the guest's kernel panicked"),
                                             HasSubstr("BUG: unable to handle"))));
}

TEST_F(FakeQemu, IsLostAtTheDeadlineIfTheGuestIsSilent) {
  qemu_is("exec sleep 1000");
  options_.boot_deadline = milliseconds(200);
  EXPECT_THAT([&] { run(); },
              ThrowsMessage<GuestLost>(AllOf(HasSubstr("nothing came from the guest for 0.2 s"),
                                             HasSubstr("console is empty"))));
}

TEST_F(FakeQemu, IsLostIfTheGuestSendsGarbage) {
  qemu_is(std::string(find_lines) + "echo 'login: ' >&$channel; exec sleep 1000");
  EXPECT_THAT([&] { run(); },
              ThrowsMessage<GuestLost>(HasSubstr("sent something that the host cannot read")));
}

TEST_F(FakeQemu, IsLostIfTheGuestEndsInsideAMessage) {
  qemu_is(std::string(find_lines) + "printf '\\x10\\0\\0\\0abc' >&$channel");
  EXPECT_THAT([&] { run(); }, ThrowsMessage<GuestLost>(HasSubstr("in the middle of a message")));
}

// Sends hello, whatever the host sends, and then repeats `then` until the host hangs up.
std::string guest_that_says(const BuildDirectory& place, const Message& then) {
  const auto hello = place.write("hello", encode_frame(to_value(Hello{})));
  const auto again = place.write("again", encode_frame(to_value(then)));
  return std::string(find_lines) + "cat <&$channel >/dev/null & cat " + hello +
         " >&$channel; while cat " + again + " >&$channel; do :; done";
}

TEST_F(FakeQemu, IsLostAfterTheJobsDeadlineIfTheGuestIsOnlyAlive) {
  qemu_is(guest_that_says(build_, Output{}));
  options_.slack = milliseconds(300);
  Job job{{"/lab/orchestrator"}, {}, {}, milliseconds(200)};
  EXPECT_THAT([&] { run_in_vm(options_, job, {}, {}); },
              ThrowsMessage<GuestLost>(HasSubstr("did not end at its deadline")));
}

TEST_F(FakeQemu, IsLostIfTheGuestWritesTooMuch) {
  qemu_is(guest_that_says(build_, Output{Stream::out, std::string(1000, 'A')}));
  options_.most_output = 4500;
  std::size_t got = 0;
  Sinks sinks;
  sinks.output = [&](Stream, std::string_view bytes) { got += bytes.size(); };
  EXPECT_THAT(
      [&] {
        run_in_vm(options_, Job{{"/lab/orchestrator"}, {}, {}, {}}, {}, sinks);
      },
      ThrowsMessage<GuestLost>(HasSubstr("more than 4500 bytes")));
  EXPECT_EQ(got, 4000u);
}

TEST_F(FakeQemu, IsRefusedIfItSendsAnImpossibleStatus) {
  nlohmann::json done = to_value(Done{});
  done["status"] = 256;
  const auto hello = build_.write("hello", encode_frame(to_value(Hello{})));
  const auto end = build_.write("end", encode_frame(done));
  qemu_is(std::string(find_lines) + "cat <&$channel >/dev/null & cat " + hello + " " + end +
          " >&$channel; wait");
  EXPECT_THAT([&] { run(); }, ThrowsMessage<GuestLost>(HasSubstr("from 0 to 255")));
}

TEST_F(FakeQemu, EndsTheWaitOnCancel) {
  qemu_is("exec sleep 1000");
  const Fd cancel(::eventfd(1, EFD_CLOEXEC));
  options_.cancel_fd = cancel.get();
  EXPECT_THROW(run(), Cancelled);
}

TEST_F(FakeQemu, DiesWithItsOwnerWhateverKillsThat) {
  const auto pid_file = build_.path() + "/pid";
  qemu_is("echo $$ >" + pid_file + ".new; mv " + pid_file + ".new " + pid_file +
          "; exec sleep 1000");
  const pid_t owner = ::fork();
  if (owner == 0) {
    try {
      run();
    } catch (...) {
    }
    ::_exit(0);
  }
  const Deadline deadline(std::chrono::seconds(10));
  while (::access(pid_file.c_str(), F_OK) != 0) ASSERT_FALSE(deadline.passed());
  const auto text = read_file(pid_file);
  const pid_t qemu = to_integer<pid_t>(words(text).front()).value();
  ASSERT_EQ(::kill(qemu, 0), 0);

  ::kill(owner, SIGKILL);
  ::waitpid(owner, nullptr, 0);
  // An orphan that is not reaped yet counts as dead.
  const auto alive = [&] {
    if (::kill(qemu, 0) != 0) return false;
    return read_file("/proc/" + std::to_string(qemu) + "/stat").find(") Z ") == std::string::npos;
  };
  try {
    while (alive()) ASSERT_FALSE(deadline.passed());
  } catch (const SystemError&) {
    // Gone between the two looks.
  }
}

TEST_F(FakeQemu, FallsBackToTcgAndRemembersABrokenKvm) {
  if (!why_no_kvm().empty()) GTEST_SKIP() << "no trial is made where " << why_no_kvm();
  // KVM hangs, TCG ends at once: this distinguishes the two attempts.
  qemu_is(
      R"(case "$*" in *"-accel kvm"*) exec sleep 1000 ;; *) echo tcg was tried; exit 1 ;; esac)");
  options_.accelerator.reset();
  options_.kvm_trial = milliseconds(200);
  std::vector<std::string> notes;
  Sinks sinks;
  sinks.note = [&](std::string_view line) { notes.emplace_back(line); };
  const Job job{{"/lab/orchestrator"}, {}, {}, {}};
  EXPECT_THAT([&] { run_in_vm(options_, job, {}, sinks); },
              ThrowsMessage<GuestLost>(HasSubstr("tcg was tried")));
  EXPECT_THAT(notes, ElementsAre(AllOf(HasSubstr("KVM does not work here (nothing came from"),
                                       HasSubstr("using TCG"))));
}

// KVM is the processor itself: no boot is tried.
TEST_F(FakeQemu, OfAnotherArchitectureNeverRunsOnKvm) {
  for (const Architecture& guest : architectures) {
    if (is_this(guest)) continue;
    const std::string series = guest_name("6.1", guest);
    build_.add_guest(series, "6.1.0-56-cloud");
    options_.series = series;
    qemu_is("echo \"$*\" >&2; exit 1");
    options_.accelerator.reset();
    EXPECT_THAT([&] { run(); }, ThrowsMessage<GuestLost>(HasSubstr("-accel tcg")));
    options_.accelerator = Accelerator::kvm;
    EXPECT_THAT([&] { run(); }, ThrowsMessage<EnvironmentError>(
                                    AllOf(HasSubstr("LAB_ACCEL=kvm"), HasSubstr(guest.name))));
  }
}

TEST(FindQemu, NamesThePackageIfQemuIsMissing) {
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", "/nowhere:/proc", 1);
  EXPECT_THAT([] { find_qemu(); },
              ThrowsMessage<EnvironmentError>(HasSubstr("--no-install-recommends qemu-system-")));
  for (const Architecture& guest : architectures)
    EXPECT_THAT([&] { find_qemu(guest); },
                ThrowsMessage<EnvironmentError>(AllOf(
                    HasSubstr(guest.qemu),
                    HasSubstr(fmt::format("--no-install-recommends {}'", guest.qemu_package)))));
  ::setenv("PATH", path.c_str(), 1);
}

TEST(QemuArguments, HaveNoDiskNoNetworkAndNoScreen) {
  const MachineSettings settings{
      "/usr/bin/qemu", {"6.1", "6.1.0", "/k", "/i"}, Accelerator::tcg, 2, 512};
  const auto arguments = qemu_arguments(settings, 7, 8);
  EXPECT_EQ(arguments.front(), "/usr/bin/qemu");
  EXPECT_THAT(arguments, Contains("-nodefaults"));
  EXPECT_THAT(arguments, Contains("socket,id=channel,fd=7"));
  EXPECT_THAT(arguments, Contains("socket,id=console,fd=8"));
  EXPECT_THAT(arguments, Contains(this_architecture().tcg_processor));
  for (const auto* option : {"-drive", "-netdev", "-nic", "-hda", "-vnc"}) {
    EXPECT_THAT(arguments, testing::Not(testing::Contains(option)));
  }
}

TEST(QemuArguments, AreTheArchitecturesOfTheGuest) {
  MachineSettings settings{"/usr/bin/qemu", {"6.1", "6.1.0", "/k", "/i"}};
  for (const Architecture& guest : architectures) {
    settings.image.architecture = &guest;
    const auto arguments = qemu_arguments(settings, 7, 8);
    EXPECT_THAT(arguments, Contains(guest.qemu_machine));
    EXPECT_THAT(arguments, Contains(guest.tcg_processor));
    EXPECT_THAT(arguments, Contains(HasSubstr(fmt::format("console={} ", guest.console))));
  }
}

TEST(QemuArguments, NameASnapshotAndAMonitorOnlyIfThereAre) {
  MachineSettings settings{"/usr/bin/qemu", {"6.1", "6.1.0", "/k", "/i"}};
  EXPECT_THAT(qemu_arguments(settings, 7, 8), testing::Not(Contains("-incoming")));
  EXPECT_THAT(qemu_arguments(settings, 7, 8), testing::Not(Contains("-mon")));
  settings.snapshot = "/tmp/o'neill/guest";
  const auto arguments = qemu_arguments(settings, 7, 8, 9);
  // The shell's quotes around a quote.
  EXPECT_THAT(arguments, Contains("exec:cat '/tmp/o'\\''neill/guest'"));
  EXPECT_THAT(arguments, Contains("socket,id=monitor,fd=9"));
}

TEST(QemuArguments, GiveAUsefulNumberOfProcessors) {
  MachineSettings settings{"/usr/bin/qemu", {"6.1", "6.1.0", "/k", "/i"}};
  const auto processors = [&settings] {
    const auto arguments = qemu_arguments(settings, 7, 8);
    return *std::next(std::ranges::find(arguments, "-smp"));
  };
  EXPECT_EQ(processors(), "1");
  settings.accelerator = Accelerator::kvm;
  EXPECT_EQ(processors(), "2");
  settings.cpus = 4;
  EXPECT_EQ(processors(), "4");
}

}  // namespace
}  // namespace lab::vm
