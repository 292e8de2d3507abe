// SPDX-License-Identifier: MIT
//
// JUnit's XML: what is written, and what those read in it who know the format.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <pugixml.hpp>

#include "support/documents.hpp"
#include "support/reader.hpp"

namespace lab::report {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::played;
using lab::testing::stored;
using ::testing::StartsWith;

std::string junit(const std::vector<Run>& runs, const Summary& frame = {}) {
  std::vector<Run> with_flags = runs;
  for (Run& run : with_flags) run.result.flags = " --set 'a=b c'";
  return testing::reported([](std::ostream& out) { return make_junit_reporter(out); }, with_flags,
                           frame);
}

std::vector<Run> all_kinds() {
  Run blind = played(testing::simopen());
  blind.result.outcome = Outcome::not_observed;
  blind.result.not_observed = {{"module: not loaded", 26}};
  blind.result.variant = "blind";
  return {played(testing::simopen()),
          blind,
          played(testing::no_listen_failing()),
          testing::skipped_run(),
          testing::unplayable_run(),
          testing::killed_run()};
}

// One document, parsed.
class Junit : public ::testing::Test {
 protected:
  pugi::xml_node parse(const std::string& text) {
    const auto parsed = document_.load_string(text.c_str());
    EXPECT_TRUE(parsed) << parsed.description();
    return document_.child("testsuites");
  }
  static pugi::xml_node suite(pugi::xml_node root, const char* name) {
    return root.find_child_by_attribute("testsuite", "name", name);
  }

