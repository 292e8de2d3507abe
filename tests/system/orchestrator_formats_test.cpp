// SPDX-License-Identifier: MIT
//
// The files that a run leaves: all formats at once, drawn again, merged; and what
// becomes of them when the disk is full, the folder is not ours, or somebody
// interrupts.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "program.hpp"
#include "series.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int pass = 0, failed = 1, usage = 2, environment = 3;
constexpr int missing = 77;  // what a reader needs is not installed

class Formats : public testing::Test {
 protected:
  Formats() {
    how_.directory = here_;
    how_.env = {"COLUMNS=100"};
  }

  Ran lab(std::vector<std::string> words) {
    words.insert(words.begin(), ORCHESTRATOR);
    return run(words, how_);
  }
  Ran sh(const std::string& script) { return run({"sh", "-ec", script}, how_); }
  std::string file(const std::string& name) { return read_file(here_ / name); }
  json document(const std::string& name) { return json::parse(file(name)); }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(here_ / name) << text;
  }
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(here_)) all.push_back(entry.path().filename());
    std::ranges::sort(all);
    return all;
  }
  void expect_valid(const std::string& name) {
    const Ran ran = run({"/usr/bin/python3", SOURCE_DIR "/tests/readers/validate_report.py",
                         SOURCE_DIR "/docs/report.schema.json", here_ / name});
    if (ran.status != missing) {
      EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    }
  }

  const TemporaryFolder temporary_;
  const fs::path here_ = temporary_.path();
  How how_;
};

class FormatsHere : public Formats {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  }
  // Waits for a minute for what will never be.
  void write_stuck() {
    write("stuck.yaml",
          "name: stuck\ntitle: Of a test\nfamilies: [ipv4]\ndeadline: 60s\n"
          "topology: {hosts: {left: }}\nsteps:\n  - socket: {name: a, host: left}\n"
          "  - tables: {host: left, listeners: [{socket: a}]}\n");
  }
  const std::string wrong_ = SOURCE_DIR "/tests/system/nobody-answers.yaml";
};

// Without its first line, which says where it was played.
std::string below_the_first_line(const std::string& text) {
  return text.substr(text.find('\n') + 1);
}

TEST_F(FormatsHere, AllComeFromOneRun) {
  const Ran ran = lab({"run", "no-listen", wrong_, "--where", "here", "--output", "r.json",
                       "--junit", "r.xml", "--ktap", "r.ktap", "--pcap", "packets"});
  EXPECT_EQ(ran.status, failed) << ran.err;
  EXPECT_THAT(names(), testing::ElementsAre("packets", "r.json", "r.ktap", "r.xml"));
  expect_valid("r.json");
  const json report = document("r.json");
  EXPECT_EQ(report["runs"].size(), 3u);
  EXPECT_EQ(report["summary"]["fail"], 1);
  EXPECT_THAT(report["sources"][wrong_].get<std::string>(), HasSubstr("name: nobody-answers"));
  EXPECT_THAT(file("r.xml"),
              AllOf(HasSubstr("<testsuites"), HasSubstr("tests=\"3\" failures=\"1\""),
                    HasSubstr("seen: saw ECONNREFUSED"), HasSubstr("answers.yaml:17")));
  EXPECT_THAT(file("r.ktap"),
              AllOf(StartsWith("KTAP version 1\n1..2\n"), HasSubstr("\nok 1 no-listen\n"),
                    EndsWith("\nnot ok 2 nobody-answers\n")));
}

// What follows `label` in a text, up to the end of the line.
std::string line_after(const std::string& text, const std::string& label) {
  const std::size_t begin = text.find(label);
  if (begin == std::string::npos) return "no " + label;
  return text.substr(begin + label.size(),
                     text.find('\n', begin + label.size()) - begin - label.size());
}

TEST_F(FormatsHere, TheCommandInJunitPlaysTheFailedPlayAlone) {
  write("echo.yaml",
        "name: echo\ntitle: Of a test\nfamilies: [ipv4]\nparameters: {word: Hello}\n"
        "topology: {hosts: {left: }}\nsteps:\n"
        "  - exec: {host: left, run: [\"/bin/echo\", \"${word}\"], output: Howdy}\n");
  const Ran first = lab({"run", "echo.yaml", "--where", "here", "--deadline", "20s", "--set",
                         R"(word=it's `one` "word")", "--junit", "first.xml"});
  ASSERT_EQ(first.status, failed) << first.out << first.err;
  const std::string alone = line_after(file("first.xml"), "alone: ");
  ASSERT_THAT(alone, StartsWith("orchestrator run "));
  const Ran again =
      sh("orchestrator() { " ORCHESTRATOR " \"$@\"; }\n" + alone + " --junit again.xml");
  EXPECT_EQ(again.status, failed) << again.out << again.err;
  const std::string seen = line_after(file("first.xml"), "seen: ");
  EXPECT_THAT(seen, HasSubstr(R"(it's `one` "word")"));
  EXPECT_EQ(line_after(file("again.xml"), "seen: "), seen);
  EXPECT_EQ(line_after(file("again.xml"), "alone: "), alone);
}

