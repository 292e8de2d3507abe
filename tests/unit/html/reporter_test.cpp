// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "html/reporter.hpp"
#include "json/text.hpp"
#include "stored/stored.hpp"
#include "unit/html/runs.hpp"

namespace lab::html {
namespace {

using report::PlayResult;
using ::testing::HasSubstr;
using ::testing::Not;

class HtmlReporter : public ::testing::Test {
 protected:
  void tell(const Timeline& run) {
    const PlayResult result = report::result_of(run);
    summary_.add(result);
    reporter_->reported(result, json_text(run));
  }
  void tell(const PlayResult& result) {
    summary_.add(result);
    reporter_->reported(result, "");
  }
  std::string page() {
    reporter_->finish(summary_);
    return out_.str();
  }

  std::ostringstream out_;
  std::unique_ptr<report::Reporter> reporter_ = make_html_reporter(out_);
  report::Summary summary_;
};

TEST_F(HtmlReporter, DrawsAPlayWithTheTextOfItsScenario) {
  reporter_->source("asked.yaml", "name: asked\n");
  tell(testing::asked());
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("<title>asked ipv4</title>"));
  EXPECT_THAT(text, HasSubstr("<code>name: asked</code>"));
}

TEST_F(HtmlReporter, ReportsARunThatDied) {
  tell(testing::asked());
  PlayResult died;
  died.scenario = "hangs";
  died.file = "hangs.yaml";
  died.ending = PlayResult::Ending::died;
  died.outcome = Outcome::fail;
  died.why = "killed at its deadline, after 60 s";
  died.failure = report::Failure{{4, "recv on c", 12}, "", "", "", ""};
  tell(died);
  EXPECT_THAT(page(), HasSubstr("killed at its deadline, after 60 s, in step 4: recv on c"));
}

TEST_F(HtmlReporter, HasNoRunOfAPlayThatWasSkipped) {
  tell(testing::asked());
  PlayResult skipped;
  skipped.scenario = "vrf";
  skipped.ending = PlayResult::Ending::skipped;
  skipped.why = "this kernel has no vrf";
  tell(skipped);
  const std::string text = page();
  EXPECT_THAT(text, Not(HasSubstr("run-2")));
}

TEST_F(HtmlReporter, KeepsTheFirstOfManyRoundsAndTheFirstThatFailed) {
  Timeline good = testing::asked(), bad = good;
  bad.aborted = "something else";
  for (const Timeline* run : {&good, &good, &bad, &good, &bad}) tell(*run);
  const std::string text = page();
  EXPECT_THAT(text, HasSubstr("<label for=\"run-1-tab\">IPv4 "));
  EXPECT_THAT(text, HasSubstr("<label for=\"run-2-tab\">IPv4, run 3 "));
  EXPECT_THAT(text, Not(HasSubstr("run-3")));
}

}  // namespace
}  // namespace lab::html
