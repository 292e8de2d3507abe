// SPDX-License-Identifier: MIT
//
// What is told of the language is what is read: docs/ holds what the definitions
// say. To mend: orchestrator schema >docs/scenario.schema.json, and
// orchestrator schema --format markdown >docs/scenario-reference.md.
#include "parser/schema.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "language/verbs.hpp"
#include "parser/parse_parts.hpp"
#include "util/text.hpp"

namespace lab::parser {

using language::Verb;
using language::verb_groups;
using language::VerbGroup;

namespace {

TEST(Reference, MatchesTheDefinitions) {
  EXPECT_EQ(read_file(SOURCE_DIR "/docs/scenario-reference.md"), reference());
}

TEST(Schema, MatchesTheDefinitions) {
  EXPECT_EQ(read_file(SOURCE_DIR "/docs/scenario.schema.json"), json_schema().dump(2) + "\n");
}

TEST(Schema, ContainsEveryVerbWithItsKeys) {
  const auto schema = json_schema();
  std::size_t verbs = 0;
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs) {
      const auto& step = schema["$defs"]["step"]["oneOf"][verbs++];
      ASSERT_TRUE(step["properties"].contains(verb.name)) << verb.name;
      for (const Key& key : verb.keys) {
        EXPECT_TRUE(step["properties"][verb.name]["properties"].contains(key.name))
            << verb.name << ": " << key.name;
        EXPECT_FALSE(key.meaning.empty()) << verb.name << ": " << key.name;
        EXPECT_FALSE(key.example.empty()) << verb.name << ": " << key.name;
      }
    }
  EXPECT_GE(verbs, 30U);
}

}  // namespace
}  // namespace lab::parser
