// SPDX-License-Identifier: MIT
//
// Several scenarios in one command, and the commands that look at them: what is
// printed, where, and with which exit code.
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "program.hpp"
#include "series.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int pass = 0, failed = 1, usage = 2, environment = 3, skipped = 4;

// A directory of its own to be in, with scenarios that are needed nowhere else.
class Many : public testing::Test {
 protected:
  Many() { how_.directory = here_; }

  Ran lab(std::vector<std::string> words) {
    words.insert(words.begin(), ORCHESTRATOR);
    return run(words, how_);
  }
  void write(const std::string& name, const std::string& steps, const std::string& more = "") {
    std::ofstream(here_ / (name + ".yaml"))
        << "name: " << name << "\ntitle: Of a test\nfamilies: [ipv4]\n"
        << more << "topology: {hosts: {left: }}\nsteps:\n"
        << steps;
  }
  // Passes; fails; waits for a minute for what will never be.
  void write_well() { write("well", "  - socket: {name: a, host: left}\n"); }
  void write_wrong() {
    write("wrong",
          "  - socket: {name: a, host: left}\n"
          "  - connect: {socket: a, to: \"loopback:8888\"}\n");
  }
  void write_stuck() {
    write("stuck",
          "  - socket: {name: a, host: left}\n"
          "  - tables: {host: left, listeners: [{socket: a}]}\n",
          "deadline: 60s\n");
  }

  const TemporaryFolder temporary_;
  const fs::path here_ = temporary_.path();
  How how_;
};

class ManyHere : public Many {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  }
};

TEST_F(ManyHere, AllScenariosInOneCommand) {
  const Ran ran = lab({"run", "all", "--where", "here"});
  EXPECT_EQ(ran.status, pass) << ran.out << ran.err;
  for (const char* play : {"no-listen ipv4", "no-listen ipv6", "simopen ipv4", "self-connect ipv6"})
    EXPECT_THAT(ran.out, ContainsRegex(std::string("pass +") + play));
  EXPECT_THAT(ran.out, ContainsRegex("runs of [0-9]+ scenarios: [0-9]+ passed, 0 failed"));
  EXPECT_THAT(ran.out, HasSubstr("\nSlowest "));
  EXPECT_THAT(ran.out, Not(HasSubstr("\nLadder "))) << "a report of its own, unasked";
}

TEST_F(ManyHere, OneThatFailsAndOneThatHangsDoNotStopTheRest) {
  write_stuck();
  write_well();
  write_wrong();
  const Ran ran = lab({"run", ".", "simopen", "--where", "here", "--deadline", "3s"});
  EXPECT_EQ(ran.status, environment) << "one has no result: " << ran.out << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("pass    well ipv4"), HasSubstr("pass    simopen ipv6")));
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("wrong.yaml:7"), HasSubstr("ECONNREFUSED"),
                    HasSubstr("run wrong.yaml --family ipv4 --where here --deadline 3000ms")));
  EXPECT_THAT(ran.out, AllOf(HasSubstr("stuck.yaml:8"),
                             HasSubstr("it did not end within 3 s and was killed"),
                             HasSubstr("step 2    tables of left")));
  EXPECT_LT(ran.out.find("\nFailed\n"), ran.out.find("\nSlowest "));
}

TEST_F(ManyHere, TheCommandThatIsNamedPlaysItAlone) {
  write_wrong();
  write_well();
  const Ran many = lab({"run", "wrong.yaml", "well.yaml", "--where", "here"});
  constexpr std::string_view program = "orchestrator ";
  const std::size_t begin = many.out.find(program) + program.size();
  const std::string alone = many.out.substr(begin, many.out.find('\n', begin) - begin);
  ASSERT_EQ(alone, "run wrong.yaml --family ipv4 --where here");
  const Ran ran = lab({"run", "wrong.yaml", "--family", "ipv4", "--where", "here"});
  EXPECT_EQ(ran.status, failed);
  EXPECT_THAT(ran.out, AllOf(HasSubstr("\nLadder "), HasSubstr("at        wrong.yaml:7\n")));
}

TEST_F(ManyHere, QuietSaysTheVerdictsAndWhatFailed) {
  write_wrong();
  write_well();
  const Ran one = lab({"run", "well.yaml", "--where", "here", "--quiet"});
  EXPECT_EQ(one.status, pass) << one.out << one.err;
  EXPECT_THAT(one.out, AllOf(StartsWith("well ipv4: PASS"), Not(HasSubstr("\n\n"))));
  const Ran many = lab({"run", "wrong.yaml", "well.yaml", "--where", "here", "-q"});
  EXPECT_EQ(many.status, failed);
  EXPECT_THAT(many.out, AllOf(HasSubstr("FAIL    wrong ipv4"), HasSubstr("pass    well ipv4"),
                              HasSubstr("wrong.yaml:7"), Not(HasSubstr("Slowest"))));
}

