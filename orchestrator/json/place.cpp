// SPDX-License-Identifier: MIT
#include "json/place.hpp"

#include "util/text.hpp"

namespace lab {
namespace {

// RFC 6901, 3: "~" and "/" within a name.
std::string escaped(std::string_view name) {
  std::string text;
  for (const char letter : name) {
    if (letter == '~')
      text += "~0";
    else if (letter == '/')
      text += "~1";
    else
      text += letter;
  }
  return text;
}

}  // namespace

void JsonPlace::refuse(std::string_view why) const {
  throw UsageError(fmt::format("{}: {}", path_.empty() ? "/" : path_, why));
}

void JsonPlace::require(bool is_it, std::string_view what) const {
  if (!is_it) refuse(fmt::format("must be {}, and is {}", what, value_->type_name()));
}

void JsonPlace::refuse_number(std::string_view limits) const {
  refuse(fmt::format("{} is out of range ({})", value_->dump(), limits));
}

JsonPlace JsonPlace::at(const char* name) const {
  auto member = find(name);
  if (!member) refuse(fmt::format("has no \"{}\"", name));
  return *std::move(member);
}

std::optional<JsonPlace> JsonPlace::find(const char* name) const {
  require(value_->is_object(), "an object");
  const auto member = value_->find(name);
  if (member == value_->end()) return std::nullopt;
  return JsonPlace(*member, fmt::format("{}/{}", path_, escaped(name)));
}

std::vector<JsonPlace> JsonPlace::items() const {
  require(value_->is_array(), "an array");
  std::vector<JsonPlace> all;
  for (std::size_t i = 0; i < value_->size(); ++i)
    all.emplace_back((*value_)[i], fmt::format("{}/{}", path_, i));
  return all;
}

std::vector<std::pair<std::string, JsonPlace>> JsonPlace::members() const {
  require(value_->is_object(), "an object");
  std::vector<std::pair<std::string, JsonPlace>> all;
  for (const auto& [name, member] : value_->items())
    all.emplace_back(name, JsonPlace(member, fmt::format("{}/{}", path_, escaped(name))));
  return all;
}

std::optional<std::string> JsonPlace::maybe_bytes(const std::string& name) const {
  if (auto text = maybe<std::string>(name.c_str())) return text;
  const auto hex = find((name + "_hex").c_str());
  if (!hex) return std::nullopt;
  const auto bytes = hex->parsed(from_hex, "hexadecimal, two digits a byte");
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace lab
