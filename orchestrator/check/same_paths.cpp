// SPDX-License-Identifier: MIT
#include "check/same_paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "check/paths.hpp"

namespace lab::check {
namespace {

bool belongs(const TraceEvent& event) {
  const bool worked_off = event.event == KernelFunction::drop && event.reason == "NOT_SPECIFIED";
  return !is_sending(event) && event.event != KernelFunction::backlog && !worked_off;
}

}  // namespace

std::string paths_in_words(const Timeline& timeline) {
  if (!timeline.no_trace.empty()) return {};
  std::string words;
  for (const HostRecord& host : timeline.hosts) {
    for (const SegmentPath& path : paths_at(timeline, host.name)) {
      const bool received =
          std::any_of(path.events.begin(), path.events.end(),
                      [](const TraceEvent* event) { return !is_sending(*event); });
      if (!received || path.again) continue;
      words += fmt::format("{} received {}\n", host.name, describe(timeline, path));
      for (const TraceEvent* event : path.events)
        if (belongs(*event)) words += fmt::format("  {}\n", describe(timeline, *event));
    }
  }
  return words;
}

std::string first_difference(const std::string& one, const std::string& other) {
  std::istringstream these(one), those(other);
  std::string this_line, that_line, heading;
  for (;;) {
    const bool more = static_cast<bool>(std::getline(these, this_line));
    const bool also = static_cast<bool>(std::getline(those, that_line));
    if (!more && !also) return {};
    if (!more) this_line = "nothing more";
    if (!also) that_line = "nothing more";
    if (this_line != that_line)
      return fmt::format("{}: first \"{}\", then \"{}\"", heading, this_line, that_line);
    if (!this_line.starts_with(' ')) heading = this_line;
  }
}

}  // namespace lab::check