TEST_F(ManyHere, VerbosePrintsEveryReport) {
  const Ran ran = lab({"run", "simopen", "self-connect", "--where", "here", "-v"});
  EXPECT_EQ(ran.status, pass) << ran.out << ran.err;
  for (const char* closing : {"simopen ipv4: PASS", "simopen ipv6: PASS", "self-connect ipv4: PASS",
                              "self-connect ipv6: PASS"})
    EXPECT_THAT(ran.out, HasSubstr(closing));
  EXPECT_THAT(ran.out, HasSubstr("4 runs of 2 scenarios: 4 passed"));
}

// Side by side or in turn, they are told of in the same order.
TEST_F(ManyHere, TheDocumentOfManyIsInTheirOrder) {
  for (const char* jobs : {"1", "4"}) {
    const Ran ran =
        lab({"run", "simopen", "no-listen", "--where", "here", "--format", "json", "--jobs", jobs});
    ASSERT_EQ(ran.status, pass) << ran.err;
    const auto document = nlohmann::json::parse(ran.out);
    std::string order;
    for (const auto& timeline : document["runs"])
      order += timeline["scenario"].get<std::string>() + " " +
               timeline["family"].get<std::string>() + ", ";
    EXPECT_EQ(order, "simopen ipv4, simopen ipv6, no-listen ipv4, no-listen ipv6, ");
    EXPECT_EQ(document["summary"]["plays"].size(), 4u);
    EXPECT_EQ(document["summary"]["pass"], 4);
  }
}

TEST_F(ManyHere, RoundsOfManyAreCounted) {
  const Ran ran = lab({"run", "simopen", "self-connect", "--where", "here", "--repeat", "3"});
  EXPECT_EQ(ran.status, pass) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("round 3 of 3: 0 of 4 failed"));
  EXPECT_THAT(ran.out, HasSubstr("12 runs of 2 scenarios: 12 passed"));
}

TEST_F(ManyHere, EachPlayHasItsCapture) {
  const Ran ran = lab({"run", "simopen", "no-listen", "--where", "here", "--pcap", "out"});
  EXPECT_EQ(ran.status, pass) << ran.out << ran.err;
  std::set<std::string> files;
  for (const auto& entry : fs::directory_iterator(here_ / "out"))
    files.insert(entry.path().filename());
  EXPECT_THAT(files, testing::ElementsAre("no-listen-ipv4.pcapng", "no-listen-ipv6.pcapng",
                                          "simopen-ipv4.pcapng", "simopen-ipv6.pcapng"));
}

TEST_F(ManyHere, WhereAllAreSkippedTheExitCodeSaysSo) {
  write_well();
  write("other", "  - socket: {name: a, host: left}\n");
  const Ran ran = lab({"run", "well.yaml", "other.yaml", "--where", "here", "--family", "ipv6"});
  EXPECT_EQ(ran.status, skipped) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("the scenario does not list this family (families)\n"
                                 "      well ipv6, other ipv6\n"));
}

TEST_F(ManyHere, InterruptedItKillsThePlaysAndTellsOfThoseThatWereOver) {
  write_stuck();
  write_well();
  Running running({ORCHESTRATOR, "run", "well.yaml", "stuck.yaml", "--where", "here"}, how_);
  ASSERT_TRUE(running.await_output("pass    well ipv4", std::chrono::seconds(30)));
  running.kill(SIGINT);
  const Ran ran = running.finish(std::chrono::seconds(30));
  EXPECT_EQ(ran.status, 128 + SIGINT);
  EXPECT_THAT(ran.out, HasSubstr("1 run of 2 scenarios: 1 passed, 0 failed"));
  EXPECT_THAT(ran.out, HasSubstr("interrupted, of 2 runs planned"));
}

TEST_F(Many, InterruptedInAMicroVmItTellsOfThoseThatWereOver) {
  const auto series = series_of(SERIES);
  if (series.empty()) GTEST_SKIP() << "no guest image was built";
  write_stuck();
  write_well();
  Running running({ORCHESTRATOR, "run", "well.yaml", "stuck.yaml", "--where", "vm", "--kernel",
                   series.front()},
                  how_);
  ASSERT_TRUE(running.await_output("pass    well ipv4", std::chrono::seconds(240)));
  running.kill(SIGINT);
  const Ran ran = running.finish(std::chrono::seconds(60));
  EXPECT_EQ(ran.status, 128 + SIGINT) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("1 run of 2 scenarios: 1 passed, 0 failed"));
}

