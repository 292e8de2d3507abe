// SPDX-License-Identifier: MIT
//
// The head of a scenario's file, and the file that one begins with.
#include <gmock/gmock.h>

#include "parser/parse_parts.hpp"
#include "parser/parser.hpp"
#include "parser/starting_file.hpp"
#include "util/error.hpp"
#include "yaml/head_comment.hpp"

namespace lab::parser {
namespace {

TEST(HeadComment, PrecedesTheFirstKey) {
  EXPECT_EQ(yaml::head_comment("# SPDX-License-Identifier: MIT\n"
                               "#\n"
                               "# The rule: none.\n"
                               "#\n"
                               "#     a --- S ---> b\n"
                               "#\n"
                               "name: x\n"
                               "# not this\n"),
            "The rule: none.\n\n    a --- S ---> b\n");
}

TEST(HeadComment, IsEmptyIfThereIsNone) {
  EXPECT_EQ(yaml::head_comment("name: x\n# later\n"), "");
  EXPECT_EQ(yaml::head_comment("# SPDX-License-Identifier: MIT\n#\nname: x\n"), "");
  EXPECT_EQ(yaml::head_comment(""), "");
}

TEST(StartingFile, IsAScenarioOfThatName) {
  const Scenario scenario = parse(starting_file("my-own"), "my-own.yaml");
  EXPECT_EQ(scenario.name, "my-own");
  EXPECT_GT(scenario.steps.size(), 5u);
  EXPECT_THAT(yaml::head_comment(starting_file("my-own")), testing::HasSubstr("run my-own.yaml"));
}

TEST(StartingFile, RefusesAnInvalidName) {
  for (const char* name : {"", "9lives", "two words", "../up", "a/b"})
    EXPECT_THROW(starting_file(name), UsageError) << name;
}

}  // namespace
}  // namespace lab::parser
