// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "check/parts.hpp"
#include "check/resolve.hpp"
#include "check/segments.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedSegment;

// Which field is wrong; empty: none. Direction and flags come first, because
// where they differ the numbers mean something else, and would only confuse.
std::string wrong_field(const Timeline& timeline, const ExpectedSegment& expected,
                        const NumberedSegment& seen) {
  const Segment& raw = *seen.packet->segment;
  if (!is_end(timeline, expected.from, raw.source) ||
      !is_end(timeline, expected.to, raw.destination))
    return "direction";
  if (expected.flags != raw.flags) return "flags";
  if (expected.sequence && expected.sequence->number != seen.sequence) return "sequence number";
  if (expected.acknowledgment && expected.acknowledgment->number != seen.acknowledgment)
    return "acknowledgment number";
  if (expected.length && expected.length->number != raw.length) return "length";
  return "";
}

// The first place where the window is not as expected, in words; empty: it is.
std::string first_difference(const Timeline& timeline, const scenario::Packets& packets,
                             const std::vector<NumberedSegment>& seen) {
  const bool exact = packets.mode == scenario::Packets::Mode::exact;
  for (std::size_t i = 0; i < packets.segments.size(); ++i) {
    const std::string expected = scenario::describe(packets.segments[i]);
    if (i == seen.size())
      return fmt::format("segment {}: expected {}, nothing more was seen", i + 1, expected);
    const std::string field = wrong_field(timeline, packets.segments[i], seen[i]);
    if (!field.empty())
      return fmt::format("segment {}, {}: expected {}, saw {}", i + 1, field, expected,
                         describe(timeline, seen[i]));
  }
  if (exact && seen.size() > packets.segments.size())
    return fmt::format("segment {}: expected no more, saw {}", packets.segments.size() + 1,
                       describe(timeline, seen[packets.segments.size()]));
  return "";
}

template <typename Item, typename Describe>
std::string listed(const std::vector<Item>& items, Describe describe_item) {
  if (items.empty()) return "nothing";
  std::vector<std::string> words;
  for (const Item& item : items) words.push_back(describe_item(item));
  return fmt::format("{}", fmt::join(words, "; "));
}

}  // namespace

std::vector<Check> judge_packets(const Context& context, const scenario::Packets& packets) {
  const Timeline& timeline = context.timeline;
  const bool exact = packets.mode == scenario::Packets::Mode::exact;
  const auto seen = window(timeline, context.scenario, context.record.index);
  const std::string wanted = listed(
      packets.segments, [](const ExpectedSegment& segment) { return scenario::describe(segment); });
  const std::string all =
      listed(seen, [&](const NumberedSegment& segment) { return describe(timeline, segment); });
  const std::string title =
      fmt::format("{} saw {}: {}", packets.host, exact ? "exactly" : "first", wanted);
  const std::string expected =
      fmt::format("{} sees {}: {}", packets.host,
                  exact ? "these segments and no other" : "these segments first", wanted);
  const std::string difference = first_difference(timeline, packets, seen);

  // A lost packet may be the very one that is missing, or one that should not
  // have been there; only what was seen from the first on is certain.
  if (timeline.packets_lost && (exact || !difference.empty()))
    return {not_observed(title, "packets", expected,
                         "the capture lost packets, so that neither their order nor their "
                         "absence is certain")};
  if (difference.empty()) return {passed(title, "packets", expected, "saw " + all)};
  return {failed(title, "packets", expected,
                 fmt::format("{}; all that was seen: {}", difference, all))};
}

}  // namespace lab::check
