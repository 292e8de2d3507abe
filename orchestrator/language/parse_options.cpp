// SPDX-License-Identifier: MIT
//
// Parses exact lists of TCP options.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "language/parse_parts.hpp"
#include "record/tcp_options.hpp"
#include "util/text.hpp"

namespace lab::language {

using scenario::fastopen_magic;
using scenario::InjectedSegment;
using scenario::ListedOption;
using scenario::named_options;
using scenario::NamedOption;
using scenario::Number;
using scenario::option_experimental;
using scenario::option_fastopen;
using scenario::option_md5;

namespace {

using Words = std::vector<std::string_view>;

constexpr std::size_t most_option_data = most_option_bytes - 2;  // bytes, without kind and length

const std::vector<std::string> option_words{"mss",  "sackOK",   "ts",          "nop",
                                            "eol",  "wscale",   "sack",        "md5",
                                            "kind", "fastopen", "fastopen-exp"};

class OptionParser {
 public:
  OptionParser(const Words& words, const Names& names, Position at, bool injected)
      : words_(words), names_(names), at_(at), injected_(injected) {}

  ListedOption parse() {
    const std::string_view word = words_[0];
    if (word == "md5") return with_data(option_md5, 16, true);
    if (word == "fastopen") return fastopen(option_fastopen, "");
    if (word == "fastopen-exp") return fastopen(option_experimental, fastopen_magic);
    if (word == "kind") return of_kind();
    const auto found = std::ranges::find(named_options, word, &NamedOption::word);
    if (found == std::end(named_options))
      throw Problem(
          at_, fmt::format("there is no TCP option {}", unknown(std::string(word), option_words)));
    ListedOption option{found->kind, {}, {}, {}};
    if (found->numbers == 0) {
      if (words_.size() > 1)
        throw Problem(at_,
                      fmt::format("the option {} has no value; remove \"{}\"", word, words_[1]));
      return option;
    }
    if (words_.size() == 1) {
      if (injected_)
        throw Problem(at_, fmt::format("the option {} needs a value; write {}", word,
                                       example(found->numbers, word)));
      return option;
    }
    if (words_.size() > 2 && word != "sack")
      throw Problem(at_,
                    fmt::format("the option {} has one value; remove \"{}\"", word, words_[2]));
    for (std::size_t i = 1; i < words_.size(); ++i) add_numbers(option, words_[i], found->numbers);
    return option;
  }

 private:
  static std::string example(std::size_t numbers, std::string_view word) {
    return fmt::format("{} {}", word, numbers == 1 ? "1" : "0:1");
  }

  void add_numbers(ListedOption& option, std::string_view value, std::size_t count) {
    const std::string_view word = words_[0];
    Words parts{value};
    if (count == 2) {
      const std::size_t colon = value.find(':');
      if (colon == std::string_view::npos)
        throw Problem(at_, fmt::format("the option {} is \"{}\"; write {}", word, value,
                                       example(count, word)));
      parts = {value.substr(0, colon), value.substr(colon + 1)};
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      std::string_view part = parts[i];
      if (word == "ts" && part.starts_with('+')) {
        option.from_first[i] = true;
        part.remove_prefix(1);
      }
      option.numbers.push_back(names_.number(part, word, at_));
      const Number& number = option.numbers.back();
      const std::int64_t most = word == "mss" ? 65535 : word == "wscale" ? 255 : UINT32_MAX;
      if (number.value.empty() && number.number > most)
        throw Problem(at_, fmt::format("{} is a number from 0 to {}", word, most));
    }
  }

  // `exact`: the option has as many bytes of data.
  ListedOption with_data(std::uint8_t kind, std::size_t most, bool exact) {
    ListedOption option{kind, {}, {}, {}};
    if (words_.size() > 1) option.data = parse_hex(words_[1], words_[0], most, at_);
    if (injected_ && !option.data)
      throw Problem(at_, fmt::format("the option {} needs its bytes; write them as hexadecimal "
                                     "digits",
                                     words_[0]));
    if (exact && option.data && option.data->size() != 2 * most)
      throw Problem(at_, fmt::format("the option {} has {} bytes, not {}", words_[0], most,
                                     option.data->size() / 2));
    return option;
  }

