// SPDX-License-Identifier: MIT
//
// Kept labs, as their user meets them: kept, looked at, entered, captured and
// removed; and what is left when somebody is killed at any moment.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "util/clock.hpp"
#include "util/pidfd.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr int usage = 2;

Ran orchestrator(std::vector<std::string> words, const How& how = {}) {
  words.insert(words.begin(), ORCHESTRATOR);
  return run(words, how);
}

ino_t inode_of(const std::string& name) {
  struct stat status {};
  return ::stat(("/run/netns/" + name).c_str(), &status) == 0 ? status.st_ino : 0;
}

// A lab of a name of its own, which is away at the end.
class Keep : public testing::Test {
 protected:
  Keep() {
    static int number = 0;
    lab_ = "t" + std::to_string(::getpid()) + "-" + std::to_string(++number);
  }
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: names below /run/netns";
  }
  ~Keep() override {
    if (::geteuid() == 0) orchestrator({"clean", lab_, "-y", "--force"});
  }

  Ran keep(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"run",     "simopen", "--family",      "ipv4",
                                   "--where", "here",    "--keep=" + lab_};
    words.insert(words.end(), more.begin(), more.end());
    return orchestrator(words);
  }
  Ran exec(const std::string& host, std::vector<std::string> command) {
    command.insert(command.begin(), {"exec", lab_, host, "--"});
    return orchestrator(command);
  }
  Json inspect() {
    const Ran ran = orchestrator({"inspect", lab_, "-f", "json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    return Json::parse(ran.out)["labs"][0];
  }
  std::string netns(const std::string& host) const { return "lab-" + lab_ + "-" + host; }
  std::string state() const { return "/run/tcp-lookup-lab/" + lab_ + ".json"; }
  void expect_nothing_left() const {
    for (const char* host : {"a", "b"})
      EXPECT_FALSE(fs::exists(fs::symlink_status("/run/netns/" + netns(host)))) << host;
    EXPECT_FALSE(fs::exists(state()));
  }

  std::string lab_;
};

TEST_F(Keep, ALabStandsAndShowsItsSocketsInTheirLastState) {
  const Ran kept = keep();
  ASSERT_EQ(kept.status, 0) << kept.out << kept.err;
  EXPECT_THAT(kept.out, AllOf(HasSubstr("PASS"), HasSubstr("Lab " + lab_ + " is kept: a, b"),
                              HasSubstr(netns("a"))));
  EXPECT_NE(inode_of(netns("a")), 0u);

  const Json lab = inspect();
  EXPECT_TRUE(lab["whole"].get<bool>()) << lab.dump(2);
  EXPECT_EQ(lab["written"]["scenario"], "simopen");
  EXPECT_EQ(lab["written"]["verdict"], "pass");
  bool left_is_established = false;
  for (const Json& host : lab["hosts"])
    for (const Json& socket : host["sockets"])
      left_is_established |= host["name"] == "a" && socket.value("name", "") == "left" &&
                             socket["state"] == "ESTABLISHED";
  EXPECT_TRUE(left_is_established) << lab.dump(2);
  const Ran text = orchestrator({"inspect", lab_, "--color", "never"});
  EXPECT_THAT(text.out, AllOf(StartsWith(lab_ + "  kept\n"), HasSubstr("left"),
                              HasSubstr("ESTABLISHED"), HasSubstr("10.0.0.1/24")));

  const Ran ran = orchestrator({"clean", lab_, "-y"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("remove network namespace " + netns("a")),
                             HasSubstr("end its keeper"), HasSubstr("Removed.")));
  expect_nothing_left();
  EXPECT_EQ(orchestrator({"inspect", lab_}).status, usage);
}

TEST_F(Keep, ANameIsGivenOnce) {
  ASSERT_EQ(keep().status, 0);
  const Ran again = keep();
  EXPECT_EQ(again.status, usage);
  EXPECT_THAT(again.err, HasSubstr("clean " + lab_));
  EXPECT_THAT(again.out, Not(HasSubstr("PASS"))) << "it was played for nothing";
}

TEST_F(Keep, OfSeveralPlaysEachHasItsLab) {
  const Ran kept = orchestrator({"run", "self-connect", "--where", "here", "--keep=" + lab_});
  ASSERT_EQ(kept.status, 0) << kept.out << kept.err;
  for (const char* family : {"ipv4", "ipv6"}) {
    const std::string name = lab_ + "-self-connect-" + family;
    EXPECT_THAT(kept.out, HasSubstr("Lab " + name + " is kept"));
    EXPECT_EQ(orchestrator({"clean", name, "-y"}).status, 0);
  }
}

TEST_F(Keep, LabsAndTheirHostsAreCompleted) {
  ASSERT_EQ(keep().status, 0);
  for (const char* command : {"exec", "capture"}) {
    const std::string known = orchestrator({"__complete", command, ""}).out;
    EXPECT_THAT(known, HasSubstr(lab_ + "\ta lab\n")) << command;
    EXPECT_THAT(known, HasSubstr("a\ta host\n")) << command;
  }
  EXPECT_EQ(orchestrator({"__complete", "exec", lab_, "a", ""}).out, "");
}

TEST_F(Keep, ExecIsTheCommandItself) {
  ASSERT_EQ(keep().status, 0);
  const Ran address = exec("a", {"ip", "-o", "addr", "show", "eth0"});
  EXPECT_EQ(address.status, 0) << address.err;
  EXPECT_THAT(address.out, HasSubstr("10.0.0.1/24"));
  EXPECT_EQ(exec("a", {"sh", "-c", "exit 7"}).status, 7);
  EXPECT_EQ(exec("a", {"sh", "-c", "kill -TERM $$"}).status, 128 + SIGTERM);
  const Ran nowhere = exec("a", {"no-such-program"});
  EXPECT_EQ(nowhere.status, 127);
  EXPECT_THAT(nowhere.err, HasSubstr("no-such-program"));
  const Ran no_program = exec("a", {"/etc/passwd"});
  EXPECT_EQ(no_program.status, 126);
  EXPECT_THAT(no_program.err, HasSubstr("/etc/passwd"));
  EXPECT_EQ(orchestrator({"exec", lab_, "a"}).status, usage);
  const Ran wrong = orchestrator({"exec", lab_, "c", "--", "true"});
  EXPECT_EQ(wrong.status, usage);
  EXPECT_THAT(wrong.err, HasSubstr("a, b"));
  // Without "--" too, and what looks like ours is the command's.
  EXPECT_THAT(orchestrator({"exec", lab_, "b", "ip", "-br", "addr"}).out, HasSubstr("10.0.0.2"));
  EXPECT_THAT(exec("a", {"cat", "/sys/class/net/eth0/address"}).out, HasSubstr("02:"))
      << "/sys shows another namespace";
}

TEST_F(Keep, CaptureShowsWhatCrosses) {
  ASSERT_EQ(keep().status, 0);
  const TemporaryFolder folder;
  const std::string file = folder.path() / "b.pcapng";
  Running text({ORCHESTRATOR, "capture", lab_, "b", "-c", "2", "--color", "never"});
  Running data({ORCHESTRATOR, "capture", lab_, "b", "-i", "eth0", "-w", file});
  ASSERT_TRUE(text.await_output("Capturing", std::chrono::seconds(20)));
  ASSERT_TRUE(data.await_output("Capturing", std::chrono::seconds(20)));
  // Nobody listens there.
  EXPECT_NE(exec("a", {"bash", "-c", "exec 3<>/dev/tcp/10.0.0.2/9"}).status, 0);
  const Ran shown = text.finish(std::chrono::seconds(20));
  EXPECT_EQ(shown.status, 0);
  EXPECT_THAT(shown.out, AllOf(HasSubstr("> b:9  SYN seq 0"), HasSubstr("b:9 > a:"),
                               HasSubstr("RST ACK seq 0 ack 1")));
  EXPECT_THAT(shown.err, HasSubstr("2 packets captured; 0 lost"));
  data.kill(SIGINT);
  const Ran written = data.finish(std::chrono::seconds(20));
  EXPECT_EQ(written.status, 0);
  EXPECT_THAT(written.err, HasSubstr("2 packets captured"));
  EXPECT_EQ(written.out, "");
  EXPECT_GT(fs::file_size(file), 300u);
}

TEST_F(Keep, CleanAsksAndListsFirst) {
  ASSERT_EQ(keep().status, 0);
  const Ran unasked = orchestrator({"clean", lab_});
  EXPECT_EQ(unasked.status, usage);
  EXPECT_THAT(unasked.err, HasSubstr("-y"));
  const Ran listed = orchestrator({"clean", lab_, "--dry-run"});
  EXPECT_EQ(listed.status, 0);
  EXPECT_THAT(listed.out, HasSubstr(netns("b")));
  EXPECT_TRUE(inspect()["whole"].get<bool>()) << "something was removed";
}

TEST_F(Keep, OtherPeoplesProgramsKeepTheLab) {
  ASSERT_EQ(keep().status, 0);
  Running stranger(
      {ORCHESTRATOR, "exec", lab_, "a", "--", "sh", "-c", "echo here; exec sleep 600"});
  ASSERT_TRUE(stranger.await_output("here", std::chrono::seconds(20)));
  const Ran left = orchestrator({"clean", lab_, "-y"});
  EXPECT_EQ(left.status, 1) << left.out;
  EXPECT_THAT(left.out, AllOf(HasSubstr(std::to_string(stranger.pid())), HasSubstr("--force")));
  EXPECT_TRUE(inspect()["whole"].get<bool>());
  EXPECT_EQ(orchestrator({"clean", lab_, "-y", "--force"}).status, 0);
  EXPECT_EQ(stranger.finish(std::chrono::seconds(20)).status, 128 + SIGTERM);
  expect_nothing_left();
}

TEST_F(Keep, ANameThatIsSomebodyElsesNowIsLeftAlone) {
  ASSERT_EQ(keep().status, 0);
  const std::string name = netns("a");
  ASSERT_EQ(run({"ip", "netns", "delete", name}).status, 0) << "ip netns does not know it";
  ASSERT_EQ(run({"ip", "netns", "add", name}).status, 0);
  const ino_t theirs = inode_of(name);
  const Ran ran = orchestrator({"clean", lab_, "-y"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("LEAVE " + name));
  EXPECT_EQ(inode_of(name), theirs);
  EXPECT_EQ(run({"ip", "netns", "delete", name}).status, 0);
  expect_nothing_left();
}

TEST_F(Keep, ProgramsOfTheScenarioGoOn) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / (lab_ + ".yaml");
  std::ofstream(path) << "name: " + lab_ + R"(
title: A program that goes on
rule: none
families: [ipv4]
topology:
  hosts: {a: , b: }
  links:
    - endpoints: ["a:eth0", "b:eth0"]
steps:
  - exec: {run: [sleep, "600"], host: a, name: sleeper, background: true}
)";
  const Ran kept = orchestrator({"run", path, "--where", "here", "--keep=" + lab_});
  ASSERT_EQ(kept.status, 0) << kept.out << kept.err;
  const Json programs = inspect()["programs"];
  ASSERT_EQ(programs.size(), 1u) << programs.dump();
  EXPECT_EQ(programs[0]["command"], "sleep");
  EXPECT_TRUE(programs[0]["by_lab"].get<bool>());
  const Fd sleeper = open_pidfd(programs[0]["pid"].get<pid_t>(), "sleep");
  EXPECT_EQ(orchestrator({"clean", lab_, "-y"}).status, 0) << "it is no stranger";
  // That it has ended; its number is its own until somebody has waited for it.
  pollfd end{sleeper.get(), POLLIN, 0};
  constexpr int deadline_ms = 10'000;
  EXPECT_EQ(::poll(&end, 1, deadline_ms), 1) << "it lives on";
  expect_nothing_left();
}

