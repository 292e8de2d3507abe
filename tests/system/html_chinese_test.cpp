// SPDX-License-Identifier: MIT
//
// The page in Chinese, in headless Chromium: html_chinese.js names each text that stays English.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "html_chromium.hpp"
#include "language/step_facts.hpp"
#include "parser/catalogue.hpp"
#include "parser/parser.hpp"
#include "program.hpp"
#include "stored/stored.hpp"
#include "unit/html/runs.hpp"
#include "util/temporary_folder.hpp"

namespace lab::html {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;

// What a scenario calls its hosts, sockets, values and programs, which are the same in Chinese.
std::set<std::string> names_in(const std::string& text) {
  static const std::regex names("(?:name|winner|socket|program|variant): \"?([\\w-]+)"),
      hosts("^    (\\w+):", std::regex::multiline), places("([\\w-]+)(?:@[\\w-]+)?:[\\d$]"),
      addresses("@([\\w-]+)"), commands("run: \\[([^\\]]*)\\]"), word("[A-Za-z]+");
  std::set<std::string> found;
  for (const std::regex* each : {&names, &hosts, &places, &addresses})
    for (std::sregex_iterator at(text.begin(), text.end(), *each), end; at != end; ++at)
      found.insert((*at)[1]);
  for (std::sregex_iterator at(text.begin(), text.end(), commands), end; at != end; ++at) {
    const std::string command = (*at)[1];
    for (std::sregex_iterator part(command.begin(), command.end(), word); part != end; ++part)
      found.insert(part->str());
  }
  return found;
}

std::vector<std::string> translated_scenarios() {
  std::vector<std::string> names = {"no-listen",    "nothing-bound", "three-way-handshake",
                                    "self-connect", "simopen",       "exact-before-wildcard"};
  return names;
}

// As a reader of the Chinese labs makes it. Without the module, so that what is not observed is
// there, too.
TEST(HtmlInChinese, RunsOfTheFirstLabsHaveNoEnglishSentence) {
  const TemporaryFolder temporary;
  const fs::path page = temporary.path() / "page.html";
  std::vector<std::string> command = {ORCHESTRATOR, "run",    "--where", "here",
                                      "--quiet",    "--html", page};
  std::set<std::string> names;
  for (const std::string& name : translated_scenarios()) {
    command.push_back(name);
    names.merge(names_in(read_file(parser::find(SOURCE_DIR "/scenarios", name))));
    names.insert(name);
  }
  const test::Ran ran = test::run(command);
  ASSERT_TRUE(fs::exists(page)) << ran.err;
  EXPECT_THAT(problems_of({"labs", read_file(page), true, names}), ElementsAre());
}

// Stored runs with a trace, whose notes are older than their translations.
TEST(HtmlInChinese, WhatTheTraceHasSeenHasNoEnglishSentence) {
  std::list<Timeline> timelines;
  std::vector<html::Run> runs;
  std::set<std::string> names;
  for (const char* name : {"no-listen", "self-connect", "simopen"}) {
    const auto document = nlohmann::json::parse(
        read_file(std::string(TESTS_DIR "/golden/timelines/") + name + "-ipv4.json"));
    Timeline& run = timelines.emplace_back(document.at("runs").at(0).get<Timeline>());
    run.title.clear();
    for (StepRecord& step : run.steps) step.note.clear();
    names.merge(names_in(read_file(SOURCE_DIR "/" + run.file)));
    names.insert(name);
    runs.push_back({run, ""});
  }
  EXPECT_THAT(problems_of({"traced", testing::page_of(runs), true, names}), ElementsAre());
}

// A run that failed: where it ended, what differs, and why the connect failed.
TEST(HtmlInChinese, WhatFailedHasNoEnglishSentence) {
  const TemporaryFolder temporary;
  const fs::path folder = temporary.path();
  std::vector<std::string> command = {ORCHESTRATOR, "run",      "--where",
                                      "here",       "--family", "ipv4",
                                      "--quiet",    "--html",   folder / "page.html"};
  std::set<std::string> names{"pid", "fd"};
  const std::tuple<const char*, const char*, const char*> changes[] = {
      {"no-listener/no-listen", "error: ECONNREFUSED", "error: ETIMEDOUT"},
      {"simultaneous-open/simopen", "state: SYN-SENT", "state: LISTEN"},
      {"passive-open/three-way-handshake", "state: ESTABLISHED", "state: CLOSE-WAIT"}};
  for (const auto& [name, before, after] : changes) {
    const std::string path = fmt::format("{}/scenarios/{}.yaml", SOURCE_DIR, name);
    std::string text = read_file(path);
    text = std::regex_replace(text, std::regex(before), after);
    const fs::path changed = folder / fs::path(path).filename();
    std::ofstream(changed) << "deadline: 300ms\n" << text;
    command.push_back(changed);
    names.merge(names_in(text));
    names.insert(fs::path(path).stem());
  }
  const test::Ran ran = test::run(command);
  EXPECT_EQ(ran.status, 1) << ran.err;
  const std::string page = read_file(folder / "page.html");
  EXPECT_THAT(page, ::testing::HasSubstr("has not called listen()"));
  EXPECT_THAT(problems_of({"failed", page, true, names}), ElementsAre());
}

// Each verb in each of its forms that the atlas has.
TEST(HtmlInChinese, EachStepOfTheAtlasIsSaidInChinese) {
  testing::Story story;
  story.timeline = testing::asked();
  story.timeline.title.clear();
  story.timeline.steps.clear();
  std::set<std::string> names = {"asked"}, told;
  for (const parser::CatalogueEntry& entry : parser::catalogue(SOURCE_DIR "/scenarios")) {
    const std::string text = read_file(entry.path);
    names.merge(names_in(text));
    std::vector<std::string> variants = entry.variants;
    if (variants.empty()) variants.emplace_back();
    for (const std::string& variant : variants)
      for (const scenario::Step& step : parser::parse(text, entry.path, {variant, {}}).steps)
        for (const std::string& words :
             {language::describe(step.action), language::words_of(step.action).subject})
          if (told.insert(words).second) story.step(words);
  }
  ASSERT_GT(told.size(), 700U);
  EXPECT_THAT(problems_of({"atlas", testing::page_of({{story.timeline, ""}}), false, names}),
              ElementsAre());
}

// The harness itself: it must see what is left.
TEST(HtmlInChinese, WouldNotPassAPageThatIsNotTranslated) {
  testing::Story story;
  story.timeline = testing::asked();
  story.timeline.title = "A sentence that nobody has translated";
  const auto problems =
      problems_of({"wrong", testing::page_of({{story.timeline, ""}}), false, {"asked"}});
  EXPECT_THAT(problems, ::testing::Contains(::testing::HasSubstr("nobody has translated")));
}

}  // namespace
}  // namespace lab::html
