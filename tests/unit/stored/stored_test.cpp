// SPDX-License-Identifier: MIT
//
// Timelines stored as JSON and read back.
#include "stored/stored.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "json/bytes.hpp"
#include "support/whole_timeline.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Pointer = json::json_pointer;

// What reading it gives: nothing, or the complaint.
std::string complaint(const json& document) try {
  (void)document.get<Timeline>();
  return {};
} catch (const UsageError& error) {
  return error.what();
}

// The pointers to all values in a document, the document's own left out.
std::vector<std::string> places_in(const json& document, const std::string& at = "") {
  std::vector<std::string> all;
  if (!at.empty()) all.push_back(at);
  if (document.is_object())
    for (const auto& [name, member] : document.items())
      for (std::string& each : places_in(member, at + "/" + name)) all.push_back(std::move(each));
  if (document.is_array())
    for (std::size_t i = 0; i < document.size(); ++i)
      for (std::string& each : places_in(document[i], fmt::format("{}/{}", at, i)))
        all.push_back(std::move(each));
  return all;
}

// Derived values, stored for readers that use jq.
bool is_derived(const std::string& place) {
  return place.starts_with("/tally") || place.ends_with("/icmp/name") ||
         (place.ends_with("/family") && place != "/family");
}

TEST(StoredTimeline, ProducesTheSameDocument) {
  const json stored = testing::whole_timeline();
  const json again = stored.get<Timeline>();
  EXPECT_EQ(again, stored) << json::diff(stored, again).dump(2);
}

TEST(StoredTimeline, MayBeOfAnEmptyRun) {
  const json stored = Timeline{};
  EXPECT_EQ(json(stored.get<Timeline>()), stored);
}

TEST(StoredTimeline, KeepsTheValues) {
  const Timeline run = testing::whole_timeline();
  const Timeline again = json::parse(json(run).dump()).get<Timeline>();
  EXPECT_EQ(again.steps[0].played.data, run.steps[0].played.data);
  EXPECT_EQ(again.steps[0].played.error, ECONNRESET);
  EXPECT_EQ(again.steps[0].snapshots[0].ehash[1].rows, run.steps[0].snapshots[0].ehash[1].rows);
  EXPECT_EQ(again.steps[0].snapshots[0].listeners[0].rows,
            run.steps[0].snapshots[0].listeners[0].rows);
  EXPECT_EQ(again.steps[0].lookups[0].answer, run.steps[0].lookups[0].answer);
  EXPECT_EQ(again.packets[0].segment, run.packets[0].segment);
  EXPECT_EQ(again.packets[0].bytes, run.packets[0].bytes);
  EXPECT_EQ(again.packets[1].icmp, run.packets[1].icmp);
  EXPECT_EQ(again.trace, run.trace);
  EXPECT_EQ(again.programs[1].output, "\x80");
  EXPECT_EQ(again.hosts[0].extra_addresses[0].name, "second");
  EXPECT_EQ(again.values, run.values);
}

TEST(StoredTimeline, KeepsEachResultOfALookupStep) {
  Timeline run = testing::whole_timeline();
  for (const LookupResult result :
       {LookupResult::hit, LookupResult::miss, LookupResult::skipped, LookupResult::cut}) {
    run.steps.at(0).lookups.at(0).answer.value().steps.at(0).result = result;
    const Timeline again = json(run).get<Timeline>();
    EXPECT_EQ(again.steps.at(0).lookups.at(0).answer, run.steps.at(0).lookups.at(0).answer)
        << to_string(result);
  }
}

// Each value that is removed is either optional, or reported with its place.
TEST(StoredTimeline, NamesThePlaceOfAMissingValue) {
  const json stored = testing::whole_timeline();
  std::size_t missed = 0;
  for (const std::string& place : places_in(stored)) {
    const Pointer pointer(place);
    if (!stored.at(pointer.parent_pointer()).is_object()) continue;
    json damaged = stored;
    damaged.at(pointer.parent_pointer()).erase(pointer.back());
    const std::string words = complaint(damaged);
    if (words.empty()) continue;
    ++missed;
    const std::string parent = pointer.parent_pointer().to_string();
    EXPECT_THAT(words, StartsWith((parent.empty() ? "/" : parent) + ":")) << place;
  }
  EXPECT_GT(missed, 100u);
}

TEST(StoredTimeline, NamesThePlaceOfAWrongType) {
  const json stored = testing::whole_timeline();
  std::size_t replaced = 0;
  for (const std::string& place : places_in(stored)) {
    if (is_derived(place)) continue;
    ++replaced;
    json damaged = stored;
    damaged.at(Pointer(place)) = nullptr;
    EXPECT_THAT(complaint(damaged), StartsWith(place + ": must be")) << place;
  }
  EXPECT_GT(replaced, 100u);
}