TEST_F(FormatsHere, ARefusedConnectSaysWhichSocketDoesNotListen) {
  write("bound.yaml",
        "name: bound\ntitle: Of a test\nfamilies: [ipv4]\n"
        "topology:\n  hosts: {client: , server: }\n"
        "  links: [{endpoints: [\"client:eth0\", \"server:eth0\"]}]\nsteps:\n"
        "  - socket: {name: srv, host: server}\n  - bind: {socket: srv, to: \"any:8888\"}\n"
        "  - socket: {name: cli, host: client}\n"
        "  - connect: {socket: cli, to: \"server:8888\"}\n");
  const Ran ran = lab({"run", "bound.yaml", "--where", "here", "--output", "r.json", "--junit",
                       "r.xml", "--ktap", "r.ktap", "--html", "r.html"});
  EXPECT_EQ(ran.status, failed) << ran.err;
  expect_valid("r.json");
  const std::string cause =
      document("r.json")["runs"][0]["steps"].back()["checks"][0].value("cause", "none");
  EXPECT_THAT(cause, AllOf(StartsWith("port 8888 is bound by the scenario's socket srv (pid "),
                           EndsWith("which has not called listen()")));
  EXPECT_EQ(line_after(file("r.xml"), "\ncause: "), cause);
  EXPECT_EQ(line_after(file("r.ktap"), "# cause: "), cause);
  EXPECT_THAT(file("r.html"), HasSubstr("which has not called listen()"));
  EXPECT_THAT(ran.out, HasSubstr("cause     port 8888 is bound by"));
}

TEST_F(FormatsHere, WhatIsDrawnAgainIsTheSame) {
  const std::vector<std::vector<std::string>> runs = {
      {"simopen", "--family", "ipv4"}, {"no-listen", wrong_}, {"self-connect", "simopen", "-v"}};
  for (const auto& words : runs) {
    std::vector<std::string> command = {"run",    "--where", "here",    "--output",
                                        "r.json", "--junit", "r.xml",   "--ktap",
                                        "r.ktap", "--pcap",  "packets", "-j1"};
    command.insert(command.end(), words.begin(), words.end());
    const Ran played = lab(command);
    command = {"draw",  "r.json", "--output", "d.json", "--junit",
               "d.xml", "--ktap", "d.ktap",   "--pcap", "drawn"};
    if (words.back() == "-v") command.emplace_back("-v");
    const Ran drawn = lab(command);
    EXPECT_EQ(drawn.status, pass) << drawn.err;
    // The command that plays one alone has the flags of the run.
    std::string text = below_the_first_line(played.out);
    for (std::size_t at; (at = text.find(" --where here")) != std::string::npos;)
      text.erase(at, std::string_view(" --where here").size());
    EXPECT_EQ(drawn.out, text);
    for (const char* name : {".json", ".xml", ".ktap"})
      EXPECT_EQ(file(std::string("d") + name), file(std::string("r") + name)) << name;
    ASSERT_FALSE(fs::is_empty(here_ / "packets"));
    for (const auto& capture : fs::directory_iterator(here_ / "packets"))
      EXPECT_EQ(read_file(here_ / "drawn" / capture.path().filename()), read_file(capture.path()));
  }
}

TEST_F(FormatsHere, SeveralDocumentsAreDrawnAsOne) {
  lab({"run", "simopen", "--where", "here", "--output", "a.json"});
  lab({"run", "simopen", "no-listen", "--family", "ipv4", "--where", "here", "--output", "b.json"});
  const Ran drawn = lab({"draw", "a.json", "b.json", "--output", "both.json"});
  EXPECT_EQ(drawn.status, pass) << drawn.err;
  EXPECT_THAT(drawn.out, HasSubstr("4 runs of 2 scenarios: 4 passed, 0 failed"));
  expect_valid("both.json");
  const json both = document("both.json");
  ASSERT_EQ(both["runs"].size(), 4u);
  EXPECT_EQ(both["runs"][2], document("b.json")["runs"][0]);
  EXPECT_EQ(both["summary"]["plays"][0]["runs"], 2) << "simopen ipv4, twice";
  EXPECT_EQ(both["sources"].size(), 2u);
}

