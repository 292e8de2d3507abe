// SPDX-License-Identifier: MIT
//
// Reports that were stored, read back and merged.
#include <gmock/gmock.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "support/documents.hpp"
#include "util/error.hpp"

namespace lab::report {
namespace {

using nlohmann::json;
using testing::document_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::played;
using ::testing::StartsWith;

std::string some_document() {
  Summary frame;
  frame.scenarios = 5;
  frame.took = std::chrono::seconds(3);
  return document_of(
      {played(testing::simopen()), played(testing::no_listen_failing()),
       played(lab::testing::whole_timeline()), testing::skipped_run(), testing::killed_run()},
      frame);
}

// What came of reading some documents.
struct Read {
  std::vector<Run> runs;
  Summary summary;
  std::map<std::string, std::string> sources;
};

Read read(const std::vector<std::string>& documents) {
  Read all;
  DocumentReader reader(
      {[&](const std::string& file, const std::string& text) { all.sources[file] = text; },
       [&](Run run) { all.runs.push_back(std::move(run)); }});
  for (std::string document : documents) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
        ::fmemopen(document.data(), document.size(), "r"), std::fclose);
    reader.read(file.get(), "report.json");
  }
  all.summary = reader.summary();
  return all;
}

std::string complaint(const std::string& document) try {
  read({document});
  return {};
} catch (const UsageError& error) {
  return error.what();
}

TEST(Document, StaysTheSameWhenItIsWrittenAgain) {
  const std::string document = some_document();
  const Read back = read({document});
  ASSERT_EQ(back.runs.size(), 5u);
  Summary frame;
  frame.scenarios = back.summary.scenarios;
  frame.took = back.summary.took;
  EXPECT_EQ(document_of(back.runs, frame), document);
  EXPECT_EQ(json_text(back.summary), json_text(json::parse(document)["summary"]));
  EXPECT_THAT(back.sources, ElementsAre(::testing::Pair("simopen.yaml", "name: simopen\n")));
}

// As jq -S prints them: "schema" behind "runs".
TEST(Document, MayBeInAnyOrderAndLayout) {
  const std::string document = json::parse(some_document()).dump(2);
  ASSERT_LT(document.find("\"runs\""), document.find("\"schema\": 2"));
  EXPECT_EQ(read({document}).runs.size(), 5u);
}

TEST(Document, IsMergedWithOthers) {
  report::Run again = played(testing::simopen());
  again.timeline.aborted = "the link has gone";
  again.result = result_of(again.timeline);
  Summary short_one;
  short_one.took = std::chrono::seconds(2);
  const Read both = read({some_document(), document_of({again}, short_one)});
  EXPECT_EQ(both.runs.size(), 6u);
  EXPECT_EQ(both.summary.took, std::chrono::seconds(5));
  EXPECT_EQ(both.summary.scenarios, 5u);
  EXPECT_EQ(both.summary.planned, 0u);
  // simopen's two plays are two runs of one.
  EXPECT_EQ(both.summary.plays.at(0).runs.total, 2u);
  EXPECT_EQ(both.summary.plays.at(0).runs.failed, 1u);
  EXPECT_EQ(both.summary.plays.at(0).failed_run, 2u);
}

TEST(Document, StaysInterruptedWhateverItIsMergedWith) {
  Summary interrupted;
  interrupted.planned = 10;
  const std::string partly = document_of({played(testing::simopen())}, interrupted);
  const std::string whole = document_of({played(testing::simopen()), played(testing::simopen())});
  EXPECT_EQ(read({partly}).summary.planned, 10u);
  EXPECT_EQ(read({partly, whole}).summary.planned, 12u);
  EXPECT_EQ(read({whole, partly}).summary.planned, 12u);
  EXPECT_EQ(read({whole}).summary.planned, 0u);
}

TEST(Document, CountsTheScenariosOfAllThatAreMerged) {
  Timeline other = testing::simopen();
  other.file = "other.yaml";
  const Read both = read({document_of({played(testing::simopen())}), document_of({played(other)})});
  EXPECT_EQ(both.summary.scenarios, 2u);
}

TEST(Document, IsRefusedInAnotherVersion) {
  EXPECT_EQ(complaint(R"({"schema": 1, "runs": [{"scenario": "simopen"}]})"),
            "report.json: /schema: the document has version 1, but this program reads version 2; "
            "run the scenarios again");
  EXPECT_THAT(complaint(R"({"schema": 3})"), HasSubstr("draw it with the program that wrote it"));
  EXPECT_EQ(complaint(R"({"runs": [], "summary": {}})"), "report.json: /: has no \"schema\"");
}

TEST(Document, ReportsThePlaceOfAMistake) {
  json document = json::parse(some_document());
  document["runs"][1]["steps"][2]["line"] = "seven";
  EXPECT_EQ(complaint(document.dump()),
            "report.json: /runs/1/steps/2/line: must be a whole number, and is string");
  document = json::parse(some_document());
  document["runs"][2].erase("result");
  EXPECT_EQ(complaint(document.dump()), "report.json: /runs/2: has no \"result\"");
  document["runs"][2] = 7;
  EXPECT_EQ(complaint(document.dump()), "report.json: /runs/2: must be an object, and is number");
  document["runs"] = json::object();
  EXPECT_EQ(complaint(document.dump()), "report.json: /runs: must be an array, and is object");
}

TEST(Document, IsRefusedWithANameThatIsAPath) {
  const std::string tail =
      ": \"../x\" cannot be a name: it is empty, begins with a dot, holds \"/\" or a control "
      "character, or is too long";
  const json good = json::parse(some_document());
  for (const char* place :
       {"/runs/0/scenario", "/runs/0/variant", "/runs/0/result/scenario", "/runs/0/result/variant",
        "/runs/0/hosts/0/name", "/runs/0/hosts/0/addresses/0/device", "/runs/0/packets/0/host",
        "/runs/0/packets/0/device", "/runs/0/links/0/0", "/runs/0/sockets/0/name",
        "/runs/0/sockets/0/host", "/runs/2/programs/0/name", "/runs/2/programs/0/host"}) {
    json document = good;
    ASSERT_TRUE(document.contains(json::json_pointer(place))) << place;
    document[json::json_pointer(place)] = "../x";
    EXPECT_EQ(complaint(document.dump()), "report.json: " + std::string(place) + tail);
  }
}

TEST(Document, IsRefusedIfTruncated) {
  const std::string document = some_document();
  for (const std::size_t size : {document.size() - 2, document.size() / 2, std::size_t{1}})
    EXPECT_THAT(complaint(document.substr(0, size)),
                StartsWith("report.json: not a whole JSON document: "))
        << size;
  EXPECT_THAT(complaint("no-listen ipv4: PASS"), StartsWith("report.json: not a whole JSON"));
}

}  // namespace
}  // namespace lab::report
