// SPDX-License-Identifier: MIT
//
// One table that is read repeatedly: what has changed since the last time, the filter,
// the order, and which row is picked. Pure.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tables/filter.hpp"

namespace lab::tui {

using tables::Filter;

enum class Mark {
  none,
  fresh,    // it was not in the table the last time
  changed,  // its state, kind, role or accept queue has changed
  gone,     // it was in the table the last time: shown once more
};

struct Marked {
  TableEntry entry;
  Mark mark = Mark::none;
};

enum class Order { table, state, local, peer, process };
std::string_view to_string(Order order);

class Board {
 public:
  explicit Board(Table table) : table_(table) {}

  Table table() const { return table_; }

  // Takes a new reading. The first one marks nothing.
  void update(ObservedTable seen);
  const ObservedTable& seen() const { return seen_; }  // its entries are the board's

  void set_filter(Filter filter);
  // Selects the next sort order; reverses it.
  void next_order();
  void reverse();
  Order order() const { return order_; }
  bool reversed() const { return reversed_; }

  // The filtered rows, in order. Valid until the next call that changes something.
  const std::vector<const Marked*>& shown() const { return shown_; }
  std::size_t total() const;  // rows before the filter, without those that are gone

  // The picked row stays picked when other rows come and go.
  void move(long rows);
  std::size_t picked() const { return picked_; }  // index into shown()
  // The first row to draw, so that the picked one is among `height` rows.
  std::size_t scroll(std::size_t height);

 private:
  void arrange();

  Table table_;
  ObservedTable seen_;
  std::vector<Marked> rows_;
  std::vector<const Marked*> shown_;
  Filter filter_;
  Order order_ = Order::table;
  bool reversed_ = false;
  bool first_time_ = true;
  std::size_t picked_ = 0, top_ = 0;
};

// Whether two rows, read one after the other, belong to one socket: by their socket
// cookies when both have one (the module makes none, it only reports existing ones), else
// by both ends, device and inode.
bool same_socket(const Row& one, const Row& other);

}  // namespace lab::tui
