// SPDX-License-Identifier: MIT
#include "tui/board.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

namespace lab::tui {
namespace {

// What does not change while a socket is in one table, besides its cookie.
auto ends_of(const Row& row) {
  return std::tuple(row.local.address, row.local.port, row.remote.address, row.remote.port,
                    row.device, row.inode);
}
using Ends = decltype(ends_of(std::declval<Row>()));

bool looks_other(const Row& before, const Row& now) {
  return std::tie(before.state, before.kind, before.role, before.accept_queue) !=
         std::tie(now.state, now.kind, now.role, now.accept_queue);
}

// Matches each new row with a row of the last time, each of those at most once.
class Earlier {
 public:
  explicit Earlier(const std::vector<Marked>& rows) : rows_(rows), taken_(rows.size(), false) {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      const Row& row = rows[at].entry.row;
      if (row.cookie.value_or(0) != 0) by_cookie_.emplace(*row.cookie, at);
      by_ends_.emplace(ends_of(row), at);
    }
  }

  std::optional<std::size_t> take(const Row& row) {
    if (row.cookie.value_or(0) != 0)
      if (const auto found = by_cookie_.find(*row.cookie);
          found != by_cookie_.end() && !taken_[found->second])
        return mark(found->second);
    for (auto [at, end] = by_ends_.equal_range(ends_of(row)); at != end; ++at)
      if (!taken_[at->second] && same_socket(rows_[at->second].entry.row, row))
        return mark(at->second);
    return std::nullopt;
  }

  bool was_taken(std::size_t at) const { return taken_[at]; }

 private:
  std::size_t mark(std::size_t at) {
    taken_[at] = true;
    return at;
  }

  const std::vector<Marked>& rows_;
  std::vector<bool> taken_;
  std::map<std::uint64_t, std::size_t> by_cookie_;
  std::multimap<Ends, std::size_t> by_ends_;
};

bool precedes(const TableEntry& one, const TableEntry& other, Order order) {
  const auto end = [](const Endpoint& endpoint) {
    return std::tuple(endpoint.port, endpoint.address);
  };
  switch (order) {
    case Order::table:
      return false;
    case Order::state:
      return to_string(one.row.state) < to_string(other.row.state);
    case Order::local:
      return end(one.row.local) < end(other.row.local);
    case Order::peer:
      return end(one.row.remote) < end(other.row.remote);
    case Order::process:
      return one.process < other.process;
  }
  return false;
}

}  // namespace

std::string_view to_string(Order order) {
  switch (order) {
    case Order::table:
      return "in table order";
    case Order::state:
      return "by state";
    case Order::local:
      return "by local port";
    case Order::peer:
      return "by peer's port";
    case Order::process:
      return "by process";
  }
  return "?";
}

bool same_socket(const Row& one, const Row& other) {
  if (one.cookie.value_or(0) != 0 && other.cookie.value_or(0) != 0)
    return one.cookie == other.cookie;
  return ends_of(one) == ends_of(other);
}

void Board::update(ObservedTable seen) {
  std::vector<Marked> before;
  std::ranges::copy_if(rows_, std::back_inserter(before),
                       [](const Marked& row) { return row.mark != Mark::gone; });
  Earlier earlier(before);
  std::vector<Marked> now;
  for (TableEntry& entry : seen.entries) {
    const auto was = earlier.take(entry.row);
    Mark mark = Mark::none;
    if (!was)
      mark = first_time_ ? Mark::none : Mark::fresh;
    else if (looks_other(before[*was].entry.row, entry.row))
      mark = Mark::changed;
    now.push_back({std::move(entry), mark});
  }
  for (std::size_t at = 0; at < before.size(); ++at)
    if (!earlier.was_taken(at)) now.push_back({std::move(before[at].entry), Mark::gone});
  first_time_ = false;

  std::optional<Row> picked;
  if (picked_ < shown_.size()) picked = shown_[picked_]->entry.row;
  seen.entries.clear();
  seen_ = std::move(seen);
  rows_ = std::move(now);
  arrange();
  if (!picked) return;
  for (std::size_t at = 0; at < shown_.size(); ++at)
    if (same_socket(shown_[at]->entry.row, *picked)) picked_ = at;
}

void Board::set_filter(Filter filter) {
  filter_ = std::move(filter);
  arrange();
}

void Board::next_order() {
  order_ =
      order_ == Order::process ? Order::table : static_cast<Order>(static_cast<int>(order_) + 1);
  arrange();
}

void Board::reverse() {
  reversed_ = !reversed_;
  arrange();
}

std::size_t Board::total() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(rows_, [](const Marked& row) { return row.mark != Mark::gone; }));
}

void Board::move(long rows) {
  const long last = static_cast<long>(shown_.size()) - 1;
  picked_ =
      static_cast<std::size_t>(std::max(0L, std::min(last, static_cast<long>(picked_) + rows)));
}

std::size_t Board::scroll(std::size_t height) {
  if (height == 0) return top_ = 0;
  if (picked_ < top_) top_ = picked_;
  if (picked_ >= top_ + height) top_ = picked_ - height + 1;
  // Leaves no empty lines below the last row.
  if (shown_.size() < top_ + height) top_ = shown_.size() > height ? shown_.size() - height : 0;
  return top_;
}

void Board::arrange() {
  shown_.clear();
  for (const Marked& row : rows_)
    if (filter_.matches(table_, row.entry)) shown_.push_back(&row);
  std::ranges::stable_sort(shown_, [this](const Marked* one, const Marked* other) {
    return precedes(one->entry, other->entry, order_);
  });
  if (reversed_) std::ranges::reverse(shown_);
  move(0);
}

}  // namespace lab::tui
