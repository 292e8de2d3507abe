// SPDX-License-Identifier: MIT
#include "scenario/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::scenario {
namespace {

using Relation = KernelBound::Relation;

// The longer ones first: ">" also begins ">=".
constexpr std::pair<std::string_view, Relation> signs[] = {{">=", Relation::at_least},
                                                           {"<=", Relation::at_most},
                                                           {">", Relation::above},
                                                           {"<", Relation::below},
                                                           {"=", Relation::equal}};

// The number that `text` begins with, cut off it.
std::optional<int> take_number(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = to_integer<int>(text.substr(0, digits));
  if (number) text.remove_prefix(digits);
  return number;
}

// The version that `text` begins with, cut off it.
std::optional<KernelVersion> take_version(std::string_view& text) {
  const auto major_number = take_number(text);
  if (!major_number || !text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  const auto minor_number = take_number(text);
  if (!minor_number) return std::nullopt;
  return KernelVersion{*major_number, *minor_number};
}

bool holds(const KernelBound& bound, const KernelVersion& version) {
  switch (bound.relation) {
    case Relation::at_least:
      return version >= bound.version;
    case Relation::above:
      return version > bound.version;
    case Relation::at_most:
      return version <= bound.version;
    case Relation::below:
      return version < bound.version;
    case Relation::equal:
      return version == bound.version;
  }
  return false;
}

template <typename Item>
bool is_among(const std::vector<Item>& items, const auto& item) {
  return items.empty() || std::ranges::find(items, item) != items.end();
}

}  // namespace

KernelRange parse_kernel_range(std::string_view text, Position at) {
  KernelRange range;
  for (const std::string_view word : words(text)) {
    const auto sign = std::ranges::find_if(
        signs, [&](const auto& candidate) { return word.starts_with(candidate.first); });
    std::string_view rest = word;
    if (sign != std::end(signs)) rest.remove_prefix(sign->first.size());
    const auto version = take_version(rest);
    if (sign == std::end(signs) || !version || !rest.empty())
      throw yaml::Problem(
          at, fmt::format("\"{}\" is not a kernel version bound; write \">=6.8\", or two "
                          "bounds: \">=6.8 <6.12\"",
                          word));
    range.push_back({sign->second, *version});
  }
  if (range.empty())
    throw yaml::Problem(
        at, "the kernel range is empty; write \">=6.8\", or two bounds: \">=6.8 <6.12\"");
  return range;
}

bool holds(const KernelRange& range, std::string_view release) {
  const auto version = take_version(release);
  return version && std::ranges::all_of(
                        range, [&](const KernelBound& bound) { return holds(bound, *version); });
}

bool concerns(const Condition& condition, Family family, std::string_view variant) {
  return is_among(condition.families, family) && is_among(condition.variants, variant);
}

}  // namespace lab::scenario
