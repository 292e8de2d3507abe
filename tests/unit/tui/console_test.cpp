// SPDX-License-Identifier: MIT
//
// The live tables without a terminal: keys in, lines out.
#include "tui/console.hpp"

#include <gmock/gmock.h>

#include "draw/page.hpp"
#include "unit/tables/rows.hpp"

namespace lab::tui {
namespace {

using namespace tables::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

Console console() { return Console(Table::listeners, {}, "here", "news"); }

TableView view(std::vector<TableEntry> listeners, std::vector<TableEntry> connections = {}) {
  return {{seen(Table::listeners, std::move(listeners)), seen(Table::bound, {}),
           seen(Table::ehash, std::move(connections))},
          {}};
}

std::string text_of(const ScreenLine& line) {
  std::string text;
  for (const Span& span : line.spans) text += span.text;
  return text;
}

std::string screen(Console& shown, std::size_t width = 100, std::size_t height = 24) {
  std::string text;
  for (const ScreenLine& line : shown.draw(width, height)) text += text_of(line) + '\n';
  return text;
}

void type(Console& shown, const std::string& letters) {
  for (const char letter : letters) shown.press(std::string(1, letter));
}

TEST(Console, ShowsATableAndItsNeighbours) {
  Console shown = console();
  shown.update(view({listener("0.0.0.0:80", 1)}));
  EXPECT_THAT(screen(shown),
              AllOf(HasSubstr("1 listeners"), HasSubstr("3 ehash"), HasSubstr("0.0.0.0:80"),
                    HasSubstr("nginx (pid 7, fd 3)"), HasSubstr("1 of 1"), HasSubstr("q quit")));
}

TEST(Console, GoesFromTableToTable) {
  Console shown = console();
  shown.update(view({}, {connection("10.0.0.1:5", "10.0.0.2:80")}));
  shown.press("tab");
  EXPECT_EQ(shown.table(), Table::bound);
  shown.press("tab");
  EXPECT_THAT(screen(shown), HasSubstr("10.0.0.2:80"));
  shown.press("tab");
  EXPECT_EQ(shown.table(), Table::listeners);
  shown.press("3");
  EXPECT_EQ(shown.table(), Table::ehash);
}

TEST(Console, MarksWhatHasChanged) {
  Console shown = console();
  shown.update(view({listener("0.0.0.0:80", 1)}));
  shown.update(view({listener("0.0.0.0:81", 2)}));
  EXPECT_THAT(screen(shown), AllOf(HasSubstr("+ LISTEN"), HasSubstr("- LISTEN-")));
  Look fresh = Look::plain, gone = Look::plain;
  for (const ScreenLine& line : shown.draw(100, 24)) {
    if (text_of(line).starts_with("+ ")) fresh = line.spans[0].look;
    if (text_of(line).starts_with("- ")) gone = line.spans[0].look;
  }
  EXPECT_EQ(fresh, Look::fresh);
  EXPECT_EQ(gone, Look::gone);
}

TEST(Console, FiltersWhileTheUserTypes) {
  Console shown = console();
  shown.update(view({listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2, "sshd (pid 1, fd 3)")}));
  shown.press("/");
  type(shown, "sshd");
  EXPECT_THAT(screen(shown),
              AllOf(HasSubstr("filter: sshd_"), HasSubstr("1 of 2"), Not(HasSubstr("nginx"))));
  shown.press("backspace");
  EXPECT_THAT(screen(shown), HasSubstr("filter: ssh_"));
  shown.press("enter");
  EXPECT_THAT(screen(shown), HasSubstr("filter: ssh"));
  shown.press("escape");
  EXPECT_THAT(screen(shown), AllOf(HasSubstr("2 of 2"), Not(HasSubstr("filter:"))));
}

TEST(Console, ClearsAFilter) {
  Console shown = console();
  shown.update(view({listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2)}));
  shown.press("/");
  type(shown, ":80");
  shown.press("escape");
  EXPECT_THAT(screen(shown), HasSubstr("2 of 2"));
}

// While the user types a filter, letters are text, not commands.
TEST(Console, DoesNotQuitInTheMiddleOfAWord) {
  Console shown = console();
  shown.update(view({}));
  shown.press("/");
  type(shown, "squid");
  shown.press("ü");
  EXPECT_FALSE(shown.wants_to_quit());
  EXPECT_THAT(screen(shown), HasSubstr("squidü_"));
  shown.press("backspace");
  EXPECT_THAT(screen(shown), HasSubstr("squid_"));
  shown.press("enter");
  shown.press("q");
  EXPECT_TRUE(shown.wants_to_quit());
}

TEST(Console, BeginsWithTheFilterOfTheCommandLine) {
  Console shown(Table::listeners, tables::filter_from("listen :81"), "here", "news");
  shown.update(view({listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2)}));
  EXPECT_THAT(screen(shown), AllOf(HasSubstr("filter: LISTEN :81"), HasSubstr("1 of 2")));
}

TEST(Console, PausesAndHelps) {
  Console shown = console();
  shown.update(view({}));
  shown.press("p");
  EXPECT_TRUE(shown.paused());
  EXPECT_THAT(screen(shown), HasSubstr("PAUSED"));
  shown.press(" ");
  EXPECT_FALSE(shown.paused());
  shown.press("?");
  EXPECT_THAT(screen(shown), AllOf(HasSubstr("next sort order"), HasSubstr("news")));
  shown.press("h");
  EXPECT_THAT(screen(shown), Not(HasSubstr("next sort order")));
}

TEST(Console, ReportsWhatNoWitnessCanShow) {
  Console shown = console();
  ObservedTable unseen;
  unseen.table = Table::bound;
  unseen.not_observed = "this kernel is too old";
  shown.update({{unseen}, {}});
  shown.press("2");
  EXPECT_THAT(screen(shown), HasSubstr("Not observed: this kernel is too old"));
}

TEST(Console, FillsTheScreenAndNoMore) {
  Console shown = console();
  std::vector<TableEntry> many;
  for (unsigned port = 1; port <= 50; ++port)
    many.push_back(listener("[fd00::1]:" + std::to_string(port), port));
  shown.update(view(many));
  for (const std::size_t height : {0u, 1u, 2u, 3u, 5u, 24u})
    for (const std::size_t width : {0u, 1u, 20u, 80u}) {
      const auto lines = shown.draw(width, height);
      ASSERT_EQ(lines.size(), height);
      for (const ScreenLine& line : lines)
        EXPECT_LE(draw::columns(text_of(line)), width) << text_of(line);
    }
}

TEST(Console, ScrollsByPages) {
  Console shown = console();
  std::vector<TableEntry> many;
  for (unsigned port = 1; port <= 50; ++port)
    many.push_back(listener("0.0.0.0:" + std::to_string(port), port));
  shown.update(view(many));
  EXPECT_THAT(screen(shown, 100, 15), Not(HasSubstr("0.0.0.0:50 ")));
  shown.press("end");
  EXPECT_THAT(screen(shown, 100, 15), HasSubstr("0.0.0.0:50 "));
  shown.press("page-up");
  shown.press("g");
  EXPECT_THAT(screen(shown, 100, 15), HasSubstr("0.0.0.0:1 "));
}

}  // namespace
}  // namespace lab::tui