 private:
  pugi::xml_document document_;
};

TEST_F(Junit, HasASuiteForEachScenarioAndACaseForEachRun) {
  const auto root = parse(junit(all_kinds()));
  EXPECT_EQ(root.attribute("tests").as_int(), 6);
  EXPECT_EQ(root.attribute("failures").as_int(), 1);
  EXPECT_EQ(root.attribute("errors").as_int(), 2);
  EXPECT_EQ(root.attribute("skipped").as_int(), 2);
  const auto simopen = suite(root, "simopen");
  EXPECT_EQ(simopen.attribute("tests").as_int(), 2);
  const auto first = simopen.child("testcase");
  EXPECT_STREQ(first.attribute("classname").value(), "simopen");
  EXPECT_STREQ(first.attribute("name").value(), "ipv4");
  EXPECT_STREQ(first.attribute("time").value(), "0.001700");
  EXPECT_FALSE(first.child("failure") || first.child("error") || first.child("skipped"));
  EXPECT_STREQ(first.next_sibling("testcase").attribute("name").value(), "blind ipv4");
}

TEST_F(Junit, SaysWhatWasExpectedAndSeenAndWhere) {
  const report::Run failing = played(testing::no_listen_failing());
  const auto test = suite(parse(junit({failing})), "no-listen").child("testcase");
  const auto failure = test.child("failure");
  const Failure& known = *failing.result.failure;
  EXPECT_STREQ(failure.attribute("type").value(), "check");
  EXPECT_EQ(failure.attribute("message").value(),
            "step 6: expected: " + known.expected + "; seen: " + known.seen);
  EXPECT_THAT(failure.text().get(),
              AllOf(HasSubstr("expected: " + known.expected + "\n"),
                    HasSubstr("seen: " + known.seen + "\n"), HasSubstr(":25\n"),
                    ContainsRegex("alone: orchestrator run .* --set 'a=b c'\n")));
  EXPECT_THAT(test.child("system-out").text().get(),
              AllOf(HasSubstr("checks passed: 2\n"), HasSubstr("checks failed: 1\n"),
                    HasSubstr("checks not observed: 3 (module: tcp_lookup.ko is not loaded)\n")));
}

TEST_F(Junit, SaysTheCauseOfARefusal) {
  Timeline timeline = testing::no_listen_failing();
  std::size_t failed = 0;
  for (StepRecord& step : timeline.steps)
    for (Check& check : step.checks)
      if (check.outcome == Outcome::fail) check.cause = fmt::format("cause number {}", ++failed);
  ASSERT_GT(failed, 0u);
  const auto failure =
      suite(parse(junit({played(timeline)})), "no-listen").child("testcase").child("failure");
  EXPECT_THAT(failure.attribute("message").value(), EndsWith("; cause: cause number 1"));
  EXPECT_THAT(failure.text().get(), HasSubstr("\ncause: cause number 1\n"));
}

TEST_F(Junit, SaysWhatTheProgramsOfAFailedPlayPrinted) {
  Timeline timeline = testing::no_listen_failing();
  std::string output;
  for (int line = 0; line < 1000; ++line) output += fmt::format("line {}\n", line);
  timeline.programs = {{"sub", "server", "./forgot", output + "accept: Invalid\x1b argument\n",
                        false, 1}};
  const auto printed = [&](const Timeline& of) {
    return std::string(suite(parse(junit({played(of)})), of.scenario.c_str())
                           .child("testcase")
                           .child("system-out")
                           .text()
                           .get());
  };
  EXPECT_THAT(printed(timeline),
              AllOf(HasSubstr("\nsub on server, exit 1: ./forgot\nline 981\n"),
                    HasSubstr("\nline 999\naccept: Invalid argument\n"),
                    Not(HasSubstr("line 980"))));
  Timeline passed = testing::simopen();
  passed.programs = timeline.programs;
  EXPECT_THAT(printed(passed), Not(HasSubstr("./forgot"))) << "it has not failed";
}

TEST_F(Junit, CountsWhatWasNotObservedAmongTheSuitesProperties) {
  const auto properties =
      suite(parse(junit({played(testing::no_listen_failing())})), "no-listen").child("properties");
  const auto value = [&](const char* name) {
    return properties.find_child_by_attribute("property", "name", name).attribute("value").as_int();
  };
  EXPECT_EQ(value("checks-passed"), 2);
  EXPECT_EQ(value("checks-failed"), 1);
  EXPECT_EQ(value("checks-not-observed"), 3);
}

TEST_F(Junit, DistinguishesDeathFromFailureAndNotObservedFromPassed) {
  const auto root = parse(junit(all_kinds()));
  const auto died = suite(root, "stuck").child("testcase").child("error");
  EXPECT_STREQ(died.attribute("type").value(), "died");
  EXPECT_THAT(died.attribute("message").value(), StartsWith("step 3: expected: "));
  const auto blind = suite(root, "simopen").child("testcase").next_sibling("testcase");
  EXPECT_STREQ(blind.child("skipped").attribute("message").value(),
               "not observed (module: not loaded)");
  const auto vrf = suite(root, "vrf").child("testcase");
  EXPECT_STREQ(vrf.child("skipped").attribute("message").value(), "no VRF here");
  EXPECT_STREQ(vrf.next_sibling("testcase").child("error").attribute("type").value(), "unplayable");
}

TEST_F(Junit, HasAnErrorForAnInterruptedRun) {
  Summary frame;
  frame.planned = 10;
  const auto root = parse(junit({played(testing::simopen())}, frame));
  EXPECT_EQ(root.attribute("errors").as_int(), 1);
  EXPECT_EQ(root.attribute("tests").as_int(), 2);
  EXPECT_THAT(
      suite(root, "interrupted").child("testcase").child("error").attribute("message").value(),
      HasSubstr("interrupted, of 10 runs planned"));
}

// A program may have said anything.
TEST_F(Junit, IsXmlWhateverTheTextsContain) {
  report::Run run = testing::killed_run();
  run.result.failure->seen = std::string("\x01\x1b[31m <&\"> \xff\0 ]]>", 20);
  const auto error = suite(parse(junit({run})), "stuck").child("testcase").child("error");
  EXPECT_THAT(error.text().get(), HasSubstr("\xef\xbf\xbd\xef\xbf\xbd[31m <&\"> \xef\xbf\xbd"));
  const auto read = lab::testing::read_by("xmllint --noout " + stored(junit({run})));
  if (read.missing) GTEST_SKIP() << "xmllint (libxml2-utils) is not installed";
  EXPECT_EQ(read.status, 0) << read.words;
}

TEST_F(Junit, IsReadByJunitparser) {
  const auto read = lab::testing::read_by("/usr/bin/python3 " TESTS_DIR "/readers/read_junit.py " +
                                          stored(junit(all_kinds())));
  if (read.missing) GTEST_SKIP() << read.words;
  EXPECT_EQ(read.status, 0) << read.words;
  EXPECT_THAT(
      read.words,
      AllOf(StartsWith("all: 6 tests, 1 failures, 2 errors, 2 skipped, "),
            HasSubstr("\nsuite simopen: 2 tests, 0 failures, 0 errors, 1 skipped, 0.003 s\n"
                      "case simopen ipv4 0.002 s: Passed\n"
                      "case simopen blind ipv4 0.002 s: Skipped not observed (module: "),
            HasSubstr("\ncase no-listen ipv4 "), HasSubstr(" s: Failure step 6: expected: "),
            HasSubstr("\ncase vrf inside ipv4 0.000 s: Skipped no VRF here\n"),
            HasSubstr("\ncase stuck ipv6 60.000 s: Error step 3: "), Not(HasSubstr("MISCOUNTED"))));
}

}  // namespace
}  // namespace lab::report