TEST(StoredTimeline, NamesAnUnknownWord) {
  const auto damage = [](const char* place, const json& value) {
    json damaged = testing::whole_timeline();
    damaged.at(Pointer(place)) = value;
    return complaint(damaged);
  };
  EXPECT_EQ(damage("/steps/0/error", "EFOO"), "/steps/0/error: \"EFOO\" is no errno");
  EXPECT_EQ(damage("/family", "ipv5"), "/family: must be \"ipv4\" or \"ipv6\"");
  EXPECT_EQ(damage("/packets/0/source", "10.0.0.1"),
            "/packets/0/source: \"10.0.0.1\" is not an address and port");
  EXPECT_EQ(damage("/packets/0/window", 65'536),
            "/packets/0/window: 65536 is out of range (0 to 65535)");
  EXPECT_EQ(damage("/packets/0/length", -1),
            "/packets/0/length: -1 is out of range (0 to 4294967295)");
  EXPECT_EQ(damage("/packets/0/bytes", "0g"),
            "/packets/0/bytes: \"0g\" is not hexadecimal, two digits a byte");
  for (const char* member : {"event", "detail", "outcome"})
    EXPECT_EQ(damage((std::string("/trace/0/") + member).c_str(), "frobbed"),
              std::string("/trace/0/") + member +
                  ": \"frobbed\" is not a word of the trace that this program knows; use the "
                  "program that wrote the document, or a later one");
  EXPECT_EQ(damage("/trace/0/state", "LISTENING"),
            "/trace/0/state: \"LISTENING\" is not a TCP state");
  EXPECT_EQ(damage("/packets/0/direction", "up"),
            "/packets/0/direction: must be \"out\" or \"in\"");
  EXPECT_EQ(damage("/packets/0/options/sack/0", {1}),
            "/packets/0/options/sack/0: must be two numbers, the left edge and the right one");
}

TEST(StoredTimeline, RefusesAnotherDocument) {
  EXPECT_EQ(complaint(json::array()), "/: must be an object, and is array");
  EXPECT_EQ(complaint(json::object()), "/: has no \"scenario\"");
}

// Added by a program that is newer than this one.
TEST(StoredTimeline, IgnoresUnknownNames) {
  json stored = testing::whole_timeline();
  stored["color"] = "blue";
  stored["steps"][0]["mood"] = 7;
  EXPECT_EQ(complaint(stored), "");
}

TEST(JsonBytes, AreTextIfTheyAreUtf8) {
  json object;
  put_bytes(object, "text", "gr\xc3\xbc\xc3\x9f dich\n");
  put_bytes(object, "bytes", std::string_view("\xc3(\0", 3));
  EXPECT_EQ(object, json::parse(R"({"text": "grüß dich\n", "bytes_hex": "c32800"})"));
  EXPECT_TRUE(is_utf8(""));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));  // a surrogate: RFC 3629, 3
}

TEST(JsonPlaces, AreJsonPointers) {
  const json document = {{"a/b", {{"c~d", {1, "x"}}}}};
  const JsonPlace inner = JsonPlace(document).at("a/b").at("c~d").items().at(1);
  EXPECT_EQ(inner.path(), "/a~1b/c~0d/1");
  EXPECT_EQ(document.at(Pointer(inner.path())), "x");
}

// Recorded timelines; the tests of drawings use them, too.
class RecordedTimelines : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> recorded() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(TESTS_DIR "/golden/timelines"))
    files.push_back(entry.path().filename());
  std::ranges::sort(files);
  return files;
}

TEST(RecordedFiles, Exist) { EXPECT_FALSE(recorded().empty()); }

TEST_P(RecordedTimelines, ProduceTheSameDocuments) {
  const json document = json::parse(read_file(TESTS_DIR "/golden/timelines/" + GetParam()));
  ASSERT_FALSE(document.at("runs").empty());
  for (const json& stored : document.at("runs")) {
    json again = stored.get<Timeline>();
    // Of the report, and not of the timeline.
    if (stored.contains("result")) again["result"] = stored["result"];
    EXPECT_EQ(again, stored) << json::diff(stored, again).dump(2);
  }
}

INSTANTIATE_TEST_SUITE_P(Golden, RecordedTimelines, ::testing::ValuesIn(recorded()),
                         [](const auto& each) {
                           std::string name = each.param;
                           std::ranges::replace_if(
                               name, [](char letter) { return !std::isalnum(letter); }, '_');
                           return name;
                         });

}  // namespace
}  // namespace lab
