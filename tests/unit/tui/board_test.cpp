// SPDX-License-Identifier: MIT
#include "tui/board.hpp"

#include <gmock/gmock.h>

#include "unit/tables/rows.hpp"

namespace lab::tui {
namespace {

using namespace tables::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "0.0.0.0:80+": each shown row's local end and its mark.
std::vector<std::string> shown(const Board& board) {
  std::vector<std::string> lines;
  for (const Marked* row : board.shown()) {
    const char* marks[] = {"", "+", "~", "-"};
    lines.push_back(row->entry.row.local.str() + marks[static_cast<int>(row->mark)]);
  }
  return lines;
}

void update(Board& board, std::vector<TableEntry> entries) {
  board.update(seen(board.table(), std::move(entries)));
}

TEST(Board, MarksNothingTheFirstTime) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:80", 1)});
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:80"));
}

TEST(Board, ShowsNewRowsAndGoneRowsOnceMore) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2)});
  update(board, {listener("0.0.0.0:81", 2), listener("0.0.0.0:82", 3)});
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:81", "0.0.0.0:82+", "0.0.0.0:80-"));
  EXPECT_EQ(board.total(), 2u);
  update(board, {listener("0.0.0.0:81", 2), listener("0.0.0.0:82", 3)});
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:81", "0.0.0.0:82"));
}

TEST(Board, MarksANewStateAndAFullerQueue) {
  Board board(Table::ehash);
  update(board, {connection("10.0.0.1:5", "10.0.0.2:80", TcpState::syn_sent, 1)});
  update(board, {connection("10.0.0.1:5", "10.0.0.2:80", TcpState::established, 1)});
  EXPECT_THAT(shown(board), ElementsAre("10.0.0.1:5~"));

  Board listeners(Table::listeners);
  TableEntry one = listener("0.0.0.0:80", 1);
  update(listeners, {one});
  one.row.accept_queue = 3;
  update(listeners, {one});
  EXPECT_THAT(shown(listeners), ElementsAre("0.0.0.0:80~"));
}

// The module reports existing cookies, and makes none.
TEST(Board, RecognizesASocketThatGotACookie) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:80")});
  update(board, {listener("0.0.0.0:80", 7)});
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:80"));
}

// Closed and opened again between two readings: the same ends, another socket.
TEST(Board, DistinguishesTwoSocketsWithTheSameEnds) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:80", 1)});
  update(board, {listener("0.0.0.0:80", 2)});
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:80+", "0.0.0.0:80-"));
}

TEST(Board, CountsMembersOfAReuseportGroupEach) {
  Board board(Table::listeners);
  TableEntry one = listener("0.0.0.0:80"), two = listener("0.0.0.0:80");
  one.row.inode = 11;
  two.row.inode = 12;
  update(board, {one, two});
  update(board, {two});
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:80", "0.0.0.0:80-"));
}

TEST(Board, SortsByEndsAsNumbers) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:8080", 1), listener("0.0.0.0:80", 2), listener("0.0.0.0:9", 3)});
  board.next_order();  // by state: all the same, so as before
  board.next_order();
  EXPECT_EQ(board.order(), Order::local);
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:9", "0.0.0.0:80", "0.0.0.0:8080"));
  board.reverse();
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:8080", "0.0.0.0:80", "0.0.0.0:9"));
}

TEST(Board, KeepsTheSamePickWhenRowsComeBeforeIt) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2)});
  board.move(1);
  update(board, {listener("0.0.0.0:79", 3), listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2)});
  EXPECT_EQ(board.picked(), 2u);
  board.move(100);
  EXPECT_EQ(board.picked(), 2u);
  board.move(-100);
  EXPECT_EQ(board.picked(), 0u);
}

TEST(Board, ScrollsSoThatThePickIsSeen) {
  Board board(Table::listeners);
  std::vector<TableEntry> many;
  for (unsigned port = 1; port <= 20; ++port)
    many.push_back(listener("0.0.0.0:" + std::to_string(port), port));
  update(board, many);
  EXPECT_EQ(board.scroll(5), 0u);
  board.move(7);
  EXPECT_EQ(board.scroll(5), 3u);
  board.move(-5);
  EXPECT_EQ(board.scroll(5), 2u);
  board.move(100);
  EXPECT_EQ(board.scroll(5), 15u);
  EXPECT_EQ(board.scroll(100), 0u);  // all of it fits now
  EXPECT_EQ(board.scroll(0), 0u);
}

TEST(Board, HasNoPickIfEmpty) {
  Board board(Table::bound);
  update(board, {});
  board.move(1);
  EXPECT_EQ(board.picked(), 0u);
  EXPECT_THAT(shown(board), IsEmpty());
}

TEST(Board, FiltersItsRows) {
  Board board(Table::listeners);
  update(board, {listener("0.0.0.0:80", 1), listener("0.0.0.0:81", 2)});
  board.set_filter(tables::filter_from(":81"));
  EXPECT_THAT(shown(board), ElementsAre("0.0.0.0:81"));
  EXPECT_EQ(board.total(), 2u);
}

}  // namespace
}  // namespace lab::tui
