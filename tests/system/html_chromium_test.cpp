// SPDX-License-Identifier: MIT
//
// Pages of recorded runs in headless Chromium: nothing on its console, every
// section visible, no line wider than the window, on a phone and on a desk, light
// and dark, with the script and without. html_check.js looks, from a page around
// ours; Chromium prints that page's document when all is done.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "program.hpp"
#include "support/traces.hpp"
#include "unit/html/runs.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// What stands between the tags of the element with this id.
std::string text_of(const std::string& document, const std::string& id) {
  const std::string begin = "id=\"" + id + "\">";
  const std::size_t from = document.find(begin);
  if (from == std::string::npos) return "";
  std::string text =
      document.substr(from + begin.size(), document.find('<', from) - from - begin.size());
  for (const auto& [entity, letter] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&amp;", "&"}})
    text = std::regex_replace(text, std::regex(entity), letter);
  return text;
}

std::string without_script(const std::string& page) {
  const std::size_t begin = page.find("<script>"), end = page.find("</script>");
  return page.substr(0, begin) + page.substr(end);
}

struct Page {
  std::string name, html;
  bool several = false;  // it has an index
};

// `axe`: the source of axe-core, with which the page is examined as well; empty: it is not.
std::vector<std::string> problems_of(const Page& page, const std::string& axe = "") {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path();
  std::ofstream(folder / (page.name + ".html")) << page.html;
  std::ofstream(folder / (page.name + "-plain.html")) << without_script(page.html);
  const json pages = {{{"name", page.name}, {"several", page.several}}};
  std::ofstream(folder / "harness.html")
      << "<!doctype html><meta charset=utf-8><body><script type=application/json id=pages>" << pages
      << "</script>" << (axe.empty() ? "" : "<script type=text/plain id=axe>" + axe + "</script>")
      << "<script>" << read_file(TESTS_DIR "/system/html_check.js") << "</script>";
  test::How how;
  how.deadline = std::chrono::seconds(100);
  const test::Ran chromium = test::run(
      {CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
       "--disable-dev-shm-usage", "--enable-logging=stderr", "--log-level=0",
       "--allow-file-access-from-files", "--user-data-dir=" + (folder / "profile").string(),
       "--window-size=1500,1000",
       // Ends when the page has no more to do, without waiting by the clock.
       "--virtual-time-budget=60000", "--dump-dom", "file://" + (folder / "harness.html").string()},
      how);
  EXPECT_EQ(chromium.status, 0) << chromium.err;
  // Whatever a page says on its console: of errors, and of what it was not allowed.
  EXPECT_THAT(chromium.err, Not(HasSubstr("CONSOLE")));
  const std::string result = text_of(chromium.out, "result");
  if (result.empty()) return {"html_check.js has not come to its end: " + chromium.err};
  return json::parse(result);
}

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
