// SPDX-License-Identifier: MIT
#include "report/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace lab::report {
namespace {

using Table = std::vector<Witnessed>;

// A socket in a table, and which of the witnesses show it like this.
struct Entry {
  Row row;
  std::set<std::string> witnesses;
};

bool same_socket(const Row& one, const Row& other) {
  if (one.cookie.value_or(0) != 0 && other.cookie.value_or(0) != 0)
    return one.cookie == other.cookie;
  return one.local == other.local && one.remote == other.remote;
}

// Takes over what only this witness reports.
void complete(Row& row, const Row& from) {
  const auto take = [](auto& field, const auto& other) {
    if (!field) field = other;
  };
  take(row.cookie, from.cookie);
  take(row.role, from.role);
  take(row.bucket, from.bucket);
  take(row.position, from.position);
  take(row.accept_queue, from.accept_queue);
  take(row.accept_queue_max, from.accept_queue_max);
}

std::vector<Entry> entries_of(const Table& table) {
  std::vector<Entry> entries;
  for (const Witnessed& witnessed : table) {
    for (const Row& row : witnessed.rows.value_or(std::vector<Row>{})) {
      const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& each) {
        return same_socket(each.row, row) && same_in_common(each.row, row) &&
               !each.witnesses.contains(witnessed.witness);
      });
      if (entry == entries.end()) {
        entries.push_back({row, {witnessed.witness}});
      } else {
        complete(entry->row, row);
        entry->witnesses.insert(witnessed.witness);
      }
    }
  }
  return entries;
}

std::string state_text(const Row& row) {
  std::string text(to_string(row.state));
  if (row.kind != Kind::full) text += fmt::format(" ({})", to_string(row.kind));
  // The other two roles can be told from the state.
  if (row.role == Role::nothing) text += fmt::format(", {}", to_string(*row.role));
  if (row.accept_queue && row.accept_queue_max)
    text += fmt::format(", queue {} of {}", *row.accept_queue, *row.accept_queue_max);
  return text;
}

std::string place_text(const Row& row) {
  if (!row.bucket) return "";
  return row.position ? fmt::format("{}.{}", *row.bucket, *row.position)
                      : fmt::format("{}", *row.bucket);
}

bool has_remote(const Row& row) { return row.remote.port != 0 || !row.remote.address.is_any(); }

struct Cells {
  std::string table, state, local, remote, socket, place;
  std::vector<std::pair<std::string_view, Ink>> marks;  // one a witness
};

Cells cells_of(const Page& page, const Timeline& timeline, const Table& table, const Entry& entry,
               const std::vector<std::string>& witnesses) {
  Cells cells;
  cells.state = state_text(entry.row);
  cells.local = entry.row.local.str();
  if (has_remote(entry.row)) cells.remote = "> " + entry.row.remote.str();
  cells.socket = socket_name(timeline, entry.row.cookie);
  cells.place = place_text(entry.row);
  for (const std::string& name : witnesses) {
    const auto asked = std::find_if(table.begin(), table.end(),
                                    [&](const Witnessed& each) { return each.witness == name; });
    if (asked == table.end() || !asked->rows)
      cells.marks.emplace_back(page.glyphs().not_observed, Ink::doubtful);
    else if (entry.witnesses.contains(name))
      cells.marks.emplace_back(page.glyphs().pass, Ink::good);
    else
      cells.marks.emplace_back(page.glyphs().fail, Ink::bad);
  }
  return cells;
}

// A table that every witness shows empty, or that nobody could show.
Cells empty_cells(const Page& page, const Table& table, const std::vector<std::string>& witnesses) {
  Cells cells;
  const bool seen = std::any_of(table.begin(), table.end(),
                                [](const Witnessed& each) { return each.rows.has_value(); });
  cells.state = seen ? "empty" : "not observed";
  for (const std::string& name : witnesses) {
    const bool shows = std::any_of(table.begin(), table.end(), [&](const Witnessed& each) {
      return each.witness == name && each.rows;
    });
    cells.marks.emplace_back(shows ? page.glyphs().pass : page.glyphs().not_observed,
                             shows ? Ink::good : Ink::doubtful);
  }
  return cells;
}

