// SPDX-License-Identifier: MIT
#include "check/one_segment.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "check/header_fields.hpp"
#include "check/option_list.hpp"
#include "check/resolve.hpp"
#include "util/text.hpp"

namespace lab::check {
namespace {

using scenario::ExpectedSegment;
using scenario::Number;

// Collects differences. Once it is another segment, ignores other numbers.
class Comparison {
 public:
  explicit Comparison(const Timeline& timeline) : timeline_(timeline) {}

  void require(bool same, std::string field, const std::string& seen = "", bool another = false) {
    if (same || (found_ && found_->another && !another)) return;
    if (!found_) found_ = Difference{std::move(field), "", another};
    if (!seen.empty()) found_->seen += (found_->seen.empty() ? "" : ", ") + seen;
  }
  // Compares unsigned fields of at most 32 bits. An empty `expected` always matches.
  template <typename Seen>
  void number(const std::optional<Number>& expected, const std::optional<Seen>& seen,
              std::string field, std::string_view word) {
    if (!expected) return;
    const auto wanted = static_cast<std::uint32_t>(value_of(timeline_, *expected).value_or(0));
    require(seen && *seen == wanted, std::move(field),
            seen ? fmt::format("{} {} instead of {}", word, *seen, wanted)
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

// What only the packet's bytes contain.
void compare_headers(Comparison& compare, const Timeline& timeline,
                     const ExpectedSegment& expected, const NumberedSegment& seen) {
  if (!expected.options && !expected.urgent && !expected.tos && !expected.ttl && !expected.ecn &&
      !expected.ae)
    return;
  const auto fields = header_fields(*seen.packet);
  if (!fields)
    return compare.require(false, "headers", "the capture has no whole TCP header of it");
  constexpr int ecn_bits = 3;
  compare.require(!expected.ae || *expected.ae == fields->ae, "flags",
                  fields->ae ? "AE set instead of clear" : "AE clear instead of set");
  compare.number(expected.urgent, std::optional(fields->urgent), "urgent pointer", "urg");
  compare.number(expected.tos, std::optional(fields->tos), "TOS", "tos");
  compare.number(expected.ttl, std::optional(fields->ttl), "TTL", "ttl");
  if (expected.ecn)
    compare.require(*expected.ecn == (fields->tos & ecn_bits), "ECN",
                    std::string(scenario::ecn_words[fields->tos & ecn_bits]));
  if (expected.options)
    compare.require(same_options(timeline, seen, *fields, *expected.options), "options",
                    options_in_words(timeline, seen, *fields, *expected.options));
}

void compare_fastopen(Comparison& compare, const ExpectedSegment& expected,
                      const TcpOptions& options) {
  if (!expected.fastopen) return;
  const auto& cookie = options.fastopen_cookie;
  const bool same = cookie && (*expected.fastopen == "any" ? !cookie->empty()
                                                           : *expected.fastopen == to_hex(*cookie));
  compare.require(same, "Fast Open cookie",
                  !cookie           ? "no fastopen"
                  : cookie->empty() ? "fastopen request"
                                    : "fastopen " + to_hex(*cookie));
}

std::optional<Difference> different_error(const Timeline& timeline, const std::string& host,
                                          const ExpectedSegment& expected, const IcmpError& seen) {
  Comparison compare(timeline);
  compare.require(is_host(timeline, expected.from, seen.source) &&
                      is_host(timeline, expected.to, seen.destination),
                  "direction", "", true);
  compare.require(icmp_code(expected.icmp, seen.source.family()) == seen.code, "error",
                  fmt::format("{} instead of {}", seen.name(), expected.icmp), true);
  // An error has the opposite direction of the segment that it is about.
  const Endpoint none;
  const auto& about = seen.about;
  const auto port = [&](const scenario::Place& place, const Endpoint& end) {
    if (place.port != Number{})
      compare.number(std::optional(place.port), std::optional(end.port), "port", "port");
  };
  port(expected.from, about ? about->destination : none);
  port(expected.to, about ? about->source : none);
  compare.number(expected.mtu, std::optional(seen.mtu), "MTU", "mtu");
  if (expected.sequence) {
    const auto initial =
        about && !expected.raw_sequence
            ? initial_numbers(timeline, host).of(about->source, about->destination).value_or(0)
            : 0;
    compare.number(expected.sequence,
                   about ? std::optional(about->sequence - initial) : std::nullopt,
                   "quoted sequence number", expected.raw_sequence ? "rawseq" : "seq");
  }
  return compare.found();
}

}  // namespace

std::optional<Difference> difference(const Timeline& timeline, const ExpectedSegment& expected,
                                     const NumberedSegment& seen) {
  if (expected.icmp.empty() == seen.packet->icmp.has_value())
    return Difference{"protocol", "", true};
  if (seen.packet->icmp)
    return different_error(timeline, seen.packet->host, expected, *seen.packet->icmp);

  const Segment& raw = *seen.packet->segment;
  const TcpOptions& options = raw.options;
  Comparison compare(timeline);
  compare.require(expected.flags == raw.flags, "flags",
                  fmt::format("{} instead of {}", flags_in_words(raw.flags),
                              flags_in_words(expected.flags)),
                  true);
  compare.require(is_host(timeline, expected.from, raw.source.address) &&
                      is_host(timeline, expected.to, raw.destination.address),
                  "direction",
                  fmt::format("from {} to {}", word_for(timeline, raw.source.address),
                              word_for(timeline, raw.destination.address)),
                  true);
  compare.require(
      is_end(timeline, expected.from, raw.source) && is_end(timeline, expected.to, raw.destination),
      "port", fmt::format("port {} > {}", raw.source.port, raw.destination.port), true);
  if (expected.raw_sequence)
    compare.number(expected.sequence, std::optional(raw.sequence), "sequence number", "rawseq");
  else
    compare.number(expected.sequence, std::optional(seen.sequence), "sequence number", "seq");
  if (expected.raw_acknowledgment)
    compare.number(expected.acknowledgment, std::optional(raw.acknowledgment),
                   "acknowledgment number", "rawack");
  else
    compare.number(expected.acknowledgment, std::optional(seen.acknowledgment),
                   "acknowledgment number", "ack");
  compare.number(expected.length, std::optional(raw.length), "length", "length");
  compare.number(expected.window, std::optional(raw.window), "window", "win");
  compare.number(expected.mss, options.mss, "MSS", "mss");
  compare.number(expected.wscale, options.window_scale, "window scale", "wscale");
  compare.option(expected.sack, options.sack_permitted, "SACK-permitted option");
  compare.option(expected.timestamps, options.timestamps.has_value(), "timestamps option");
  compare.sack(expected.sack_block, seen);
  compare_fastopen(compare, expected, options);
  compare_headers(compare, timeline, expected, seen);
  return compare.found();
}

std::string unknown_value(const Timeline& timeline, const ExpectedSegment& expected) {
  std::vector<std::optional<Number>> numbers{
      expected.from.port, expected.to.port, expected.sequence, expected.acknowledgment,
      expected.length,    expected.window,  expected.mss,      expected.wscale};
  for (const auto& number : {expected.urgent, expected.tos, expected.ttl, expected.mtu})
    numbers.push_back(number);
  for (const scenario::ListedOption& option :
       expected.options.value_or(std::vector<scenario::ListedOption>{}))
    numbers.insert(numbers.end(), option.numbers.begin(), option.numbers.end());
  if (expected.sack_block)
    numbers.insert(numbers.end(), expected.sack_block->begin(), expected.sack_block->end());
  for (const auto& number : numbers)
    if (number && !value_of(timeline, *number)) return number->value;
  return "";
}

}  // namespace lab::check
