// SPDX-License-Identifier: MIT
#include "record/witness.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lab {
namespace {

constexpr std::array<std::pair<Witness, std::string_view>, 6> witness_names{{
    {Witness::module, "module"},
    {Witness::sock_diag, "sock_diag"},
    {Witness::packets, "packets"},
    {Witness::socket, "socket"},
    {Witness::program, "program"},
    {Witness::trace, "trace"},
}};

constexpr std::string_view separator = ", ";

}  // namespace

std::string_view to_string(Witness witness) {
  return std::ranges::find(witness_names, witness, &std::pair<Witness, std::string_view>::first)
      ->second;
}

std::optional<Witness> witness_from(std::string_view word) {
  for (const auto& [witness, name] : witness_names)
    if (word == name) return witness;
  return std::nullopt;
}

std::optional<Witnesses> Witnesses::parse(std::string_view text) {
  Witnesses parsed;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    const auto witness = witness_from(text.substr(0, end));
    if (!witness) return std::nullopt;
    parsed.all_.push_back(*witness);
    text = end == std::string_view::npos ? "" : text.substr(end + separator.size());
  }
  return parsed;
}

bool Witnesses::contains(Witness witness) const {
  return std::ranges::find(all_, witness) != all_.end();
}

std::string Witnesses::str() const {
  std::vector<std::string_view> names;
  for (const Witness witness : all_) names.push_back(to_string(witness));
  return fmt::format("{}", fmt::join(names, separator));
}

}  // namespace lab