void print_cells(Page& page, const std::vector<Cells>& all, const std::string& host,
                 const std::vector<std::string>& witnesses) {
  constexpr std::size_t first = 4, gap = 2;
  const auto widest = [&all](std::string Cells::*field, std::string_view heading) {
    std::size_t width = columns(heading);
    for (const Cells& cells : all) width = std::max(width, columns(cells.*field));
    return width + gap;
  };
  std::size_t marks_width = 0;
  for (const std::string& name : witnesses) marks_width += columns(name) + gap;
  const std::size_t state = first + widest(&Cells::table, "");
  const std::size_t local = state + widest(&Cells::state, "");
  const std::size_t remote = local + widest(&Cells::local, "") - 1;
  // Both ends side by side when the page is wide enough, else one below the other.
  const std::size_t rest =
      widest(&Cells::socket, "") + widest(&Cells::place, "bucket") + marks_width;
  const std::size_t beside = remote + widest(&Cells::remote, "");
  const bool stacked = beside + rest > page.width() + gap;
  const std::size_t socket =
      stacked ? local + std::max(widest(&Cells::local, ""), widest(&Cells::remote, "")) : beside;
  const std::size_t place = socket + widest(&Cells::socket, "");

  Line head;
  head.to(2).add(host, Ink::strong).to(place).add("bucket", Ink::faint);
  std::size_t column = place + widest(&Cells::place, "bucket");
  std::vector<std::size_t> centers;
  for (const std::string& name : witnesses) {
    head.to(column).add(name, Ink::faint);
    centers.push_back(column + columns(name) / 2);
    column += columns(name) + gap;
  }
  head.print(page);

  for (const Cells& cells : all) {
    Line line;
    line.to(first)
        .add(cells.table)
        .to(state)
        .add(cells.state, cells.local.empty() ? Ink::faint : Ink::accent)
        .to(local)
        .add(cells.local);
    if (!stacked) line.to(remote).add(cells.remote);
    line.to(socket).add(cells.socket, Ink::strong).to(place).add(cells.place, Ink::faint);
    for (std::size_t i = 0; i < centers.size(); ++i)
      line.to(centers[i]).add(cells.marks[i].first, cells.marks[i].second);
    line.print(page);
    if (stacked && !cells.remote.empty()) Line().to(local).add(cells.remote).print(page);
  }
}

struct Named {
  const char* name;
  const Table& table;
};

std::array<Named, 3> tables_of(const Snapshot& snapshot) {
  return {
      {{"listeners", snapshot.listeners}, {"bound", snapshot.bound}, {"ehash", snapshot.ehash}}};
}

// Why a witness is missing: once for the host when it is the same for all of
// its tables, else table by table.
void print_missing(Page& page, const Snapshot& snapshot) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  for (const auto& [name, table] : tables_of(snapshot)) {
    for (const Witnessed& each : table) {
      if (each.rows) continue;
      const std::string why = fmt::format("{}: {}", each.witness, each.why_not);
      auto found = std::find_if(reasons.begin(), reasons.end(),
                                [&why](const auto& reason) { return reason.first == why; });
      if (found == reasons.end()) found = reasons.insert(reasons.end(), {why, {}});
      found->second.emplace_back(name);
    }
  }
  for (const auto& [why, names] : reasons) {
    const std::string which = names.size() == 3 ? "" : fmt::format("{}, ", fmt::join(names, ", "));
    print_hanging(page, 4, page.glyphs().not_observed, 6,
                  fmt::format("not observed: {}{}", which, why), Ink::doubtful);
  }
}

}  // namespace

std::string socket_name(const Timeline& timeline, const std::optional<std::uint64_t>& cookie) {
  if (cookie.value_or(0) == 0) return "";
  for (const SocketRecord& socket : timeline.sockets)
    if (socket.cookie == *cookie) return socket.name;
  return "";
}

bool same_in_common(const Row& one, const Row& other) {
  return one.kind == other.kind && one.state == other.state && one.local == other.local &&
         one.remote == other.remote && one.device == other.device;
}

void draw_snapshot(Page& page, const Timeline& timeline, const Snapshot& snapshot) {
  std::vector<std::string> witnesses;
  for (const auto& [name, table] : tables_of(snapshot))
    for (const Witnessed& each : table)
      if (std::find(witnesses.begin(), witnesses.end(), each.witness) == witnesses.end())
        witnesses.push_back(each.witness);

  std::vector<Cells> all;
  for (const auto& [name, table] : tables_of(snapshot)) {
    if (table.empty()) continue;  // nobody was asked
    const std::size_t begin = all.size();
    for (const Entry& entry : entries_of(table))
      all.push_back(cells_of(page, timeline, table, entry, witnesses));
    if (all.size() == begin) all.push_back(empty_cells(page, table, witnesses));
    all[begin].table = name;
  }
  print_cells(page, all, snapshot.host, witnesses);

  print_missing(page, snapshot);
  for (const std::string& text : snapshot.disagreements)
    print_hanging(page, 4, page.glyphs().fail, 6, "the witnesses disagree: " + text, Ink::bad);
  if (!snapshot.settled)
    print_hanging(page, 4, page.glyphs().not_observed, 6,
                  "the tables kept moving while they were read", Ink::doubtful);
}

void draw_last_snapshots(Page& page, const Timeline& timeline) {
  bool headed = false;
  for (const HostRecord& host : timeline.hosts) {
    const Snapshot* last = nullptr;
    std::size_t at = 0;
    for (const StepRecord& step : timeline.steps)
      for (const Snapshot& snapshot : step.snapshots)
        if (snapshot.host == host.name) last = &snapshot, at = step.index + 1;
    if (!last) continue;
    if (!headed) page.heading("Tables", "the kernel's, as each host last showed them");
    headed = true;
    page.blank();
    Snapshot named = *last;
    named.host = fmt::format("{}, step {}", host.name, at);
    draw_snapshot(page, timeline, named);
  }
}

}  // namespace lab::report
