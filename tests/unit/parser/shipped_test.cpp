// SPDX-License-Identifier: MIT
//
// The scenarios that come with the lab: each can be parsed, and says what the
// lab promises of it.
#include <gmock/gmock.h>

#include <cerrno>

#include "parser/catalogue.hpp"
#include "parser/parse_parts.hpp"
#include "parser/parser.hpp"
#include "util/text.hpp"

namespace lab::parser {

using scenario::Bind;
using scenario::Connect;
using scenario::ExpectedRow;
using scenario::Listen;
using scenario::Lookup;
using scenario::Path;
using scenario::Tables;

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

const std::string folder = SOURCE_DIR "/scenarios";

Scenario shipped(const std::string& name) { return load(find(folder, name)); }

template <typename Verb>
std::vector<Verb> all(const Scenario& scenario) {
  std::vector<Verb> found;
  for (const Step& step : scenario.steps)
    if (const auto* action = std::get_if<Verb>(&step.action)) found.push_back(*action);
  return found;
}

TEST(Shipped, CanBeParsedAndRunOverBothFamiliesOrSayWhyNot) {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue(folder)) {
    names.push_back(entry.name);
    ASSERT_EQ(entry.error, "");
    const Scenario scenario = load(entry.path);
    for (const std::string& variant : scenario.variants)
      EXPECT_NO_THROW(load(entry.path, {variant, {}})) << entry.name;
    if (scenario.families.size() == 1)
      EXPECT_THAT(read_file(entry.path), HasSubstr("# Played over IPv")) << entry.name;
    else
      EXPECT_THAT(scenario.families, ElementsAre(Family::inet, Family::inet6)) << entry.name;
    EXPECT_NE(scenario.rule, "") << entry.name;
    EXPECT_NE(scenario.summary, "") << entry.name;
  }
  EXPECT_THAT(names, IsSupersetOf({"no-listen", "self-connect", "simopen"}));
}

TEST(Shipped, BeginWithTheirRule) {
  const auto entries = catalogue(folder);
  ASSERT_FALSE(entries.empty());
  for (const CatalogueEntry& entry : entries) {
    const std::string text = read_file(entry.path);
    EXPECT_TRUE(text.starts_with("# SPDX-License-Identifier: MIT\n#\n# The rule: ")) << entry.path;
  }
}

TEST(Shipped, StateThePathsOfTheirSegments) {
  for (const char* name : {"no-listen", "self-connect", "simopen"})
    EXPECT_FALSE(all<Path>(shipped(name)).empty()) << name;
  const auto paths = all<Path>(shipped("no-listen"));
  EXPECT_EQ(paths.front().answer, TcpFlags::parse("R."));
  EXPECT_EQ(paths.front().passes.back().reason, "NO_SOCKET");
}

TEST(NoListen, IsRefusedAndThenAcceptedOnTheSameSocket) {
  const Scenario scenario = shipped("no-listen");
  const auto connects = all<Connect>(scenario);
  ASSERT_EQ(connects.size(), 2U);
  EXPECT_EQ(connects[0].error, ECONNREFUSED);
  EXPECT_EQ(connects[1].error, 0);
  EXPECT_EQ(connects[0].to, connects[1].to);
  const auto lookups = all<Lookup>(scenario);
  ASSERT_EQ(lookups.size(), 2U);
  EXPECT_EQ(lookups[0].verdict, LookupVerdict::rst);
  EXPECT_EQ(lookups[1].verdict, LookupVerdict::conn_request);
  EXPECT_EQ(all<Bind>(scenario).front().socket, all<Listen>(scenario).front().socket);
}

TEST(SimultaneousOpen, NeverHasAListener) {
  const Scenario scenario = shipped("simopen");
  EXPECT_TRUE(all<Listen>(scenario).empty());
  const auto tables = all<Tables>(scenario);
  EXPECT_GE(tables.size(), 5U);
  for (const Tables& each : tables) {
    EXPECT_THAT(each.hosts, ElementsAre("a", "b"));
    ASSERT_TRUE(each.listeners);
    EXPECT_TRUE(each.listeners->has.empty());
  }
  EXPECT_TRUE(tables.front().ehash->has.empty());
  EXPECT_EQ(tables.back().ehash->has.size(), 2U);
}

TEST(SelfConnect, ExpectsOneRowWithEqualEndsInEachNamespace) {
  const Scenario scenario = shipped("self-connect");
  EXPECT_TRUE(scenario.links.empty());
  const auto rows = all<Tables>(scenario).back().ehash->has;
  ASSERT_EQ(rows.size(), 2U);
  for (const ExpectedRow& row : rows) EXPECT_EQ(row.local, row.remote);
  EXPECT_NE(host_of(scenario, rows[0].socket), host_of(scenario, rows[1].socket));
}

}  // namespace
}  // namespace lab::parser
