// SPDX-License-Identifier: MIT
#include "check/one_segment.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "check/resolve.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedSegment;
using scenario::Number;

// Records the first difference and ignores later ones.
class Comparison {
 public:
  explicit Comparison(const Timeline& timeline) : timeline_(timeline) {}

  void require(bool same, std::string field, std::string seen = "", bool another = false) {
    if (!same && !found_) found_ = Difference{std::move(field), std::move(seen), another};
  }
  // Compares unsigned fields of at most 32 bits. An empty `expected` always matches.
  template <typename Seen>
  void number(const std::optional<Number>& expected, const std::optional<Seen>& seen,
              std::string field, std::string_view word) {
    if (!expected) return;
    const auto wanted = static_cast<std::uint32_t>(value_of(timeline_, *expected).value_or(0));
    require(seen && *seen == wanted, std::move(field),
            word.empty() ? ""
            : seen       ? fmt::format("{} {}", word, *seen)
                         : fmt::format("no {}", word));
  }
  // Compares the first SACK block, relative to the same initial number as the
  // acknowledgment.
  void sack(const std::optional<std::array<Number, 2>>& expected, const NumberedSegment& seen) {
    if (!expected) return;
    const Segment& raw = *seen.packet->segment;
    if (raw.options.sack.empty()) return require(false, "SACK", "no sack");
    const std::uint32_t initial = raw.acknowledgment - seen.acknowledgment;
    const auto [left, right] = raw.options.sack.front();
    const auto is = [&](const Number& wanted, std::uint32_t edge) {
      return static_cast<std::uint32_t>(value_of(timeline_, wanted).value_or(0)) == edge - initial;
    };
    require(is((*expected)[0], left) && is((*expected)[1], right), "SACK",
            fmt::format("sack {}:{}", left - initial, right - initial));
  }
  void option(std::optional<bool> expected, bool seen, std::string field) {
    require(!expected || *expected == seen, field, fmt::format("{} {}", seen ? "a" : "no", field));
  }

  std::optional<Difference> found() const { return found_; }

 private:
  const Timeline& timeline_;
  std::optional<Difference> found_;
};

bool is_host(const Timeline& timeline, const scenario::Place& place, const Address& address) {
  return is_end(timeline, {place.host, {}, place.at}, {address, 0});
}

std::optional<Difference> different_error(const Timeline& timeline, const ExpectedSegment& expected,
                                          const IcmpError& seen) {
  Comparison compare(timeline);
  compare.require(is_host(timeline, expected.from, seen.source) &&
                      is_host(timeline, expected.to, seen.destination),
                  "direction", "", true);
  compare.require(icmp_code(expected.icmp, seen.source.family()) == seen.code, "error", "", true);
  // An error has the opposite direction of the segment that it is about.
  const Endpoint none;
  const auto& about = seen.about;
  const auto port = [&](const scenario::Place& place, const Endpoint& end) {
    if (place.port != Number{})
      compare.number(std::optional(place.port), std::optional(end.port), "port", "port");
  };
  port(expected.from, about ? about->destination : none);
  port(expected.to, about ? about->source : none);
  return compare.found();
}

}  // namespace

std::optional<Difference> difference(const Timeline& timeline, const ExpectedSegment& expected,
                                     const NumberedSegment& seen) {
  if (expected.icmp.empty() == seen.packet->icmp.has_value())
    return Difference{"protocol", "", true};
  if (seen.packet->icmp) return different_error(timeline, expected, *seen.packet->icmp);

  const Segment& raw = *seen.packet->segment;
  const TcpOptions& options = raw.options;
  Comparison compare(timeline);
  compare.require(is_host(timeline, expected.from, raw.source.address) &&
                      is_host(timeline, expected.to, raw.destination.address),
                  "direction", "", true);
  compare.require(
      is_end(timeline, expected.from, raw.source) && is_end(timeline, expected.to, raw.destination),
      "port", fmt::format("port {} > {}", raw.source.port, raw.destination.port), true);
  compare.require(expected.flags == raw.flags, "flags", "", true);
  compare.number(expected.sequence,
                 std::optional(expected.raw_sequence ? raw.sequence : seen.sequence),
                 "sequence number", expected.raw_sequence ? "rawseq" : "");
  compare.number(
      expected.acknowledgment,
      std::optional(expected.raw_acknowledgment ? raw.acknowledgment : seen.acknowledgment),
      "acknowledgment number", expected.raw_acknowledgment ? "rawack" : "");
  compare.number(expected.length, std::optional(raw.length), "length", "");
  compare.number(expected.window, std::optional(raw.window), "window", "win");
  compare.number(expected.mss, options.mss, "MSS", "mss");
  compare.number(expected.wscale, options.window_scale, "window scale", "wscale");
  compare.option(expected.sack, options.sack_permitted, "SACK-permitted option");
  compare.option(expected.timestamps, options.timestamps.has_value(), "timestamps option");
  compare.sack(expected.sack_block, seen);
  return compare.found();
}

std::string unknown_value(const Timeline& timeline, const ExpectedSegment& expected) {
  std::vector<std::optional<Number>> numbers{
      expected.from.port, expected.to.port, expected.sequence, expected.acknowledgment,
      expected.length,    expected.window,  expected.mss,      expected.wscale};
  if (expected.sack_block)
    numbers.insert(numbers.end(), expected.sack_block->begin(), expected.sack_block->end());
  for (const auto& number : numbers)
    if (number && !value_of(timeline, *number)) return number->value;
  return "";
}

}  // namespace lab::check