TEST_F(Formats, TheLadderOfOneRunIsDrawnAlone) {
  const std::string folder = SOURCE_DIR "/tests/golden/timelines/",
                    one = folder + "simopen-ipv4.json";
  const Ran drawn = lab({"draw", one, "--svg", "one.svg"});
  EXPECT_EQ(drawn.status, pass) << drawn.err;
  EXPECT_THAT(file("one.svg"),
              AllOf(StartsWith("<svg "), HasSubstr("SYN-RECEIVED"), EndsWith("</svg>\n")));
  const Ran two = lab({"draw", one, folder + "no-listen-ipv4.json", "--svg", "two.svg"});
  EXPECT_EQ(two.status, usage);
  EXPECT_THAT(two.err, HasSubstr("--svg draws one run that was played, and there are 2 runs"));
  EXPECT_FALSE(fs::exists(here_ / "two.svg"));
}

TEST_F(FormatsHere, DrawingNeedsNoRoot) {
  lab({"run", "simopen", "--where", "here", "--output", "r.json"});
  fs::permissions(here_, fs::perms::all);
  how_.as_nobody = true;
  const Ran drawn = lab({"draw", "r.json", "--junit", "r.xml"});
  EXPECT_EQ(drawn.status, pass) << drawn.err;
  EXPECT_THAT(drawn.out, HasSubstr("simopen ipv6: PASS"));
  EXPECT_TRUE(fs::exists(here_ / "r.xml"));
}

TEST_F(FormatsHere, OneFormatMayHaveStandardOutput) {
  const Ran ktap = lab({"run", "simopen", "--where", "here", "--ktap", "-"});
  EXPECT_THAT(ktap.out, StartsWith("KTAP version 1\n"));
  EXPECT_THAT(ktap.err, StartsWith("In this kernel"));
  const Ran data = lab({"run", "simopen", "--where", "here", "--output", "-"});
  EXPECT_EQ(json::parse(data.out)["runs"].size(), 2u);
  const Ran piped =
      sh(std::string(ORCHESTRATOR) + " run simopen --where here -f json 2>/dev/null | " +
         ORCHESTRATOR + " draw - --junit -");
  EXPECT_THAT(piped.out, StartsWith("<?xml"));
  const Ran both = lab({"run", "simopen", "--where", "here", "--ktap", "-", "--format", "json"});
  EXPECT_EQ(both.status, usage);
  EXPECT_THAT(both.err,
              HasSubstr("--format json and --ktap -: only one can go to standard output"));
}

TEST_F(Formats, WhatIsNoReportIsRefusedWithThePlace) {
  write("text.json", "simopen ipv4: PASS");
  write("old.json", R"({"schema": 1, "runs": [], "summary": {}})");
  write("damaged.json", R"({"schema": 2, "sources": {}, "runs": [{"result": 7}], "summary": {}})");
  const auto refusal = [&](const char* name) {
    const Ran ran = lab({"draw", name});
    EXPECT_EQ(ran.status, usage) << name;
    EXPECT_EQ(ran.out, "") << name;
    return ran.err;
  };
  EXPECT_THAT(refusal("text.json"), HasSubstr("text.json: not a whole JSON document"));
  EXPECT_THAT(refusal("old.json"),
              HasSubstr("old.json: /schema: the document has version 1, but this program reads "
                        "version 2; run the scenarios again"));
  EXPECT_THAT(refusal("damaged.json"),
              HasSubstr("damaged.json: /runs/0/result: must be an object, and is number"));
  EXPECT_THAT(refusal("absent.json"), HasSubstr("absent.json: No such file or directory"));
}

