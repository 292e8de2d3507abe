// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>

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

// Segments of one step between the same hosts, with the same flags and path: the first of them,
// and how many others there are.
struct Group {
  const sequence::Message* first = nullptr;
  std::size_t others = 0;
};

std::vector<Group> grouped(const Timeline& timeline,
                           const std::vector<sequence::Message>& messages) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> known;
  for (const sequence::Message& message : messages) {
    if (!message.is_segment() || message.path.empty()) continue;
    const sequence::Flight& flight = message.first();
    std::string key = fmt::format(
        "{} {} {} {} {} {} {}", flight.step.value_or(timeline.steps.size()), message.from(),
        message.to(), flight.segment->flags.str(), flight.injected, flight.again, message.verdict);
    for (const sequence::PathRow& row : message.path)
      key += fmt::format("\n{} {} {} {}", row.asker, row.what, row.outcome, row.socket);
    const auto [found, fresh] = known.try_emplace(std::move(key), groups.size());
    if (fresh)
      groups.push_back({&message, 0});
    else
      ++groups[found->second].others;
  }
  return groups;
}

}  // namespace

std::string paths_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::paths_mustache};
  if (timeline.trace.empty())
    return timeline.no_trace.empty()
               ? ""
               : page.fill(Fields().put("id", id).put("no_trace", timeline.no_trace));
  const sequence::Sequence all = sequence::sequence_of(timeline, {.collapse = false});
  std::vector<Fields> segments;
  for (const auto& [message, others] : grouped(timeline, all.messages)) {
    segments.push_back(fields_of(timeline, *message));
    if (others > 0) segments.back().put("times", others + 1);
  }
  if (segments.empty()) return "";
  Fields fields;
  fields.put("id", id).put("segments", segments).flag("some", true);
  if (timeline.trace_lost > 0) fields.put("lost", timeline.trace_lost);
  return page.fill(fields);
}

}  // namespace lab::html