  ListedOption fastopen(std::uint8_t kind, std::string_view before) {
    ListedOption option{kind, {}, {}, {}};
    const std::size_t room = most_option_data - before.size() / 2;
    if (words_.size() > 1 && words_[1] == "any")
      throw Problem(at_,
                    injected_ || !before.empty()
                        ? "fastopen any is no cookie; write its hexadecimal digits"
                        : "in a list of options, fastopen without a cookie is any; remove any");
    if (words_.size() > 1)
      option.data = std::string(before) +
                    (words_[1] == "request" ? "" : parse_hex(words_[1], words_[0], room, at_));
    else if (injected_)
      throw Problem(at_,
                    "the option fastopen needs a cookie; write it as hexadecimal digits, or "
                    "fastopen request");
    else if (!before.empty())
      throw Problem(at_,
                    "fastopen-exp needs a cookie; write it as hexadecimal digits, or "
                    "fastopen-exp request");
    return option;
  }

  ListedOption of_kind() {
    const auto kind = words_.size() > 1 ? to_integer<std::uint8_t>(words_[1]) : std::nullopt;
    if (!kind || *kind < 2)
      throw Problem(at_,
                    "kind needs a number from 2 to 255, then the option's bytes; write kind "
                    "253 abcd");
    ListedOption option{*kind, {}, {}, {}};
    if (words_.size() > 2) option.data = parse_hex(words_[2], "kind", most_option_data, at_);
    if (injected_ && !option.data) option.data = "";
    return option;
  }

  const Words& words_;
  const Names& names_;
  Position at_;
  bool injected_;
};

}  // namespace

std::string parse_hex(std::string_view text, std::string_view what, std::size_t most, Position at) {
  const bool hexadecimal = std::ranges::all_of(
      text, [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; });
  if (!hexadecimal || text.size() % 2 != 0 || text.size() > 2 * most)
    throw Problem(at, fmt::format("{} \"{}\": write at most {} bytes as hexadecimal digits, two a "
                                  "byte",
                                  what, text, most));
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  });
  return lower;
}

std::size_t size_of(const ListedOption& option) {
  if (option.kind <= static_cast<std::uint8_t>(TcpOptionKind::nop)) return 1;
  if (option.data) return 2 + option.data->size() / 2;
  switch (static_cast<TcpOptionKind>(option.kind)) {
    case TcpOptionKind::mss:
      return 4;
    case TcpOptionKind::window_scale:
      return 3;
    default:
      return 2 + 4 * option.numbers.size();
  }
}

std::vector<ListedOption> parse_options(std::string_view text, const Names& names, Position at,
                                        bool injected) {
  std::vector<ListedOption> options;
  std::size_t bytes = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    const Words parts = words(text.substr(begin, comma - begin));
    begin = comma + 1;
    if (parts.empty()) {
      if (options.empty() && begin > text.size()) break;  // "<>"
      throw Problem(at,
                    "an option of the list is missing; write <mss 1460,sackOK>, or <> for none");
    }
    options.push_back(OptionParser(parts, names, at, injected).parse());
    bytes += size_of(options.back());
  }
  if (injected && bytes > most_option_bytes)
    throw Problem(at, fmt::format("the options take {} bytes; a TCP header has room for {}", bytes,
                                  most_option_bytes));
  return options;
}

std::size_t option_bytes(const InjectedSegment& segment) {
  std::size_t bytes = 0;
  for (const ListedOption& option : segment.options.value_or(std::vector<ListedOption>{}))
    bytes += size_of(option);
  if (segment.mss) bytes += 4;
  if (segment.sack) bytes += 2;
  if (segment.timestamps) bytes += 10;
  if (segment.wscale) bytes += 3;
  if (segment.fastopen_cookie) bytes += 2 + segment.fastopen_cookie->size() / 2;
  return (bytes + 3) / 4 * 4;
}

}  // namespace lab::language
