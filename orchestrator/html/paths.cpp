// SPDX-License-Identifier: MIT
#include "record/paths.hpp"

#include <fmt/format.h>

#include <sstream>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"
#include "html/sections.hpp"
#include "report/flight.hpp"
#include "report/label.hpp"
#include "report/path_rows.hpp"
#include "report/path_words.hpp"

namespace lab::html {
namespace {

std::vector<Fields> rows_of(const Timeline& timeline, const Path& path) {
  // The rows' words take their glyphs from a text report's page.
  std::ostringstream nowhere;
  const report::Page glyphs(nowhere, {});
  std::vector<Fields> rows;
  for (const report::PathRow& row : report::rows_of(timeline, glyphs, path.events))
    rows.push_back(Fields()
                       .put("asker", linked(row.asker, timeline.kernel))
                       .put("what", linked(row.what, timeline.kernel))
                       .put("outcome", row.outcome)
                       .put("socket", row.socket)
                       .flag("bad", row.ink == report::Ink::bad));
  return rows;
}

}  // namespace

std::string paths_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::paths_mustache};
  if (timeline.trace.empty())
    return timeline.no_trace.empty()
               ? ""
               : page.fill(Fields().put("id", id).put("no_trace", timeline.no_trace));
  const Paths paths = paths_of(timeline);
  std::vector<Fields> segments;
  for (const report::Flight& flight : report::flights(timeline)) {
    if (!flight.segment || !flight.arrival || !paths[*flight.arrival]) continue;
    const Path& path = *paths[*flight.arrival];
    const report::Label label = report::label_of(flight);
    Fields fields;
    fields.put("from", name_of(timeline, flight.segment->source))
        .put("to", name_of(timeline, flight.segment->destination))
        .put("flags", label.flags)
        .put("numbers", label.numbers)
        .put("remark", label.remark)
        .put("host", flight.to)
        .put("verdict", report::verdict_in_words(timeline, path))
        .put("rows", rows_of(timeline, path));
    if (flight.step) fields.put("step", *flight.step + 1);
    segments.push_back(std::move(fields));
  }
  if (segments.empty()) return "";
  Fields fields;
  fields.put("id", id).put("segments", segments).flag("some", true);
  if (timeline.trace_lost > 0) fields.put("lost", timeline.trace_lost);
  return page.fill(fields);
}

}  // namespace lab::html
