// SPDX-License-Identifier: MIT
//
// Classes of the sample assignments, graded in guests: nobody gets a point that was not earned,
// and nobody touches another's.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "grade_fixture.hpp"
#include "program.hpp"
#include "util/executable.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// Each of these files is an attack on the grader's machine, before any guest.
std::vector<std::string> hostile_files(const fs::path& place) {
  const auto folder = [&](const std::string& student) {
    fs::create_directories(place / student);
    return place / student;
  };
  fs::create_symlink("/bin/sh", folder("link") / "server");
  EXPECT_EQ(::mkfifo((folder("fifo") / "server").c_str(), 0644), 0);
  fs::create_directories(folder("directory") / "server");
  std::ofstream(folder("huge") / "server") << "#!/bin/sh\n";
  fs::resize_file(place / "huge" / "server", 1ULL << 40);
  std::ofstream(folder("interpreter") / "server")
      << fmt::format("#!{}/../assignments/hw1/hidden/listens.yaml\n", ASSIGNMENTS);
  std::ofstream(folder("garbage") / "server") << "\x7f"
                                                 "ELF\x02\x01\x01 garbage";
  std::ofstream(folder("\x1b[31mcolour") / "server") << "#!/bin/sh\necho ready\n";
  std::ofstream(folder("preload") / "server") << "#!/bin/sh\necho ready\n";
  std::ofstream(place / "preload" / "ld.so.preload") << "/work/submission/evil.so\n";
  std::ofstream(place / "archive.tar.gz") << "no archive";
  return {place / "link",           place / "fifo",        place / "directory",
          place / "huge",           place / "interpreter", place / "garbage",
          place / "\x1b[31mcolour", place / "preload",     place / "archive.tar.gz"};
}

TEST_F(Grading, GivesPointsForWhatWorksAndNoneForCheats) {
  std::vector<std::string> words;
  for (const char* student : {"good", "partly", "wrong"})
    words.push_back(submission("hw1", student));
  words.push_back(made("empty"));
  const bool all = std::getenv("LAB_ALL_TESTS") != nullptr;
  std::size_t cheats = 0;
  for (const auto& entry : fs::directory_iterator(fmt::format("{}/hw1", CLASSES))) {
    const std::string name = entry.path().filename();
    const bool quick = name == "cheat-report" || name == "cheat-bomb" || name == "cheat-hidden" ||
                       name == "cheat-proc";
    if (!name.starts_with("cheat-") || (!all && !quick)) continue;
    words.push_back(entry.path());
    ++cheats;
  }
  EXPECT_EQ(cheats, all ? 28u : 4u);
  for (const std::string& path : hostile_files(place_)) words.push_back(path);
  std::vector<std::string> argv = words;
  const fs::path results = place_ / "results", output = place_ / "all.json";
  for (const std::string& flag :
       {std::string("--results"), results.string(), std::string("-o"), output.string(),
        std::string("--html"), (place_ / "class.html").string()})
    argv.push_back(flag);
  const Ran ran = grade("hw1", argv);
  EXPECT_EQ(ran.status, 0) << ran.err;

  const auto earned = earned_in(output);
  EXPECT_EQ(earned.size(), words.size());
  for (const auto& [student, points] : earned) {
    const double expected = student == "good" ? 10 : student == "partly" ? 7 : 0;
    EXPECT_EQ(points, expected) << student;
  }
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b")));
  // What a cheat says that it has reached (tests/system/cheats/).
  std::size_t reports = 0;
  for (const auto& entry : fs::directory_iterator(results)) {
    EXPECT_THAT(text_of(entry.path()), Not(HasSubstr("BROKEN"))) << entry.path();
    reports += entry.path().string().ends_with(".report.json");
  }
  EXPECT_GE(reports, 3 + cheats);
  EXPECT_THAT(text_of(place_ / "class.html"), HasSubstr("<svg"));

  // Nothing has changed: nothing is graded again.
  const Ran again = grade("hw1", {words[0], words[1], "--results", results, "-o", "-"});
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_EQ(json::parse(again.out)["submissions"][0]["earned"], 10);
}

TEST_F(Grading, MachineWithoutQemuGradesNothing) {
  const Ran ran = grade("hw1", {submission("hw1", "good"), submission("hw1", "wrong")},
                        {"LAB_QEMU=/nowhere/qemu"});
  EXPECT_EQ(ran.status, 3);
  EXPECT_EQ(ran.err, "orchestrator: LAB_QEMU=/nowhere/qemu: there is no such program\n");
  EXPECT_EQ(ran.out, "");
}

