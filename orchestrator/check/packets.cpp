// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "check/one_segment.hpp"
#include "check/parts.hpp"
#include "check/repeats.hpp"
#include "check/resolve.hpp"
#include "check/segments.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedSegment;
using Mode = scenario::Packets::Mode;
using Seen = std::vector<NumberedSegment>;

// "segment 2, MSS: expected a > b S mss 1460, saw a > b S seq 0 length 0 (mss 1400
// instead of 1460)"
std::string in_words(const Timeline& timeline, std::size_t index, const ExpectedSegment& expected,
                     const NumberedSegment& seen, const Difference& found) {
  return fmt::format("segment {}, {}: expected {}, saw {}{}", index + 1, found.field,
                     scenario::describe(expected), describe(timeline, seen),
                     found.seen.empty() ? "" : fmt::format(" ({})", found.seen));
}

// The first difference between expected and seen segments, in words; empty: they match.
std::string first_difference(const Timeline& timeline, const scenario::Packets& packets,
                             const Seen& seen) {
  const auto timers = repeats_of_timers(segments_at(timeline, packets.host));
  const Alignment found = align(timeline, seen, 0, packets.segments, timers);
  if (!found.end) {
    const ExpectedSegment& expected = packets.segments[found.missing];
    if (found.at == seen.size())
      return fmt::format("segment {}: expected {}, nothing more was seen", found.missing + 1,
                         scenario::describe(expected));
    return in_words(timeline, found.missing, expected, seen[found.at],
                    *difference(timeline, expected, seen[found.at]));
  }
  if (packets.mode != Mode::exact) return "";
  for (std::size_t i = *found.end; i < seen.size(); ++i)
    if (!timers.contains(seen[i].packet))
      return fmt::format("segment {}: expected no more, saw {}", packets.segments.size() + 1,
                         describe(timeline, seen[i]));
  return "";
}

// The first expected segment that was not seen after the previous one, in words, with the
// first seen segment that differs from it only in numbers; empty: all were seen.
std::string first_missing(const Timeline& timeline, const scenario::Packets& packets,
                          const Seen& seen) {
  auto next = seen.begin();
  for (std::size_t i = 0; i < packets.segments.size(); ++i) {
    const ExpectedSegment& expected = packets.segments[i];
    std::string nearest;
    for (; next != seen.end(); ++next) {
      const auto found = difference(timeline, expected, *next);
      if (!found) break;
      if (!found->another && nearest.empty())
        nearest = in_words(timeline, i, expected, *next, *found);
    }
    if (next == seen.end())
      return !nearest.empty() ? nearest
                              : fmt::format("segment {}: expected {}, but it was not seen{}", i + 1,
                                            scenario::describe(expected),
                                            i == 0 ? "" : " after the previous one");
    ++next;
  }
  return "";
}

// "a > b S", the first seen segment that matches one of `never`; empty: none does.
std::string forbidden(const Timeline& timeline, const scenario::Packets& packets,
                      const Seen& seen) {
  for (const NumberedSegment& each : seen)
    for (const ExpectedSegment& never : packets.never)
      if (!difference(timeline, never, each)) return describe(timeline, each);
  return "";
}

template <typename Item, typename Describe>
std::string listed(const std::vector<Item>& items, Describe describe_item) {
  if (items.empty()) return "nothing";
  std::vector<std::string> words;
  for (const Item& item : items) words.push_back(describe_item(item));
  return fmt::format("{}", fmt::join(words, "; "));
}

std::string listed(const std::vector<ExpectedSegment>& segments) {
  return listed(segments,
                [](const ExpectedSegment& segment) { return scenario::describe(segment); });
}

// The title and the expectation of a check.
struct Claim {
  std::string title;
  std::string expected;
};

Claim claim_of(const scenario::Packets& packets) {
  const std::string wanted = listed(packets.segments);
  const auto claim = [&](std::string_view how, std::string_view these) {
    return Claim{fmt::format("{} saw {}: {}", packets.host, how, wanted),
                 fmt::format("{} sees {}: {}", packets.host, these, wanted)};
  };
  switch (packets.mode) {
    case Mode::exact:
      return claim("exactly", "these segments and no others");
    case Mode::begin:
      return claim("first", "these segments first");
    case Mode::has:
    case Mode::next:
      break;
  }
  return claim("among others", "these segments in this order, possibly with others in between");
}

Check unknown(const Claim& claim, const std::string& value) {
  return failed(claim.title, Witness::packets, claim.expected,
                fmt::format("nothing was compared: no step has set ${}", value));
}

Check judge_segments(const Context& context, const scenario::Packets& packets, const Seen& seen,
                     const std::string& all) {
  const Timeline& timeline = context.timeline;
  const Claim claim = claim_of(packets);
  for (const ExpectedSegment& segment : packets.segments)
    if (const std::string value = unknown_value(timeline, segment); !value.empty())
      return unknown(claim, value);
  const std::string found = packets.mode == Mode::has ? first_missing(timeline, packets, seen)
                                                      : first_difference(timeline, packets, seen);

  // A lost packet may be the missing one, or an unexpected one. Only a match at the beginning
  // is certain.
  if (timeline.packets_lost && (packets.mode == Mode::exact || !found.empty()))
    return not_observed(claim.title, Witness::packets, claim.expected,
                        "the capture lost packets, so neither order nor absence is "
                        "certain");
  if (found.empty()) return passed(claim.title, Witness::packets, claim.expected, "saw " + all);
  return failed(claim.title, Witness::packets, claim.expected,
                fmt::format("{}; all that was seen: {}", found, all));
}

Check judge_never(const Context& context, const scenario::Packets& packets, const Seen& seen,
                  const std::string& all) {
  const Timeline& timeline = context.timeline;
  const std::string unwanted = listed(packets.never);
  const Claim claim{fmt::format("{} never saw: {}", packets.host, unwanted),
                    fmt::format("{} has not seen any of these: {}", packets.host, unwanted)};
  for (const ExpectedSegment& segment : packets.never)
    if (const std::string value = unknown_value(timeline, segment); !value.empty())
      return unknown(claim, value);
  const std::string found = forbidden(timeline, packets, seen);
  if (!found.empty())
    return failed(claim.title, Witness::packets, claim.expected,
                  fmt::format("saw {}; all that was seen: {}", found, all));
  if (timeline.packets_lost)
    return not_observed(claim.title, Witness::packets, claim.expected,
                        "the capture lost packets, and one of them may have been one of these");
  return passed(claim.title, Witness::packets, claim.expected, "saw " + all);
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::Packets& packets) {
  if (packets.mode == Mode::next) return judge_next(context, packets);
  const Timeline& timeline = context.timeline;
  const auto words_for = [&](const Seen& seen) {
    return listed(seen,
                  [&](const NumberedSegment& segment) { return describe(timeline, segment); });
  };
  const std::size_t index = context.record.index;
  const Seen with_errors = window_with_errors(timeline, context.scenario, index);
  std::vector<Check> checks;
  if (packets.mode == Mode::has) {
    if (!packets.segments.empty())
      checks.push_back(judge_segments(context, packets, with_errors, words_for(with_errors)));
  } else {
    const Seen segments = window(timeline, context.scenario, index);
    checks.push_back(judge_segments(context, packets, segments, words_for(segments)));
  }
  if (!packets.never.empty())
    checks.push_back(judge_never(context, packets, with_errors, words_for(with_errors)));
  return checks;
}

}  // namespace lab::check
