// SPDX-License-Identifier: MIT
#include "html/strips.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <vector>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "record/entries.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

constexpr std::size_t most_sockets = 24;  // in a strip

Fields fields_of(const Timeline& timeline, const Row& row) {
  const bool forgotten = row.role && *row.role == Role::nothing;
  std::string ends = name_of(timeline, row.local);
  if (has_remote(row)) ends += " ▸ " + name_of(timeline, row.remote);
  Fields fields;
  fields.put("name", socket_name(timeline, row.cookie))
      .put("state", std::string(to_string(row.state)) +
                        (row.kind == Kind::full ? "" : fmt::format(" ({})", to_string(row.kind))))
      .put("ends", ends)
      .put("class", forgotten                       ? "idle"
                    : row.state == TcpState::listen ? "listens"
                                                    : "connected");
  if (row.cookie) fields.put("cookie", static_cast<std::size_t>(*row.cookie));
  return fields;
}

Fields table_of(const Timeline& timeline, const char* name, const char* about,
                const std::optional<std::vector<Row>>& rows) {
  Fields table;
  table.put("table", name).put("about", about);
  if (!rows) return table.flag("unknown", true);
  if (rows->empty()) return table.flag("empty", true);
  // By bucket; those without one come last.
  std::map<std::uint64_t, std::vector<Fields>> buckets;
  constexpr std::uint64_t nowhere = ~std::uint64_t{0};
  std::size_t drawn = 0;
  for (const Row& row : *rows) {
    if (++drawn > most_sockets) break;
    buckets[row.bucket ? *row.bucket : nowhere].push_back(fields_of(timeline, row));
  }
  std::vector<Fields> drawings;
  for (const auto& [bucket, sockets] : buckets) {
    Fields drawing;
    if (bucket != nowhere) drawing.put("number", static_cast<std::size_t>(bucket));
    drawings.push_back(drawing.put("sockets", sockets));
  }
  table.put("buckets", drawings).flag("some", true);
  if (rows->size() > most_sockets) table.put("more", rows->size() - most_sockets);
  return table;
}

std::string source_of(const sequence::TablesAt& tables, const std::string& no_trace) {
  if (!tables.step)
    return tables.traced ? "no step has read them yet; what the trace has reported"
                         : "no step has read them yet, and there is no trace: " + no_trace;
  std::string words = fmt::format("as step {} read them", *tables.step);
  if (tables.changes > 0)
    words += fmt::format(", and {} traced since", plural(tables.changes, "change"));
  return words;
}

std::vector<Fields> doubts_of(const sequence::TablesAt& tables, const std::string& no_trace) {
  std::vector<Fields> doubts;
  if (tables.step && !tables.traced)
    doubts.push_back(Fields().put("doubt", "what has changed since was not observed: " + no_trace));
  if (tables.perhaps_time_wait)
    doubts.push_back(Fields().put(
        "doubt", "whether a TIME-WAIT took the place of a socket that closed was not observed"));
  return doubts;
}

}  // namespace

std::string Strips::add(const HostTables& host) {
  static const Template page{asset::strips_mustache};
  const sequence::TablesAt& tables = host.tables;
  const std::string no_trace = timeline_.no_trace.empty() ? "it has no events" : timeline_.no_trace;
  Fields fields;
  fields.put("host", host.host)
      .put("source", source_of(tables, no_trace))
      .put("doubts", doubts_of(tables, no_trace))
      .put("tables",
           std::vector<Fields>{table_of(timeline_, "ehash", "connections", tables.ehash),
                               table_of(timeline_, "lhash2", "listeners", tables.listeners),
                               table_of(timeline_, "bhash", "ports, by bind()", tables.bound)});
  const std::string text = page.fill(fields);
  const auto [known, fresh] =
      known_.try_emplace(text, fmt::format("{}-s{}", id_, known_.size() + 1));
  if (fresh) html_ += page.fill(fields.put("id", known->second));
  return known->second;
}

}  // namespace lab::html
