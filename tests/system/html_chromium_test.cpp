// SPDX-License-Identifier: MIT
//
// Pages of recorded runs in headless Chromium: nothing on its console, every
// section visible, no line wider than the window, on a phone and on a desk, light
// and dark, with the script and without (html_chromium.hpp).
#include "html_chromium.hpp"

#include <cstdlib>
#include <filesystem>
#include <regex>

#include "program.hpp"
#include "support/traces.hpp"
#include "unit/html/runs.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Timeline with_a_program(Timeline run) {
  run.programs = {{"srv", run.hosts[0].name, "server " + std::string(200, 'x'),
                   std::string(300, 'y') + "\nready\n", false, 0}};
  return run;
}

// Words that nothing may be wider than the window for.
Timeline with_long_words(Timeline run) {
  run.title += " " + std::string(150, 'w');
  for (StepRecord& step : run.steps) step.played.observed += " " + std::string(90, 'z');
  return run;
}

Timeline traced() {
  Timeline run = lab::testing::refused_with_trace();
  run.variant = "traced";
  return run;
}

TEST(HtmlInChromium, OneRunIsReadableEverywhere) {
  const Timeline run = with_a_program(testing::asked());
  std::string scenario;
  for (int i = 1; i < 40; ++i) scenario += "  - tables: {host: server, listeners: []}\n";
  EXPECT_THAT(problems_of({"asked", testing::page_of({{run, scenario}})}), ElementsAre());
}

TEST(HtmlInChromium, ManyRunsAreReadableEverywhere) {
  const Timeline runs[] = {testing::simopen(), with_long_words(testing::no_listen_failing()),
                           with_a_program(testing::asked()), traced()};
  std::vector<html::Run> all;
  for (const Timeline& run : runs) all.push_back({run, "name: x\n" + std::string(400, '#') + "\n"});
  EXPECT_THAT(problems_of({"four", testing::page_of(all), true}), ElementsAre());
}

// From stored reports of real runs to a file, as a user does it.
TEST(HtmlInChromium, RecordedRunsAreReadableEverywhere) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path();
  std::vector<std::string> draw = {ORCHESTRATOR, "draw", "--html", folder / "page.html"};
  for (const auto& each : fs::directory_iterator(TESTS_DIR "/golden/timelines"))
    draw.push_back(each.path());
  ASSERT_GT(draw.size(), 6u);
  const test::Ran drawn = test::run(draw);
  ASSERT_EQ(drawn.status, 0) << drawn.err;
  EXPECT_THAT(problems_of({"recorded", read_file(folder / "page.html"), true}), ElementsAre());
}

TEST(HtmlInChromium, SaysWhereAPageCannotBeWritten) {
  const test::Ran drawn = test::run({ORCHESTRATOR, "draw", "--html", "/nowhere/page.html",
                                     TESTS_DIR "/golden/timelines/simopen-ipv4.json"});
  EXPECT_EQ(drawn.status, 2);
  EXPECT_THAT(drawn.err, HasSubstr("--html /nowhere/page.html: No such file or directory"));
}

// A scenario that asks for a prediction, in two runs that differ: with module, and without. They
// have no variant, as the scenario has none.
TEST(HtmlInChromium, ASingleScenarioIsPredictedFirst) {
  const Timeline one = lab::testing::refused_with_trace();
  Timeline other = one;
  other.trace.clear();
  other.no_trace = "tcp_lookup.ko is not loaded in this kernel";
  const std::string scenario = read_file(SOURCE_DIR "/scenarios/no-listener/no-listen.yaml");
  const std::string page = testing::page_of({{one, scenario}, {other, scenario, "no module"}});
  EXPECT_THAT(page, HasSubstr("class=\"prediction\""));
  EXPECT_THAT(problems_of({"predicted", page}), ElementsAre());
}

// As when the hosts could not be built. html_check.js presses Present, and wants to be told why not.
TEST(HtmlInChromium, ARunWithoutStepsSaysWhyItIsNotPresented) {
  Timeline run = testing::asked();
  run.steps.clear();
  EXPECT_THAT(problems_of({"stepless", testing::page_of({{run, ""}})}),
              ::testing::Each(HasSubstr(" sections")));
}

// axe-core from npm, kept beside the lab's other downloads; empty: npm cannot be reached.
std::string axe_core() {
  const char* home = std::getenv("HOME");
  if (!home) return "";
  const fs::path folder = fs::path(home) / ".cache/tcp-lookup-lab/axe-core-4.14.1";
  const fs::path script = folder / "node_modules/axe-core/axe.min.js";
  if (!fs::exists(script)) {
    fs::create_directories(folder);
    test::How how;
    how.deadline = std::chrono::seconds(60);
    test::run({"/usr/bin/env", "npm", "install", "--silent", "--no-audit", "--no-fund",
               "--ignore-scripts", "--prefix", folder, "axe-core@4.14.1"},
              how);
  }
  return fs::exists(script) ? read_file(script) : "";
}

TEST(HtmlInChromium, AxeFindsNothing) {
  const std::string axe = axe_core();
  if (axe.empty()) GTEST_SKIP() << "npm cannot install axe-core: the page is not examined with it";
  const std::string scenario = read_file(SOURCE_DIR "/scenarios/no-listener/no-listen.yaml");
  const Timeline run = lab::testing::refused_with_trace();
  const std::string single = testing::page_of({{run, scenario}});
  EXPECT_THAT(single, HasSubstr("class=\"prediction\""));
  EXPECT_THAT(problems_of({"single", single}, axe), ElementsAre());
  // Of two scenarios: a page of one has no index.
  const Timeline failing = testing::no_listen_failing(), other = testing::simopen();
  EXPECT_THAT(
      problems_of(
          {"failing", testing::page_of({{run, scenario}, {failing, ""}, {other, ""}}), true}, axe),
      ElementsAre());
}

// The harness itself: it must see what is wrong.
TEST(HtmlInChromium, WouldNotPassAPageThatIsWrong) {
  const Timeline run = testing::asked();
  std::string page = testing::page_of({{run, ""}});
  const std::string body = "<dl class=\"facts\">";
  page.replace(page.find(body), body.size(),
               body +
                   "<div style=\"width:3000px\">wide</div><p style=\"color:#999;background:#aaa\">"
                   "pale</p><section style=\"display:none\" aria-label=\"gone\"></section>");
  const auto problems = problems_of({"wrong", page});
  EXPECT_THAT(problems, ::testing::Contains(HasSubstr("overflows: ")));
  EXPECT_THAT(problems, ::testing::Contains(HasSubstr("contrast ")));
  EXPECT_THAT(problems, ::testing::Contains(HasSubstr("not visible: gone")));
  EXPECT_THAT(problems_of({"stuck", std::regex_replace(page, std::regex("ArrowRight"), "Nothing")}),
              ::testing::Contains(HasSubstr("the keys reach")));
}

}  // namespace
}  // namespace lab::html