TEST_F(Keep, OnlyHereAndOnce) {
  const Ran vm = orchestrator({"run", "simopen", "--keep=" + lab_, "--where", "vm"});
  EXPECT_EQ(vm.status, usage);
  EXPECT_THAT(vm.err, AllOf(HasSubstr("--where here"), HasSubstr("vm shell")));
  EXPECT_EQ(orchestrator({"run", "simopen", "--keep=" + lab_, "--repeat", "2"}).status, usage);
  EXPECT_EQ(orchestrator({"run", "simopen", "--keep=a/b"}).status, usage);
}

// Killed by strace before the COUNTth such call of any one of its processes.
struct Moment {
  const char* call;
  int count;
};

void PrintTo(const Moment& moment, std::ostream* out) {
  *out << "before " << moment.call << " number " << moment.count;
}

class KilledAt : public Keep, public testing::WithParamInterface<Moment> {
 protected:
  Ran killed(std::vector<std::string> words) {
    const Moment& moment = GetParam();
    std::vector<std::string> argv{"strace",
                                  "-f",
                                  "-qq",
                                  "-o",
                                  "/dev/null",
                                  "-e",
                                  std::string("trace=") + moment.call,
                                  "-e",
                                  "inject=" + std::string(moment.call) +
                                      ":signal=SIGKILL:when=" + std::to_string(moment.count),
                                  ORCHESTRATOR};
    argv.insert(argv.end(), words.begin(), words.end());
    return run(argv);
  }
  void SetUp() override {
    Keep::SetUp();
    if (run({"sh", "-c", "command -v strace"}).status != 0)
      GTEST_SKIP() << "strace is not installed: apt-get install strace";
  }
};