TEST_F(Formats, AFileThatCannotBeWrittenIsToldBeforeAnythingIsPlayed) {
  for (const char* flag : {"--output", "--junit", "--ktap"}) {
    const Ran ran = lab({"run", "simopen", "--where", "here", flag, "nowhere/r"});
    EXPECT_EQ(ran.status, usage);
    EXPECT_EQ(ran.out, "");
    EXPECT_THAT(ran.err, HasSubstr(std::string(flag) + " nowhere/r: No such file or directory"));
  }
  if (::geteuid() != 0) GTEST_SKIP() << "without root there is no other user";
  fs::permissions(here_, fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
  how_.as_nobody = true;
  const Ran ran = lab({"run", "simopen", "--where", "here", "--junit", "r.xml"});
  EXPECT_EQ(ran.status, usage);
  EXPECT_THAT(ran.err, HasSubstr("--junit r.xml: Permission denied; name a file in a folder that "
                                 "you may write to"));
}

// A real disk of 64 kB, in a mount namespace of its own.
TEST_F(FormatsHere, AFullDiskCostsNeitherTheOldFilesNorTheReport) {
  fs::create_directories(here_ / "disk");
  const std::string mounted = "mount -t tmpfs -o size=64k lab disk; ";
  const std::string run = std::string(ORCHESTRATOR) +
                          " run simopen --where here --output disk/r.json --junit disk/r.xml"
                          " || status=$?; ";
  const Ran ran = sh("unshare -m sh -ec '" + mounted + "echo old > disk/r.json; " + run +
                     "echo STATUS $status; cat disk/r.json; ls -A disk'");
  EXPECT_THAT(ran.out, AllOf(HasSubstr("simopen ipv4: PASS"), HasSubstr("simopen ipv6: PASS")));
  EXPECT_THAT(ran.out, EndsWith("STATUS 3\nold\nr.json\nr.xml\n"));
  EXPECT_THAT(ran.err, HasSubstr("--output disk/r.json: the report could not be written: No space "
                                 "left on device"));
}

TEST_F(FormatsHere, ReportsAFullStandardOutput) {
  const Ran ran = sh(std::string(ORCHESTRATOR) + " run simopen --where here -f json > /dev/full");
  EXPECT_EQ(ran.status, environment);
  EXPECT_THAT(ran.err, HasSubstr("standard output was not written completely"));
}

TEST_F(FormatsHere, AnInterruptedRunLeavesWholeFilesThatSaySo) {
  write_stuck();
  write("r.json", "old");
  Running running({ORCHESTRATOR, "run", wrong_, "stuck.yaml", "--where", "here", "--output",
                   "r.json", "--junit", "r.xml", "--ktap", "r.ktap"},
                  how_);
  ASSERT_TRUE(running.await_output("nobody-answers ipv4", std::chrono::seconds(30)));
  EXPECT_EQ(file("r.json"), "old");
  running.kill(SIGINT);
  EXPECT_EQ(running.finish(std::chrono::seconds(30)).status, 128 + SIGINT);
  expect_valid("r.json");
  const json report = document("r.json");
  EXPECT_EQ(report["runs"].size(), 1u);
  EXPECT_EQ(report["summary"]["interrupted"]["planned"], 2);
  EXPECT_THAT(file("r.xml"), HasSubstr("interrupted, of 2 runs planned"));
  EXPECT_THAT(file("r.ktap"), HasSubstr("\nnot ok 2 all planned runs # ERROR "));
  EXPECT_THAT(lab({"draw", "r.json"}).out, HasSubstr("interrupted, of 2 runs planned"));
}

TEST_F(FormatsHere, AKilledRunLeavesTheOldFileAndNothingElse) {
  write_stuck();
  write("r.json", "old");
  Running running(
      {ORCHESTRATOR, "run", "stuck.yaml", "-v", "--where", "here", "--output", "r.json"}, how_);
  ASSERT_TRUE(running.await_output("socket a", std::chrono::seconds(30)));
  running.kill(SIGKILL);
  running.finish(std::chrono::seconds(30));
  EXPECT_EQ(file("r.json"), "old");
  EXPECT_THAT(names(), testing::ElementsAre("r.json", "stuck.yaml"));
}

// The guest sends JSON, and the files are made here.
TEST_F(Formats, OfAMicroVmAreMadeOutsideOfIt) {
  const auto series = series_of(SERIES);
  if (series.empty()) GTEST_SKIP() << "no guest image was built";
  const Ran ran =
      lab({"run", "no-listen", "--family", "ipv4", "--where", "vm", "--kernel", series.front(),
           "--output", "r.json", "--junit", "r.xml", "--ktap", "r.ktap"});
  ASSERT_EQ(ran.status, pass) << ran.out << ran.err;
  expect_valid("r.json");
  EXPECT_EQ(document("r.json")["runs"][0]["result"]["outcome"], "pass");
  EXPECT_FALSE(document("r.json")["runs"][0]["trace"].empty());
  EXPECT_THAT(file("r.xml"), HasSubstr("tests=\"1\" failures=\"0\" errors=\"0\""));
  EXPECT_THAT(file("r.ktap"), EndsWith("\nok 1 no-listen\n"));
  EXPECT_EQ(lab({"draw", "r.json"}).out, below_the_first_line(ran.out));
}

}  // namespace
}  // namespace lab::test
