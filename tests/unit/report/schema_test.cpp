// SPDX-License-Identifier: MIT
//
// docs/report.schema.json: made from the descriptions of what is stored, and valid for what is
// written, by a validator that is not ours. To mend the first: LAB_UPDATE_GOLDEN=1, or
// orchestrator schema report >docs/report.schema.json
#include "report/schema.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/documents.hpp"
#include "support/reader.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

using lab::testing::stored;

const std::string schema = SOURCE_DIR "/docs/report.schema.json";
const std::string validator = "/usr/bin/python3 " TESTS_DIR "/readers/validate_report.py ";

TEST(ReportSchema, IsTheOneInTheDocuments) {
  const std::string now = document_schema().dump(2) + "\n";
  if (std::getenv("LAB_UPDATE_GOLDEN")) std::ofstream(schema) << now;
  EXPECT_EQ(read_file(schema), now);
}

TEST(ReportSchema, HasEveryMemberAndNoOther) {
  const std::string whole = stored(testing::document_with_everything());
  const auto read = lab::testing::read_by(validator + "--strict " + schema + " " + whole);
  if (read.missing) GTEST_SKIP() << read.words;
  EXPECT_EQ(read.status, 0) << read.words;
}

TEST(ReportSchema, FitsWhatWasRecorded) {
  const auto read =
      lab::testing::read_by(validator + schema + " " TESTS_DIR "/golden/timelines/*.json");
  if (read.missing) GTEST_SKIP() << read.words;
  EXPECT_EQ(read.status, 0) << read.words;
}

// The test of the test.
TEST(ReportSchema, FindsAMemberThatItLacks) {
  auto document = nlohmann::json::parse(testing::document_with_everything());
  document["runs"][0]["steps"][0]["mood"] = "good";
  const auto read =
      lab::testing::read_by(validator + schema + " " + stored(document.dump()));
  if (read.missing) GTEST_SKIP() << read.words;
  EXPECT_EQ(read.status, 1);
  EXPECT_THAT(read.words, ::testing::HasSubstr("mood"));
}

}  // namespace
}  // namespace lab::report
