// SPDX-License-Identifier: MIT
#include "run/words.hpp"

#include <fmt/format.h>

#include <cctype>

#include "run/addresses.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }
bool goes_on(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

// The name at the beginning of `text`; empty: none.
std::string name_at(std::string_view text) {
  std::size_t length = 0;
  if (!text.empty() && is_letter(text[0]))
    while (length < text.size() && goes_on(text[length])) ++length;
  return std::string(text.substr(0, length));
}

bool is_host(const std::string& name, const Timeline& timeline) {
  for (const HostRecord& host : timeline.hosts)
    if (host.name == name) return true;
  return false;
}

std::string address_of(const std::string& host, const Timeline& timeline, bool in_brackets) {
  const Address address = resolve({host, {}, ""}, timeline).address;
  return in_brackets && address.family() == Family::inet6 ? fmt::format("[{}]", address.str())
                                                          : address.str();
}

}  // namespace

std::string replace_names(std::string_view text, const Timeline& timeline) {
  const std::string_view whole = text;
  std::string result;
  for (;;) {
    const std::size_t dollar = text.find('$');
    result += text.substr(0, dollar);
    if (dollar == std::string_view::npos) return result;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      result += '$';
      text.remove_prefix(1);
      continue;
    }
    const std::string name = name_at(text);
    text.remove_prefix(name.size());
    if (const auto value = timeline.values.find(name); value != timeline.values.end())
      result += std::to_string(value->second);
    else if (is_host(name, timeline) || name == scenario::loopback_word)
      result += address_of(name, timeline, text.starts_with(':') || result.ends_with("//"));
    else
      throw UsageError(
          fmt::format("\"{}\": there is no host and no value named \"{}\"; write $$ for a plain $",
                      whole, name));
  }
}

}  // namespace lab::run
