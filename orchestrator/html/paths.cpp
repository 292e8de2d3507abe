// SPDX-License-Identifier: MIT
#include "diagram/label.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"
#include "html/sections.hpp"
#include "sequence/sequence.hpp"

namespace lab::html {
namespace {

std::vector<Fields> fields_of(const Timeline& timeline,
                              const std::vector<sequence::PathRow>& rows) {
  std::vector<Fields> all;
  for (const sequence::PathRow& row : rows)
    all.push_back(Fields()
                      .put("asker", linked(row.asker, timeline.kernel))
                      .put("what", linked(row.what, timeline.kernel))
                      .put("outcome", row.outcome)
                      .put("socket", row.socket)
                      .flag("bad", row.ink == draw::Ink::bad));
  return all;
}

Fields fields_of(const Timeline& timeline, sequence::Message message) {
  const Segment& segment = *message.first().segment;
  message.ports.clear();  // the ends show them
  const diagram::Label label = diagram::label_of(message);
  Fields fields;
  fields.put("from", name_of(timeline, segment.source))
      .put("to", name_of(timeline, segment.destination))
      .put("flags", label.flags)
      .put("numbers", label.numbers)
      .put("remark", label.remark)
      .put("verdict", message.verdict)
      .put("rows", fields_of(timeline, message.path));
  if (const auto& step = message.first().step) fields.put("step", *step + 1);
  return fields;
}

}  // namespace

std::string paths_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::paths_mustache};
  if (timeline.trace.empty())
    return timeline.no_trace.empty()
               ? ""
               : page.fill(Fields().put("id", id).put("no_trace", timeline.no_trace));
  std::vector<Fields> segments;
  for (const sequence::Message& message :
       sequence::sequence_of(timeline, {.collapse = false}).messages)
    if (message.is_segment() && !message.path.empty())
      segments.push_back(fields_of(timeline, message));
  if (segments.empty()) return "";
  Fields fields;
  fields.put("id", id).put("segments", segments).flag("some", true);
  if (timeline.trace_lost > 0) fields.put("lost", timeline.trace_lost);
  return page.fill(fields);
}

}  // namespace lab::html