class WhileKeeping : public KilledAt {};
class WhileCleaning : public KilledAt {};

// linkat: the lab's file, then the name of each host; mount: the folder of the
// names (once or three times), then each name; prctl: among them where ties are cut.
TEST_P(WhileKeeping, CleanFindsWhatIsLeft) {
  const Ran ran =
      killed({"run", "simopen", "--family", "ipv4", "--where", "here", "--keep=" + lab_});
  EXPECT_EQ(ran.status, 3) << "a play that was killed has no report";
  const bool anything = fs::exists(state());
  const Ran clean = orchestrator({"clean", lab_, "-y"});
  EXPECT_EQ(clean.status, anything ? 0 : usage) << clean.out << clean.err;
  expect_nothing_left();
  EXPECT_EQ(keep().status, 0) << "the name is free again";
}
INSTANTIATE_TEST_SUITE_P(Moments, WhileKeeping,
                         testing::Values(Moment{"linkat", 1}, Moment{"linkat", 2},
                                         Moment{"linkat", 3}, Moment{"mount", 1},
                                         Moment{"mount", 2}, Moment{"mount", 3}, Moment{"prctl", 2},
                                         Moment{"prctl", 3}));

TEST_P(WhileCleaning, TheNextOneRemovesTheRest) {
  ASSERT_EQ(keep().status, 0);
  const Ran ran = killed({"clean", lab_, "-y"});
  EXPECT_EQ(ran.status, 128 + SIGKILL) << "it was not killed: there is no such moment";
  const Ran clean = orchestrator({"clean", lab_, "-y"});
  EXPECT_EQ(clean.status, 0) << clean.out << clean.err;
  expect_nothing_left();
}
INSTANTIATE_TEST_SUITE_P(Moments, WhileCleaning,
                         testing::Values(Moment{"pidfd_send_signal", 1}, Moment{"umount2", 1},
                                         Moment{"unlink", 1}, Moment{"umount2", 3},
                                         Moment{"unlink", 2}, Moment{"unlink", 3}));

// The keeper itself, and nobody has told it.
TEST_F(Keep, WithoutItsKeeperWhatIsLeftIsFound) {
  ASSERT_EQ(keep().status, 0);
  ASSERT_EQ(::kill(inspect()["written"]["keeper"]["pid"].get<pid_t>(), SIGKILL), 0);
  const Deadline deadline(std::chrono::seconds(20));
  while (inspect()["keeper_lives"].get<bool>()) ASSERT_FALSE(deadline.passed());
  const Ran text = orchestrator({"inspect", lab_, "--color", "never"});
  EXPECT_THAT(text.out, HasSubstr("its keeper has ended"));
  EXPECT_EQ(orchestrator({"clean", lab_, "-y"}).status, 0);
  expect_nothing_left();
}

}  // namespace
}  // namespace lab::test
