// SPDX-License-Identifier: MIT
//
// One description of a record: what is written, read and demanded by the schema, for each way in
// which a member may be there.
#include "json/description.hpp"

#include <gmock/gmock.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lab {
namespace {

struct Part {
  int left = 0, right = 0;
};

struct Whole {
  std::string name;
  std::vector<int> numbers;
  std::optional<int> maybe;
  std::string note;
  bool is_odd = false;
  int more = 0;
  std::string bytes;
  std::optional<std::vector<int>> rows;
  std::string why_not;
  std::optional<Part> part;
};

}  // namespace

template <>
struct Description<Part> {
  static constexpr const char *definition = "part", *meaning = "";
  static void members(auto& d, auto& part) {
    d.required("left", part.left);
    d.required("right", part.right);
  }
};

template <>
struct Description<Whole> {
  static constexpr const char *definition = "whole", *meaning = "a record";
  static void members(auto& d, auto& whole) {
    d.required("name", whole.name, "what it is called", Name{});
    d.required("numbers", whole.numbers);
    d.optional("maybe", whole.maybe);
    d.optional("note", whole.note);
    d.flag("odd", whole.is_odd);
    d.conditional(whole.is_odd, "more", whole.more);
    d.derived("count", whole.numbers.size());
    d.bytes("bytes", whole.bytes, "what came");
    d.either("rows", whole.rows, "why_not", whole.why_not);
    d.together("left", whole.part);
  }
};

namespace {

using nlohmann::json;

Whole full() {
  return {"w", {1, 2}, 3, "n", true, 4, "text", std::vector<int>{5}, "", Part{6, 7}};
}

Whole bare() {
  Whole whole;
  whole.name = "w";
  whole.why_not = "nobody looked";
  return whole;
}

const json all = json::parse(R"({"name": "w", "numbers": [1, 2], "maybe": 3, "note": "n",
    "odd": true, "more": 4, "count": 2, "bytes": "text", "rows": [5], "left": 6, "right": 7})");
const json few = json::parse(
    R"({"name": "w", "numbers": [], "count": 0, "bytes": "", "why_not": "nobody looked"})");

std::string complaint(const json& document) try {
  (void)Format<Whole>::read(JsonPlace(document));
  return {};
} catch (const UsageError& error) {
  return error.what();
}

std::string complaint_without(const char* member) {
  json document = all;
  document.erase(member);
  return complaint(document);
}

TEST(Description, WritesWhatIsThere) {
  EXPECT_EQ(Format<Whole>::write(full()), all);
  EXPECT_EQ(Format<Whole>::write(bare()), few);
}

TEST(Description, ReadsWhatItWrites) {
  for (const json& document : {all, few})
    EXPECT_EQ(Format<Whole>::write(Format<Whole>::read(JsonPlace(document))), document);
}

TEST(Description, ReadsBytesThatAreNotText) {
  Whole whole = bare();
  whole.bytes = "\xff";
  const json written = Format<Whole>::write(whole);
  EXPECT_EQ(written.at("bytes_hex"), "ff");
  EXPECT_EQ(Format<Whole>::read(JsonPlace(written)).bytes, "\xff");
}

TEST(Description, DemandsARequiredMember) {
  EXPECT_EQ(complaint_without("numbers"), "/: has no \"numbers\"");
  EXPECT_EQ(complaint_without("bytes"), "/: has neither \"bytes\" nor \"bytes_hex\"");
  EXPECT_EQ(complaint_without("rows"), "/: has no \"why_not\"");
  EXPECT_EQ(complaint_without("more"), "/: has no \"more\"") << "it is odd";
  EXPECT_EQ(complaint_without("right"), "/: has no \"right\"") << "left is there";
}

TEST(Description, DemandsNothingElse) {
  for (const char* member : {"maybe", "note", "odd", "count", "left"})
    EXPECT_EQ(complaint_without(member), "") << member;
}

TEST(Description, MakesASchema) {
  Definitions definitions;
  EXPECT_EQ(Format<Whole>::schema(definitions), Schema({{"$ref", "#/$defs/whole"}}));
  const json schema = definitions.all().at("whole");
  EXPECT_EQ(schema.at("required"), json({"name", "numbers", "count"}));
  EXPECT_EQ(schema.at("properties").at("name"),
            json({{"type", "string"}, {"description", "what it is called"}}));
  EXPECT_EQ(schema.at("properties").at("odd"), json({{"const", true}}));
  EXPECT_TRUE(schema.at("properties").contains("bytes_hex"));
  EXPECT_EQ(schema.at("dependentRequired"), json::parse(R"({"left": ["right"], "right": ["left"]})"));
  EXPECT_EQ(schema.at("additionalProperties"), false);
}

}  // namespace
}  // namespace lab
