// SPDX-License-Identifier: MIT
//
// What is taken from a guest, and how far its word counts.
#include "play/guest_results.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "json/text.hpp"
#include "play/play_job.hpp"
#include "report/summary.hpp"
#include "util/error.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::play {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int environment = static_cast<int>(Exit::environment);

vm::Outcome ended(int status) {
  vm::Outcome outcome;
  outcome.status = status;
  return outcome;
}

report::PlayResult with(report::PlayResult result, Outcome outcome,
                        report::PlayResult::Ending ending = report::PlayResult::Ending::played) {
  result.outcome = outcome;
  result.ending = ending;
  return result;
}

// A report with this one result, as a guest sends it.
std::string report_of(const report::PlayResult& result) {
  std::ostringstream text;
  const auto reporter = report::make_json_reporter(text);
  report::Summary summary;
  summary.add(result);
  summary.scenarios = 1;
  reporter->reported(result, "");
  reporter->finish(summary);
  return text.str();
}

class GuestResultsTest : public testing::Test {
 protected:
  GuestResultsTest() {
    auto scenario = std::make_shared<scenario::Scenario>();
    scenario->name = scenario->file = "hw1";
    plays_ = {{scenario, Family::inet, ""}, {scenario, Family::inet6, ""}};
  }

  // All plays with this outcome, as the guest sends it.
  static vm::FileChunk chunk(const Verdicts& verdicts) {
    return {std::string(verdicts_file), verdicts.text()};
  }
  Verdicts all(Outcome outcome) const {
    Verdicts verdicts;
    for (const Play& play : plays_) verdicts.add(with(named(play), outcome));
    return verdicts;
  }

  const TemporaryFolder temporary_;
  const fs::path place_ = temporary_.path();
  Options options_;
  std::vector<Play> plays_;
  ReportFiles files_{{}, "text"};
};

TEST_F(GuestResultsTest, DetermineTheExitCode) {
  for (const auto& [outcome, exit] : {std::pair(Outcome::pass, 0), std::pair(Outcome::fail, 1)}) {
    GuestResults results(options_, plays_, files_);
    results.take(chunk(all(outcome)));
    EXPECT_EQ(results.finish(ended(exit)), exit);
  }
}

TEST_F(GuestResultsTest, OverrideTheGuestsStatus) {
  GuestResults results(options_, plays_, files_);
  results.take(chunk(all(Outcome::fail)));
  EXPECT_THAT([&] { results.finish(ended(0)); },
              ThrowsMessage<EnvironmentError>(HasSubstr("mean 1")));
}

TEST_F(GuestResultsTest, AllowTheGuestToReportAnotherError) {
  GuestResults results(options_, plays_, files_);
  results.take(chunk(all(Outcome::pass)));
  EXPECT_EQ(results.finish(ended(environment)), environment);
}

TEST_F(GuestResultsTest, DoNotPassIfTheyAreMissing) {
  for (const int status : {0, 1, 4, 137}) {
    GuestResults results(options_, plays_, files_);
    EXPECT_THAT([&] { results.finish(ended(status)); },
                ThrowsMessage<EnvironmentError>(HasSubstr("without the results of its runs")))
        << status;
  }
  GuestResults results(options_, plays_, files_);
  EXPECT_EQ(results.finish(ended(environment)), environment);
}

// A guest's program that makes the orchestrator there exit, with whatever status.
TEST_F(GuestResultsTest, AreWrittenAsDeathsIfTheyAreMissing) {
  std::ofstream(place_ / "hw1.yaml") << "name: hw1\n";
  auto scenario = std::make_shared<scenario::Scenario>();
  scenario->name = "hw1";
  scenario->file = place_ / "hw1.yaml";
  plays_ = {{scenario, Family::inet, ""}};
  const ReportPaths paths{place_ / "r.json", place_ / "r.xml", place_ / "r.ktap",
                          place_ / "r.html"};
  std::size_t written = 0;
  for (const int status : {0, 1, 3, 137}) {
    {
      ReportFiles files(paths, "text");
      GuestResults results(options_, plays_, files);
      try {
        EXPECT_EQ(results.finish(ended(status)), environment);
      } catch (const EnvironmentError&) {
      }
    }
    for (const auto& path : {paths.json, paths.junit, paths.ktap, paths.html}) {
      EXPECT_THAT(read_file(path), HasSubstr("the orchestrator in the guest ended")) << path;
      fs::remove(path);
      ++written;
    }
  }
  EXPECT_EQ(written, 16u);
}

TEST_F(GuestResultsTest, DoNotPassIfAPlayIsMissing) {
  Verdicts verdicts;
  verdicts.add(with(named(plays_[0]), Outcome::pass));
  GuestResults results(options_, plays_, files_);
  results.take(chunk(verdicts));
  EXPECT_THAT([&] { results.finish(ended(0)); },
              ThrowsMessage<EnvironmentError>(HasSubstr("hw1 ipv6")));
}

