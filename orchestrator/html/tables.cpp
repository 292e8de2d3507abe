// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/marks.hpp"
#include "html/sections.hpp"
#include "record/entries.hpp"

namespace lab::html {
namespace {

// The change of a row between two snapshots: a CSS class and a word.
struct Change {
  std::string_view css_class, word;
};

// The snapshot to compare with.
struct Against {
  const Snapshot* other = nullptr;  // null: none
  bool earlier = false;             // `other` is the earlier one
};

bool tells_the_same(const Row& one, const Row& other) {
  return same_in_common(one, other) && one.role == other.role &&
         one.accept_queue == other.accept_queue;
}

Change change_of(const Row& row, const WitnessedRows& others, bool earlier) {
  const auto entries = entries_of(others);
  const auto other = std::ranges::find_if(
      entries, [&row](const Entry& each) { return same_socket(each.row, row); });
  if (other == entries.end()) return earlier ? Change{"new", "new"} : Change{"gone", "goes"};
  if (!tells_the_same(row, other->row)) return {"changed", earlier ? "changed" : "changes"};
  return {};
}

// The outcome of a check about this row, if there is one. A check's title names the socket: "bound
// on server shows srv, CLOSED, nothing".
std::optional<Outcome> judged(const StepRecord& step, const std::string& host,
                              std::string_view table, const std::string& socket) {
  if (socket.empty()) return std::nullopt;
  const std::string begin = fmt::format("{} on {} ", table, host);
  std::optional<Outcome> worst;
  for (const Check& check : step.checks) {
    if (!check.title.starts_with(begin)) continue;
    const bool named = check.title.find(fmt::format(" {},", socket)) != std::string::npos;
    if (!named || check.outcome == Outcome::not_observed) continue;
    if (!worst || check.outcome == Outcome::fail) worst = check.outcome;
  }
  return worst;
}

std::vector<Fields> marks_of(const std::vector<Witness>& witnesses, const WitnessedRows& table,
                             const Entry* entry) {
  std::vector<Fields> marks;
  for (const Witness witness : witnesses) {
    const Outcome shown = shown_by(witness, table, entry);
    marks.push_back(Fields().put("class", class_of(shown)).put("mark", mark_of(shown)));
  }
  return marks;
}

Fields fields_of(const Timeline& timeline, const Entry& entry) {
  Fields fields;
  fields.put("state", state_text(entry.row))
      .put("local", entry.row.local.str())
      .put("socket", socket_name(timeline, entry.row.cookie))
      .put("place", place_text(entry.row));
  if (has_remote(entry.row)) fields.put("remote", entry.row.remote.str());
  if (!entry.row.device.empty()) fields.put("device", entry.row.device);
  return fields;
}

std::string table_of(const Timeline& timeline, const StepRecord& step, const Snapshot& snapshot,
                     const std::string& caption, const Against& against) {
  static const Template page{asset::tables_mustache};
  const auto witnesses = witnesses_of(snapshot);
  std::vector<Fields> tables;
  const auto named = tables_of(snapshot);
  for (std::size_t i = 0; i < named.size(); ++i) {
    const auto& [name, table] = named[i];
    if (table.empty()) continue;  // no witness was asked
    std::vector<Fields> rows;
    for (const Entry& entry : entries_of(table)) {
      Fields row = fields_of(timeline, entry);
      row.put("marks", marks_of(witnesses, table, &entry));
      std::string css_class;
      if (against.other) {
        const Change change =
            change_of(entry.row, tables_of(*against.other)[i].table, against.earlier);
        row.put("change", change.word);
        css_class = change.css_class;
      }
      if (const auto outcome =
              judged(step, snapshot.host, name, socket_name(timeline, entry.row.cookie)))
        css_class += fmt::format(" judged-{}", class_of(*outcome));
      rows.push_back(std::move(row.put("class", css_class)));
    }
    if (rows.empty()) {
      const bool seen =
          std::ranges::any_of(table, [](const Witnessed& each) { return each.rows.has_value(); });
      rows.push_back(Fields()
                         .put("empty", seen ? "empty" : "not observed")
                         .put("marks", marks_of(witnesses, table, nullptr)));
    }
    tables.push_back(Fields().put("table", name).put("rows", rows));
  }
  std::vector<Fields> heads, missing, disagreements;
  for (const Witness witness : witnesses)
    heads.push_back(Fields().put("witness", std::string(to_string(witness))));
  for (const std::string& why : missing_in(snapshot)) missing.push_back(Fields().put("why", why));
  for (const std::string& what : snapshot.disagreements)
    disagreements.push_back(Fields().put("what", what));
  return page.fill(Fields()
                       .put("caption", caption)
                       .put("witnesses", heads)
                       .put("tables", tables)
                       .put("missing", missing)
                       .put("disagreements", disagreements)
                       .flag("unsettled", !snapshot.settled));
}

struct Reading {
  const StepRecord* step = nullptr;
  const Snapshot* snapshot = nullptr;
};

std::string caption_of(const Reading& reading, std::string_view when) {
  return fmt::format("{} {}: step {}", reading.snapshot->host, when, reading.step->index + 1);
}

std::string readings_of(const Timeline& timeline, const std::string& host) {
  Reading first, last;
  for (const StepRecord& step : timeline.steps)
    for (const Snapshot& snapshot : step.snapshots) {
      if (snapshot.host != host) continue;
      last = {&step, &snapshot};
      if (!first.snapshot) first = last;
    }
  if (!first.snapshot) return "";
  if (first.snapshot == last.snapshot)
    return table_of(timeline, *last.step, *last.snapshot, caption_of(last, "once"), {});
  return table_of(timeline, *first.step, *first.snapshot, caption_of(first, "before"),
                  {last.snapshot, false}) +
         table_of(timeline, *last.step, *last.snapshot, caption_of(last, "after"),
                  {first.snapshot, true});
}

}  // namespace

std::string snapshot_table(const Timeline& timeline, const StepRecord& step,
                           const Snapshot& snapshot, const std::string& caption) {
  return table_of(timeline, step, snapshot, caption, {});
}

std::string tables_section(const Timeline& timeline, const std::string& id) {
  std::string hosts;
  for (const HostRecord& host : timeline.hosts)
    if (const std::string moments = readings_of(timeline, host.name); !moments.empty())
      hosts += "<div class=\"moments\">" + moments + "</div>\n";
  if (hosts.empty()) return "";
  static const Template page{asset::before_after_mustache};
  return page.fill(Fields().put("id", id).put("hosts", hosts));
}

}  // namespace lab::html
