// SPDX-License-Identifier: MIT
#include "cli/sender.hpp"

#include <fmt/format.h>
#include <pwd.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "util/text.hpp"

namespace lab::cli {
namespace {

// (uid_t)-1 is none: setresuid(2) takes it for "as it is".
constexpr std::uint32_t most_uid = std::numeric_limits<std::uint32_t>::max() - 1;

std::optional<std::uint32_t> number_from(std::string_view word) {
  if (!word.starts_with("0x") && !word.starts_with("0X")) return to_integer<std::uint32_t>(word);
  word.remove_prefix(2);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, 16);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  return number;
}

}  // namespace

CLI::Validator uid_or_user() {
  return CLI::Validator(
      [](std::string& word) {
        if (const auto uid = number_from(word); uid && *uid <= most_uid) {
          word = std::to_string(*uid);
          return std::string();
        }
        const passwd* user = ::getpwnam(word.c_str());
        if (!user)
          return fmt::format(
              "'{}' is no user of this machine: write the uid, a number from 0 to {}", word,
              most_uid);
        word = std::to_string(user->pw_uid);
        return std::string();
      },
      "");
}

CLI::Validator packet_mark() {
  return CLI::Validator(
      [](std::string& word) {
        const auto mark = number_from(word);
        if (!mark)
          return fmt::format(
              "'{}' is no mark: write one number from 0 to 0xffffffff, without a mask", word);
        word = std::to_string(*mark);
        return std::string();
      },
      "");
}

}  // namespace lab::cli