TEST_F(GuestResultsTest, RefuseFilesThatWereNotRequested) {
  for (const char* path : {"report.json", "pcap/hw1-ipv4.pcapng", "x", "../x", "/etc/passwd"}) {
    GuestResults results(options_, plays_, files_);
    EXPECT_THROW(results.take({path, "x"}), vm::Refused) << path;
  }
}

TEST_F(GuestResultsTest, AcceptOnlyTheCapturesOfTheirPlays) {
  options_.pcap = place_ / "pcap";
  GuestResults results(options_, plays_, files_);
  results.take({"pcap/hw1-ipv6.pcapng", "packets", 04777});
  EXPECT_EQ(read_file(options_.pcap + "/hw1-ipv6.pcapng"), "packets");
  for (const char* path : {"pcap/evil-suid", "pcap/../x", "pcap/", "pcap/sub/hw1-ipv4.pcapng"})
    EXPECT_THROW(results.take({path, "x"}), vm::Refused) << path;
  EXPECT_FALSE(fs::exists(place_ / "x"));
}

TEST_F(GuestResultsTest, RefuseResultsSentTwice) {
  GuestResults results(options_, plays_, files_);
  results.take(chunk(all(Outcome::fail)));
  EXPECT_THROW(results.take(chunk(all(Outcome::pass))), vm::Refused);
}

TEST_F(GuestResultsTest, RefuseMoreThanTheLimit) {
  GuestResults results(options_, plays_, files_);
  vm::FileChunk piece{std::string(verdicts_file), std::string(1 << 20, ' ')};
  results.take(piece);
  piece.first = false;
  std::size_t taken = 1;
  EXPECT_THAT(
      [&] {
        for (; taken < 1000; ++taken) results.take(piece);
      },
      ThrowsMessage<vm::Refused>(HasSubstr("bytes of results")));
  EXPECT_EQ(taken, 16u);
}

// A file of an earlier command would say that they passed.
TEST_F(GuestResultsTest, AreWrittenAsDeathsIfTheReportContradictsThemOrIsNone) {
  std::ofstream(place_ / "hw1.yaml") << "name: hw1\n";
  auto scenario = std::make_shared<scenario::Scenario>();
  scenario->name = "hw1";
  scenario->file = place_ / "hw1.yaml";
  plays_ = {{scenario, Family::inet, ""}};
  const std::string file = place_ / "report.json";
  for (const auto& [text, why] :
       {std::pair(report_of(died(plays_[0], "it was killed")), "contradict each other"),
        std::pair(std::string(R"({"schema": 2, "runs")"), "the guest's report")}) {
    std::ofstream(file) << "old";
    {
      ReportFiles files({file, "", "", ""}, "text");
      GuestResults results(options_, plays_, files);
      results.take({std::string(report_file), text});
      results.take(chunk(all(Outcome::pass)));
      try {
        results.finish(ended(0));
        ADD_FAILURE() << "it is believed";
      } catch (const EnvironmentError& error) {
        EXPECT_THAT(error.what(), HasSubstr(why));
      }
    }
    const auto document = nlohmann::json::parse(read_file(file));
    ASSERT_EQ(document["runs"].size(), 1u);
    EXPECT_EQ(document["runs"][0]["result"]["ending"], "died");
    EXPECT_THAT(document["runs"][0]["result"]["why"].get<std::string>(), HasSubstr(why));
  }
}

TEST(Verdicts, RoundTrip) {
  Verdicts verdicts;
  report::PlayResult play;
  play.scenario = "a";
  for (const auto ending :
       {report::PlayResult::Ending::played, report::PlayResult::Ending::skipped,
        report::PlayResult::Ending::unplayable, report::PlayResult::Ending::died})
    verdicts.add(with(play, Outcome::pass, ending));
  EXPECT_EQ(Verdicts::from(verdicts.text()), verdicts);
}

TEST(Verdicts, AreAnEnvironmentErrorIfEmptyOrAPlayDied) {
  EXPECT_EQ(Verdicts().exit_code(), Exit::environment);
  Verdicts verdicts;
  verdicts.add(with({}, Outcome::fail));
  EXPECT_EQ(verdicts.exit_code(), Exit::failed);
  verdicts.add(with({}, Outcome::fail, report::PlayResult::Ending::died));
  EXPECT_EQ(verdicts.exit_code(), Exit::environment);
}

TEST(Verdicts, RefuseInvalidText) {
  for (const char* text : {"", "{}", "[1]", R"([{"play": "a ipv4"}])",
                           R"([{"play":"a","ending":"won","outcome":"pass","runs":1}])",
                           R"([{"play":"a","ending":"played","outcome":"pass","runs":-1}])"})
    EXPECT_THROW(Verdicts::from(text), EnvironmentError) << text;
}

}  // namespace
}  // namespace lab::play
