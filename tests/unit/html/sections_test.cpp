// SPDX-License-Identifier: MIT
#include "html/sections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "html/links.hpp"
#include "support/traces.hpp"
#include "unit/html/runs.hpp"

namespace lab::html {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Links, LeadToTheVersionThatRan) {
  EXPECT_EQ(source_url("tcp_v4_rcv", "6.1.0-56-cloud-amd64"),
            "https://elixir.bootlin.com/linux/v6.1/A/ident/tcp_v4_rcv");
  EXPECT_EQ(source_url("tcp_v4_rcv", "6.12.117+deb12-cloud-amd64"),
            "https://elixir.bootlin.com/linux/v6.12/A/ident/tcp_v4_rcv");
  EXPECT_EQ(source_url("tcp_v4_rcv", "6.18"),
            "https://elixir.bootlin.com/linux/v6.18/A/ident/tcp_v4_rcv");
}

TEST(Links, AreOmittedIfTheVersionIsUnknown) {
  for (const char* release : {"", "6", "next-20260101", ".", "6.x"})
    EXPECT_EQ(source_url("tcp_v4_rcv", release), "") << release;
  EXPECT_EQ(linked("tcp_v4_rcv() & more", ""), "tcp_v4_rcv() &amp; more");
}

TEST(Links, AreMadeOnlyForKernelFunctions) {
  const char* kernel = "6.1.0";
  const std::string rcv =
      "<a href=\"https://elixir.bootlin.com/linux/v6.1/A/ident/tcp_v4_rcv\">tcp_v4_rcv</a>";
  // One that a trace tells of needs no brackets.
  EXPECT_EQ(linked("path: tcp_v4_rcv.", kernel), "path: " + rcv + ".");
  EXPECT_EQ(linked("never tcp_v6_rcv", kernel),
            "never <a href=\"https://elixir.bootlin.com/linux/v6.1/A/ident/tcp_v6_rcv\">"
            "tcp_v6_rcv</a>");
  EXPECT_THAT(linked("tcp_rcv_synsent_state_process()", kernel), HasSubstr("</a>()"));
  // Neither a system call, nor a part of a name, nor a name of something else.
  for (const char* plain : {"connect() listen()", "my_tcp_v4_rcv_2", "no_tcp_socket", "a_b c_d",
                            "tcp_v4_rcv2", "", "_"})
    EXPECT_EQ(linked(plain, kernel), plain);
  EXPECT_EQ(linked("1 < 2", kernel), "1 &lt; 2");
}

TEST(Tables, MarkWhatChangedInBetween) {
  const Timeline run = testing::simopen();
  const std::string tables = tables_section(run, "r");
  EXPECT_THAT(tables, HasSubstr("left before: step 9"));
  EXPECT_THAT(tables, HasSubstr("left after: step 15"));
  EXPECT_THAT(tables, HasSubstr("<tr class=\"changed judged-pass\"><td class=\"name\">l "
                                "<em>changes</em></td><td><span class=\"state\">SYN-SENT</span>"));
  EXPECT_THAT(tables,
              HasSubstr("<em>changed</em></td><td><span class=\"state\">ESTABLISHED</span>"));
  EXPECT_THAT(tables, HasSubstr("<td class=\"place\">4711.0</td>"));
}

TEST(Tables, DistinguishNewRowsFromRemovedOnes) {
  Timeline run = testing::simopen();
  run.steps[8].snapshots[0].ehash = testing::both({});
  run.steps[8].snapshots[1].listeners =
      testing::both({testing::row(TcpState::listen, "0.0.0.0:80", nullptr, 99)}, 7);
  const std::string tables = tables_section(run, "r");
  EXPECT_THAT(tables, HasSubstr("<em>new</em></td><td><span class=\"state\">ESTABLISHED</span>"));
  EXPECT_THAT(tables, HasSubstr("<em>goes</em></td><td><span class=\"state\">LISTEN</span>"));
}

TEST(Tables, ShowTheWitnessesAndWhyOneCouldNotLook) {
  const Timeline run = testing::no_listen_failing();
  const std::string tables = tables_section(run, "r");
  EXPECT_THAT(tables, HasSubstr("<th scope=\"col\" class=\"witness\">module</th>"
                                "<th scope=\"col\" class=\"witness\">sock_diag</th>"));
  EXPECT_THAT(tables, HasSubstr("<td class=\"mark unseen\">○</td><td class=\"mark pass\">✓</td>"));
  EXPECT_THAT(tables, HasSubstr("not observed: module: tcp_lookup.ko is not loaded"));
  // There is one moment only, and nothing to compare it with.
  EXPECT_THAT(tables, HasSubstr("server once: step 6"));
  EXPECT_THAT(tables, Not(HasSubstr("<em>")));
}

TEST(Tables, AreOmittedWithoutSnapshots) {
  Timeline run = testing::simopen();
  for (StepRecord& step : run.steps) step.snapshots.clear();
  EXPECT_EQ(tables_section(run, "r"), "");
}

TEST(Steps, AreOpenIfACheckFailed) {
  const std::string steps = steps_section(testing::no_listen_failing(), "r");
  EXPECT_THAT(steps, HasSubstr("<li class=\"fail\"><details open>"));
  EXPECT_THAT(steps, HasSubstr("<li class=\"pass\"><details><summary>"));
  EXPECT_THAT(steps, HasSubstr("2 checks passed, 1 failed, 3 not observed"));
}

TEST(Steps, ThatOnlyPrepareAreCollapsed) {
  Timeline run = testing::simopen();
  ASSERT_GT(run.steps.size(), 5u);
  for (StepRecord& step : run.steps) step.step_class = StepClass::acts;
  for (std::size_t i = 1; i < 4; ++i) run.steps[i].step_class = StepClass::prepares;
  const std::string steps = steps_section(run, "r");
  EXPECT_THAT(steps, HasSubstr("<li class=\"pass prepares\"><details>"));
  EXPECT_THAT(steps, HasSubstr("<span class=\"text\">2-4: 3 steps that prepare</span>"));
  run.steps[2].skipped = "this kernel has no vrf";
  EXPECT_THAT(steps_section(run, "r"), Not(HasSubstr("that prepare")))
      << "what was skipped is not hidden, and one step is no group";
}

TEST(Steps, NameWhoSawItAndWhoCouldNot) {
  const std::string steps = steps_section(testing::no_listen_failing(), "r");
  EXPECT_THAT(steps, HasSubstr("bound on server shows srv, CLOSED, nothing</span>"
                               "<span class=\"who\">sock_diag ○ module</span>"));
}

TEST(Paths, ListFunctionsWithLinks) {
  const std::string paths = paths_section(testing::refused_with_trace(), "r");
  EXPECT_THAT(paths, HasSubstr("/A/ident/tcp_v4_rcv\">tcp_v4_rcv</a>"));
  EXPECT_THAT(paths, HasSubstr("/A/ident/inet_lhash2_lookup\">inet_lhash2_lookup</a> wildcard"));
  EXPECT_THAT(paths, HasSubstr("<strong>SYN</strong>"));
}

TEST(Paths, SayWhyThereAreNone) {
  Timeline run = testing::simopen();
  EXPECT_EQ(paths_section(run, "r"), "");
  run.no_trace = "tcp_lookup.ko is not loaded";
  EXPECT_THAT(paths_section(run, "r"), HasSubstr("not observed: tcp_lookup.ko is not loaded"));
}

TEST(Source, SaysThatItsTextIsMissing) {
  EXPECT_THAT(source_section(testing::simopen(), "", "r"), HasSubstr("its text could not be read"));
}

}  // namespace
}  // namespace lab::html
