// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <regex>
#include <set>

#include "html/run.hpp"
#include "support/traces.hpp"
#include "unit/html/runs.hpp"

namespace lab::html {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A run's part of the page uses no element that HTML leaves open, so a parser of
// XML can tell whether all of it is closed and escaped.
pugi::xml_document parsed(const std::string& body) {
  const std::string text =
      "<body>" + std::regex_replace(body, std::regex("<details open>"), "<details open=''>") +
      "</body>";
  pugi::xml_document document;
  const auto result = document.load_string(text.c_str());
  EXPECT_TRUE(result) << result.description()
                      << " before: " << text.substr(static_cast<std::size_t>(result.offset), 200);
  return document;
}

std::vector<std::string> ids_in(const std::string& page) {
  const std::regex id(R"re( id="([^"]*)")re");
  std::vector<std::string> ids;
  for (std::sregex_iterator it(page.begin(), page.end(), id), end; it != end; ++it)
    ids.push_back((*it)[1]);
  return ids;
}

TEST(Page, IsClosedAndEscaped) {
  const Timeline runs[] = {testing::simopen(), testing::no_listen_failing(), testing::asked(),
                           testing::refused_with_trace()};
  for (const Timeline& run : runs) parsed(run_body({run, "name: x\nsteps: [a < b & c]\n"}, "r"));
}

TEST(Page, LoadsNothing) {
  const Timeline run = testing::asked();
  const std::string page = testing::page_of({{run, ""}});
  for (const char* what : {" src=", "@import", "url(", "<img", "fetch("})
    EXPECT_THAT(page, Not(HasSubstr(what)));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

// A program may write anything, and so may who names a socket.
TEST(Page, EscapesAllTextsOfARun) {
  const std::string evil = "</pre></style><script>alert('x\")</script>&amp;<!--";
  Timeline run = testing::no_listen_failing();
  for (std::string* text :
       {&run.scenario, &run.title, &run.rule, &run.file, &run.variant, &run.module,
        &run.hold_mechanism, &run.aborted, &run.no_trace, &run.hosts[0].name, &run.sockets[0].name})
    *text += evil;
  run.kernel += evil;
  run.values[evil] = 1;
  run.programs = {{evil, evil, evil, evil, true, 1}};
  run.hosts[1].extra_addresses = {{evil, evil, *Address::parse("10.9.9.9")}};
  for (StepRecord& step : run.steps) {
    for (std::string* text : {&step.text, &step.note, &step.played.observed}) *text += evil;
    for (Check& check : step.checks)
      for (std::string* text : {&check.title, &check.expected, &check.seen}) *text += evil;
    for (Lookup& lookup : step.lookups) lookup.why_not += evil;
    for (Snapshot& snapshot : step.snapshots) {
      snapshot.disagreements = {evil};
      for (Witnessed& each : snapshot.ehash) each.why_not += evil;
    }
  }
  run.steps[0].skipped = evil;
  run.steps[1].played.timed_out = true;
  const std::string body = run_body({run, evil + "\n" + evil}, "r");
  EXPECT_THAT(body, Not(HasSubstr("<script")));
  EXPECT_THAT(body, Not(HasSubstr("<!--")));
  EXPECT_THAT(body, HasSubstr("&lt;script&gt;alert(&apos;x&quot;)&lt;/script&gt;&amp;amp;"));
  parsed(body);

  const html::Run runs[] = {{run, evil}, {run, evil}};
  report::Summary summary = testing::summary_of({runs[0]});
  summary.skipped[evil] = {evil};
  summary.unplayable[evil] = {evil};
  const std::string whole = page({runs[0], runs[1]}, summary);
  // The page's own.
  EXPECT_EQ(whole.find("<script"), whole.rfind("<script"));
}

TEST(Page, IsOpenAndHasNoIndexForOneRun) {
  const Timeline run = testing::simopen();
  const std::string page = testing::page_of({{run, ""}});
  EXPECT_THAT(page, HasSubstr("<title>simopen ipv4</title>"));
  EXPECT_THAT(page, HasSubstr("<section class=\"scenario\" id=\"scenario-1\""));
  EXPECT_THAT(page, HasSubstr("id=\"run-1-tab\" checked>"));
  EXPECT_THAT(page, Not(HasSubstr("class=\"runs\"")));
}

TEST(Page, HasTheRunsOfAScenarioAsTabsAndShowsTheFirstThatFailed) {
  Timeline good = testing::no_listen_failing(), bad = good;
  good.variant = "fine";
  good.family = Family::inet6;
  for (StepRecord& step : good.steps) step.checks.clear();
  good.aborted.clear();
  const std::string page = testing::page_of({{good, ""}, {bad, ""}});
  EXPECT_THAT(page, HasSubstr("<title>no-listen</title>"));
  EXPECT_THAT(page, HasSubstr("id=\"run-1-tab\"><label for=\"run-1-tab\">fine, IPv6 "));
  EXPECT_THAT(page, HasSubstr("id=\"run-2-tab\" checked><label for=\"run-2-tab\">IPv4 "));
  EXPECT_THAT(page, HasSubstr("<article class=\"run\" id=\"run-2\""));
  EXPECT_THAT(page, Not(HasSubstr("<details class=\"scenario\""))) << "nothing is folded";
  bad.kernel = "6.12.1";
  EXPECT_THAT(testing::page_of({{good, ""}, {bad, ""}}), HasSubstr("IPv4, 6.12.1 "));
}

TEST(Page, BeginsWithTheFailuresOfSeveralRuns) {
  const Timeline good = testing::simopen(), bad = testing::no_listen_failing();
  const std::string page = testing::page_of({{good, ""}, {bad, ""}});
  const std::size_t row_of_bad = page.find("<a href=\"#run-2\">no-listen ipv4</a>");
  const std::size_t row_of_good = page.find("<a href=\"#run-1\">simopen ipv4</a>");
  ASSERT_NE(row_of_bad, std::string::npos);
  ASSERT_NE(row_of_good, std::string::npos);
  EXPECT_LT(row_of_bad, row_of_good);
  EXPECT_LT(page.find("<article class=\"run\" id=\"run-2\""),
            page.find("<article class=\"run\" id=\"run-1\""));
  EXPECT_THAT(page, HasSubstr("<details class=\"scenario\" id=\"scenario-2\">"));
  EXPECT_THAT(page, HasSubstr("2 runs of 2 scenarios: 1 passed, 1 failed"));
}

TEST(Page, ListsWhatWasSkippedOrCouldNotRun) {
  const Timeline one = testing::simopen(), other = testing::asked();
  report::Summary summary = testing::summary_of({{one, ""}, {other, ""}});
  summary.skipped["this kernel has no vrf"] = {"vrf ipv4", "vrf ipv6"};
  summary.unplayable["no root"] = {"loss ipv4"};
  const std::string text = page({{one, ""}, {other, ""}}, summary);
  EXPECT_THAT(text, HasSubstr("Skipped, 2 plays: this kernel has no vrf"));
  EXPECT_THAT(text, HasSubstr("Could not run, 1 play: no root"));
}

TEST(Page, HasEachIdOnceAndEveryLinkLeadsSomewhere) {
  const Timeline one = testing::no_listen_failing(), other = testing::asked();
  std::string text;
  for (int i = 0; i < 60; ++i) text += "- step\n";
  const std::string page = testing::page_of({{one, text}, {other, text}, {one, text}});
  const auto ids = ids_in(page);
  const std::set<std::string> known(ids.begin(), ids.end());
  EXPECT_EQ(ids.size(), known.size());
  EXPECT_GT(ids.size(), 20u);
  const std::regex link(R"re(href="#([^"]*)")re");
  std::size_t links = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), link), end; it != end; ++it, ++links)
    EXPECT_TRUE(known.contains((*it)[1])) << (*it)[1];
  EXPECT_GT(links, 10u);
}

TEST(Page, ShowsTheFailedCheckWithWhatWasExpectedAndSeen) {
  const Timeline run = testing::no_listen_failing();
  const std::string body = run_body({run, ""}, "r");
  const std::size_t failed = body.find("What failed</h3>");
  ASSERT_NE(failed, std::string::npos);
  EXPECT_THAT(body.substr(failed), HasSubstr("No row at all."));
  EXPECT_THAT(body.substr(failed), HasSubstr("which is no socket of this scenario"));
  EXPECT_THAT(body.substr(failed), HasSubstr("scenarios/refusal/no-listen.yaml:25"));
}

TEST(Page, BeginsWithWhatTheScenarioShows) {
  const Timeline run = testing::simopen();
  const std::string body = run_body(
      {run, "# The rule: a < b.\n#\n#   a --- S --> b\nname: x\nsummary: |\n  Two hosts.\n"}, "r");
  EXPECT_LT(body.find("Two hosts."), body.find("<dl class=\"facts\">"));
  EXPECT_THAT(body, HasSubstr("<pre>The rule: a &lt; b.\n\n  a --- S --&gt; b\n</pre>"));
  EXPECT_THAT(run_body({run, "summary: [broken"}, "r"), Not(HasSubstr("<pre>")));
}

// page.css shows the one that suits the screen.
TEST(Page, HasALadderForEachKindOfScreen) {
  const std::string body = run_body({testing::simopen(), ""}, "r");
  EXPECT_THAT(body, HasSubstr("<div class=\"wide narrow-screen\" tabindex=\"0\"><svg"));
  EXPECT_THAT(body, HasSubstr("<div class=\"wide wide-screen\" tabindex=\"0\"><svg"));
  EXPECT_THAT(body, HasSubstr("viewBox=\"0 0 480 "));
  EXPECT_THAT(body, HasSubstr("viewBox=\"0 0 1000 "));
}

TEST(Page, ReportsWhyALookupWasNotObserved) {
  const Timeline run = testing::no_listen_failing();
  EXPECT_THAT(run_body({run, ""}, "r"), HasSubstr("not observed: tcp_lookup.ko is not loaded"));
}

TEST(Page, ShowsTheScenarioLineByLineWithEachStepsOutcome) {
  const Timeline run = testing::no_listen_failing();
  std::string text;
  for (int i = 1; i <= 27; ++i) text += "line " + std::to_string(i) + "\n";
  const std::string body = run_body({run, text}, "r");
  EXPECT_THAT(body, HasSubstr("<li><code>line 19</code></li>"));
  EXPECT_THAT(body, HasSubstr("<li class=\"pass\" id=\"r-line-22\"><code>line 22</code> "
                              "<span class=\"seen\"><span class=\"mark\">✓</span> 3: answered"));
  EXPECT_THAT(body, HasSubstr("<li class=\"fail\" id=\"r-line-25\"><code>line 25</code>"));
  EXPECT_THAT(body, HasSubstr("<li class=\"unseen\" id=\"r-line-26\"><code>line 26</code>"));
}

TEST(Page, ShowsTheOutputOfPrograms) {
  Timeline run = testing::simopen();
  run.programs = {{"srv", "left", "nc -l 80", "Hello\n", true, 1}};
  const std::string body = run_body({run, ""}, "r");
  EXPECT_THAT(body, HasSubstr("<pre class=\"output\">Hello\n</pre>"));
  EXPECT_THAT(body, HasSubstr("exit status 1"));
  EXPECT_THAT(body, HasSubstr("part of its output was not kept"));
}

}  // namespace
}  // namespace lab::html
