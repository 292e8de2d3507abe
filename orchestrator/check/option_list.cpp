// SPDX-License-Identifier: MIT
#include "check/option_list.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "check/resolve.hpp"
#include "record/tcp_options.hpp"
#include "util/text.hpp"

namespace lab::check {
namespace {

using scenario::ListedOption;
using scenario::Number;

// How many bytes each number of an option has; 0: its data are no numbers.
std::size_t number_bytes(std::uint8_t kind) {
  switch (static_cast<TcpOptionKind>(kind)) {
    case TcpOptionKind::mss:
      return 2;
    case TcpOptionKind::window_scale:
      return 1;
    case TcpOptionKind::sack:
    case TcpOptionKind::timestamps:
      return 4;
    default:
      return 0;
  }
}

std::vector<std::uint32_t> numbers_in(const HeaderOption& option) {
  const std::size_t size = number_bytes(option.kind);
  std::vector<std::uint32_t> numbers;
  for (std::size_t at = 0; size != 0 && at + size <= option.data.size(); at += size) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8 | option.data[at + i];
    numbers.push_back(number);
  }
  return numbers;
}

// What is subtracted from a number of an option before it is compared.
std::uint32_t origin_of(const Timeline& timeline, const NumberedSegment& seen,
                        const ListedOption& option, std::size_t index) {
  const Segment& raw = *seen.packet->segment;
  if (option.kind == static_cast<std::uint8_t>(TcpOptionKind::sack))
    return raw.acknowledgment - seen.acknowledgment;
  if (index > 1 || !option.from_first[index]) return 0;
  const auto first = index == 0 ? first_timestamp(timeline, seen.packet->host, raw.source,
                                                  raw.destination)
                                : first_timestamp(timeline, seen.packet->host, raw.destination,
                                                  raw.source);
  return first.value_or(0);
}

std::uint32_t value_in(const Timeline& timeline, const Number& number) {
  return static_cast<std::uint32_t>(value_of(timeline, number).value_or(0));
}

bool same(const Timeline& timeline, const NumberedSegment& seen, const HeaderOption& option,
          const ListedOption& expected) {
  if (option.kind != expected.kind) return false;
  if (expected.data && *expected.data != to_hex(option.data)) return false;
  if (expected.numbers.empty()) return true;
  const auto numbers = numbers_in(option);
  // A script states the value of a timestamp, and leaves its echo open.
  const bool open_echo = expected.tick != 0 && expected.numbers.size() == 1;
  if (numbers.size() != expected.numbers.size() && !open_echo) return false;
  for (std::size_t i = 0; i < numbers.size() && i < expected.numbers.size(); ++i) {
    const std::uint32_t off = numbers[i] - origin_of(timeline, seen, expected, i) -
                              value_in(timeline, expected.numbers[i]);
    if (std::min(off, -off) > expected.tolerance) return false;
  }
  return true;
}

// The option as a file would expect it; `like`: the expected one in its place, or null.
ListedOption listed(const Timeline& timeline, const NumberedSegment& seen,
                    const HeaderOption& option, const ListedOption* like) {
  ListedOption made{option.kind, {}, {}, {}};
  const auto numbers = numbers_in(option);
  const bool whole = number_bytes(option.kind) * numbers.size() == option.data.size();
  if (!whole || (numbers.empty() && !option.data.empty()) ||
      option.kind == static_cast<std::uint8_t>(TcpOptionKind::fastopen_cookie)) {
    made.data = to_hex(option.data);
    return made;
  }
  if (option.kind == static_cast<std::uint8_t>(TcpOptionKind::timestamps))
    made.from_first =
        like && like->kind == option.kind ? like->from_first : std::array<bool, 2>{true, false};
  for (std::size_t i = 0; i < numbers.size(); ++i)
    made.numbers.push_back(
        {static_cast<std::int64_t>(numbers[i] - origin_of(timeline, seen, made, i)), ""});
  return made;
}

}  // namespace

std::string options_in_words(const Timeline& timeline, const NumberedSegment& seen,
                             const HeaderFields& fields,
                             const std::vector<ListedOption>& expected) {
  std::vector<ListedOption> options;
  for (std::size_t i = 0; i < fields.options.size(); ++i)
    options.push_back(listed(timeline, seen, fields.options[i],
                             i < expected.size() ? &expected[i] : nullptr));
  return scenario::describe(options);
}

bool same_options(const Timeline& timeline, const NumberedSegment& seen,
                  const HeaderFields& fields, const std::vector<ListedOption>& expected) {
  return std::ranges::equal(
      fields.options, expected,
      [&](const HeaderOption& option, const ListedOption& wanted) {
        return same(timeline, seen, option, wanted);
      });
}

}  // namespace lab::check