TEST_F(Many, MistakesOfAllFilesAreToldAndNothingIsPlayed) {
  write_well();
  std::ofstream(here_ / "one.yaml") << "name: [\n";
  std::ofstream(here_ / "two.yaml") << "name: two\ntitel: Misspelt\n";
  const Ran ran = lab({"run", ".", "--where", "here"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, AllOf(HasSubstr("one.yaml:1:"), HasSubstr("two.yaml:2:1")));

  const Ran checked = lab({"validate", "one.yaml", "well.yaml", "two.yaml"});
  EXPECT_EQ(checked.status, usage);
  EXPECT_THAT(checked.err, AllOf(HasSubstr("one.yaml:1:"), HasSubstr("two.yaml:2:1")));
  EXPECT_THAT(checked.out, HasSubstr("well.yaml: valid"));
}

TEST_F(Many, AFlagThatCannotBeIsRefused) {
  EXPECT_EQ(lab({"run", "all", "--jobs", "0"}).status, usage);
  EXPECT_EQ(lab({"run", "all", "--deadline", "60"}).status, usage) << "60 of what?";
  EXPECT_EQ(lab({"run", "all", "--deadline", "soon"}).status, usage);
  const Ran set = lab({"run", "all", "--set", "port"});
  EXPECT_EQ(set.status, usage);
  EXPECT_THAT(set.err, HasSubstr("NAME=VALUE"));
  const Ran variant = lab({"run", "simopen", "--variant", "no-such"});
  EXPECT_EQ(variant.status, usage);
  EXPECT_THAT(variant.err, HasSubstr("--variant no-such"));
}

// Refused, and not passed over: a comparison of kernels has no such form.
TEST_F(Many, OfAllKernelsThereIsNoFileOfOneRunsReport) {
  for (const char* flag : {"--html", "--junit", "--ktap"}) {
    const Ran ran = lab({"run", "simopen", "--kernel", "all", flag, here_ / "file"});
    EXPECT_EQ(ran.status, usage) << flag;
    EXPECT_THAT(ran.err, HasSubstr("--kernel all")) << flag;
  }
}

TEST_F(Many, TwoFilesOfOneNameHaveNoCapturesTogether) {
  write_well();
  fs::create_directories(here_ / "copy");
  fs::copy(here_ / "well.yaml", here_ / "copy");
  const Ran ran = lab({"run", "well.yaml", "copy/well.yaml", "--pcap", "out"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, AllOf(HasSubstr("copy/well.yaml"), HasSubstr("run them separately")));
}

TEST_F(Many, ListGroupsByTopic) {
  const Ran ran = lab({"list"});
  EXPECT_EQ(ran.status, pass) << ran.err;
  EXPECT_THAT(ran.out, ContainsRegex("simultaneous-open\n.*simopen +Simultaneous open"));
  const Ran topic = lab({"list", "--topic", "simultaneous-open"});
  EXPECT_THAT(topic.out, AllOf(HasSubstr("simopen"), Not(HasSubstr("no-listen"))));
  const Ran unknown = lab({"list", "--topic", "simultaneous-opne"});
  EXPECT_EQ(unknown.status, usage);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean \"simultaneous-open\"?"));
}

TEST_F(Many, ListAsDataHasTopicFamiliesAndVariants) {
  const auto all = nlohmann::json::parse(lab({"list", "--format", "json"}).out);
  ASSERT_GE(all.size(), 3u);
  for (const auto& entry : all) {
    for (const char* key : {"name", "title", "path", "topic", "families", "variants"})
      EXPECT_TRUE(entry.contains(key)) << key << " in " << entry;
    EXPECT_FALSE(entry["families"].empty()) << entry;
  }
}

TEST_F(Many, ShowPrintsTheSketchAndThePath) {
  const Ran ran = lab({"show", "simopen"});
  EXPECT_EQ(ran.status, pass) << ran.err;
  EXPECT_THAT(ran.out,
              AllOf(HasSubstr("SYN-RECEIVED"), HasSubstr("simopen.yaml"), Not(HasSubstr("SPDX"))));
  EXPECT_EQ(lab({"show", "all"}).status, usage) << "shows one";
}

TEST_F(ManyHere, ANewScenarioIsValidAndPasses) {
  ASSERT_EQ(lab({"new", "my-own"}).status, pass);
  EXPECT_EQ(lab({"validate", "my-own.yaml"}).status, pass);
  const Ran ran = lab({"run", "my-own.yaml", "--where", "here"});
  EXPECT_EQ(ran.status, pass) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("my-own: 2 of 2 runs passed"));
}

TEST_F(Many, ANewScenarioNeverTakesAnothersPlace) {
  std::ofstream(here_ / "mine.yaml") << "precious";
  const Ran there = lab({"new", "mine"});
  EXPECT_EQ(there.status, usage);
  EXPECT_THAT(there.err, HasSubstr("mine.yaml"));
  std::string text;
  std::getline(std::ifstream(here_ / "mine.yaml"), text);
  EXPECT_EQ(text, "precious");
  EXPECT_EQ(lab({"new", "9lives"}).status, usage);
}

TEST_F(Many, ANewScenarioInATopicIsFoundByItsName) {
  fs::create_directories(here_ / "all/old");
  write_well();
  fs::rename(here_ / "well.yaml", here_ / "all/old/well.yaml");
  how_.env = {"LAB_SCENARIOS=" + (here_ / "all").string()};
  ASSERT_EQ(lab({"new", "mine", "--topic", "fresh"}).status, pass);
  EXPECT_TRUE(fs::exists(here_ / "all/fresh/mine.yaml"));
  EXPECT_EQ(lab({"show", "mine"}).status, pass);
  EXPECT_EQ(lab({"new", "well", "--topic", "fresh"}).status, usage) << "the name is taken";
  EXPECT_EQ(lab({"new", "up", "--topic", "../.."}).status, usage);
}

}  // namespace
}  // namespace lab::test