// A QEMU that is killed while the guest works: by the machine, when it has no memory left.
TEST_F(Grading, ThatLosesItsGuestGivesNoPointsAndTriesAgain) {
  const bool all = std::getenv("LAB_ALL_TESTS") != nullptr;
  std::ofstream(place_ / "qemu") << "#!/bin/sh\n"
                                 << (all ? "timeout -s KILL 15 qemu-system-x86_64 \"$@\"\n" : "")
                                 << "exit 1\n";
  fs::permissions(place_ / "qemu", fs::perms(0755));
  const fs::path results = place_ / "results", csv = place_ / "a.csv", one = place_ / "a.json";
  const std::vector<std::string> argv{
      submission("hw1", "cheat-sleep"), "--results", results, "--csv", csv, "--gradescope", one};
  Ran ran = grade("hw1", argv, {"LAB_QEMU=" + (place_ / "qemu").string()});
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.err, HasSubstr("cheat-sleep was not graded: "));
  EXPECT_THAT(ran.err, HasSubstr("1 submission could not be graded; the same command tries again"));
  EXPECT_THAT(ran.out, HasSubstr("not graded: "));
  EXPECT_THAT(text_of(csv), HasSubstr("\ncheat-sleep,,10,,,,\r\n"));
  EXPECT_FALSE(fs::exists(one));
  EXPECT_TRUE(fs::is_empty(results));
  if (!all) return;
  ran = grade("hw1", argv);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(text_of(csv), HasSubstr("\ncheat-sleep,0,10,0,0,0,0\r\n"));
  EXPECT_EQ(json::parse(text_of(one))["score"], 0);
  EXPECT_TRUE(fs::exists(results / "cheat-sleep.json"));
}

// Waits until the folder is empty.
bool becomes_empty(const fs::path& folder, std::chrono::seconds deadline) {
  const int watch = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  EXPECT_GE(::inotify_add_watch(watch, folder.c_str(), IN_DELETE), 0);
  const auto end = std::chrono::steady_clock::now() + deadline;
  bool empty = fs::is_empty(folder);
  for (char events[4096]; !empty && std::chrono::steady_clock::now() < end;
       empty = fs::is_empty(folder)) {
    pollfd waiting{watch, POLLIN, 0};
    ::poll(&waiting, 1, 1000);
    while (::read(watch, events, sizeof events) > 0) continue;
  }
  ::close(watch);
  return empty;
}

// Killed while its first guest boots, the one from which the others would continue.
TEST_F(Grading, OfAClassThatIsKilledLeavesNothing) {
  const fs::path begun = place_ / "begun", folder = place_ / "tmp", results = place_ / "results";
  ASSERT_EQ(::mkfifo(begun.c_str(), 0600), 0);
  fs::create_directory(folder);
  std::ofstream(place_ / "qemu") << fmt::format(
      "#!/bin/sh\necho begun > {}\nexec qemu-system-x86_64 \"$@\"\n", begun.string());
  fs::permissions(place_ / "qemu", fs::perms(0755));
  std::vector<std::string> argv{ORCHESTRATOR, "grade", fmt::format("{}/hw1", ASSIGNMENTS),
                                "--kernel",   KERNEL,  "--results",
                                results};
  for (const char* student : {"one", "two", "three", "four"})
    argv.push_back(made(student, "server", "#!/bin/sh\n"));
  How how;
  how.env = {"LAB_QEMU=" + (place_ / "qemu").string(), "TMPDIR=" + folder.string()};
  {
    Running grading(argv, how);
    EXPECT_EQ(text_of(begun), "begun\n");  // opened when QEMU is
    EXPECT_FALSE(fs::is_empty(folder));
    grading.kill(SIGKILL);
    EXPECT_TRUE(becomes_empty(folder, std::chrono::seconds(60)));
    grading.finish(std::chrono::seconds(60));
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(results), {}), 0);
}

TEST_F(Grading, NoticesWhatItCannotWriteBeforeItGrades) {
  const std::string good = submission("hw1", "good");
  const std::vector<std::pair<std::vector<std::string>, const char*>> cases{
      {{"--csv", "/nowhere/a.csv"}, "--csv /nowhere/a.csv: No such file or directory"},
      {{"--html", "/nowhere/a.html"}, "--html /nowhere/a.html: No such file"},
      {{"--results", "/proc/self/x"}, "name a folder that you may write to"},
      {{"--csv", "-", "--html", "-"}, "--csv - and --html -: only one can go to standard output"}};
  for (const auto& [flags, message] : cases) {
    std::vector<std::string> argv{good};
    argv.insert(argv.end(), flags.begin(), flags.end());
    const Ran ran = grade("hw1", argv);
    EXPECT_EQ(ran.status, 2) << message;
    EXPECT_THAT(ran.err, HasSubstr(message));
    EXPECT_THAT(ran.err, Not(HasSubstr("graded 1")));
  }
}

TEST_F(Grading, OfAShardWithoutSubmissionsWritesWhatWasAskedFor) {
  const std::string good = submission("hw1", "good");
  const Ran ran = grade("hw1", {good, "--shard", "2/2", "--csv", "-", "--results",
                                place_ / "results", "--html", place_ / "class.html"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(ran.out, "student,earned,points,echoes,closes,listens,clients\r\n");
  EXPECT_TRUE(fs::is_directory(place_ / "results"));
  EXPECT_THAT(text_of(place_ / "class.html"), HasSubstr("echoes (5)"));
  const Ran two = grade("hw1", {good, made("empty"), "--student", "alice"});
  EXPECT_EQ(two.status, 2);
  EXPECT_THAT(two.err, HasSubstr("--student names the student of one submission"));
}

TEST_F(Grading, NamesTheStudentAsItIsTold) {
  // Nothing to run: no guest boots.
  const Ran ran = grade("hw1", {made("submission"), "--student", "al\x1b[31mice", "--html", "-"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("al\\u001b[31mice"));
  EXPECT_THAT(ran.out, HasSubstr("</html>"));
}

TEST_F(Grading, SaysTheSameTwiceAndWhyAConnectFailed) {
  std::vector<json> graded;
  for (int time = 0; time < 2; ++time) {
    const Ran ran = grade("hw1", {submission("hw1", "wrong"), "-o", "-"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    graded.push_back(json::parse(ran.out));
  }
  EXPECT_EQ(graded[0], graded[1]);
  const json& finding = graded[0]["submissions"][0]["checks"][0]["findings"][0];
  EXPECT_THAT(finding["seen"].get<std::string>(), HasSubstr("ECONNREFUSED"));
  EXPECT_THAT(finding["cause"].get<std::string>(), HasSubstr("listen"));
}

TEST_F(Grading, JudgesSimultaneousOpensAndPredictions) {
  if (!std::getenv("LAB_ALL_TESTS")) GTEST_SKIP() << "graded with LAB_ALL_TESTS=1 only";
  const fs::path output = place_ / "all.json";
  Ran ran = grade(
      "hw2", {submission("hw2", "good"), submission("hw2", "partly"), submission("hw2", "wrong"),
              submission("hw2", "cheat-liar"), made("empty"), "-o", output});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(earned_in(output),
            (std::map<std::string, double>{
                {"good", 8}, {"partly", 6}, {"wrong", 0}, {"cheat-liar", 0}, {"empty", 0}}));
  std::vector<std::string> words{made("empty"), "-o", output};
  for (const char* student : {"good", "partly", "wrong", "hostile"})
    words.push_back(fmt::format("{}/hw3/submissions/{}", ASSIGNMENTS, student));
  ran = grade("hw3", words);
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(earned_in(output),
            (std::map<std::string, double>{
                {"good", 9}, {"partly", 5}, {"wrong", 0}, {"hostile", 0}, {"empty", 0}}));
}

TEST_F(Grading, OfAClassInShardsGivesTheSameAsAtOnce) {
  if (!std::getenv("LAB_ALL_TESTS")) GTEST_SKIP() << "graded with LAB_ALL_TESTS=1 only";
  if (find_in_path("parallel").empty()) GTEST_SKIP() << "needs GNU parallel";
  std::vector<std::string> words;
  for (const char* student : {"good", "partly", "wrong", "hostile"})
    words.push_back(fmt::format("{}/hw3/submissions/{}", ASSIGNMENTS, student));
  std::vector<std::string> whole = words;
  const fs::path csv = place_ / "whole.csv", merged = place_ / "merged.csv";
  whole.insert(whole.end(), {"--csv", csv});
  EXPECT_EQ(grade("hw3", whole).status, 0);
  // As docs/grading.md says.
  std::vector<std::string> parts{"parallel",   "--will-cite", "-j1",
                                 ORCHESTRATOR, "grade",       fmt::format("{}/hw3", ASSIGNMENTS),
                                 "--kernel",   KERNEL};
  parts.insert(parts.end(), words.begin(), words.end());
  for (const std::string& word :
       {std::string("--shard"), std::string("{}/3"), std::string("--results"),
        (place_ / "part{}").string(), std::string("--quiet"), std::string(":::"), std::string("1"),
        std::string("2"), std::string("3")})
    parts.push_back(word);
  const Ran shards = run(parts);
  EXPECT_EQ(shards.status, 0) << shards.err;
  const Ran ran = grade(
      "hw3", {"--merge", place_ / "part1", place_ / "part2", place_ / "part3", "--csv", merged});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_EQ(text_of(merged), text_of(csv));
  EXPECT_THAT(text_of(csv), HasSubstr("good,9,9"));
}

}  // namespace
}  // namespace lab::test
