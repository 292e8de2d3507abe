// SPDX-License-Identifier: MIT
#include "packetdrill/tokens.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using yaml::Problem;
using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> tokens() {
    std::vector<Token> tokens;
    do tokens.push_back(next());
    while (tokens.back().kind != Kind::end);
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool begins(std::string_view with) const { return text_.substr(at_).starts_with(with); }
  // The length of the longest run of such characters from here on.
  template <typename Fits>
  std::size_t run(Fits fits, std::size_t from = 0) const {
    std::size_t length = from;
    while (at_ + length < text_.size() && fits(text_[at_ + length])) ++length;
    return length - from;
  }

  void skip(std::size_t count) {
    for (; count > 0; --count, ++at_) {
      if (text_[at_] == '\n') {
        ++place_.line;
        place_.column = 1;
      } else {
        ++place_.column;
      }
    }
  }
  std::string take(std::size_t count) {
    const std::string taken(text_.substr(at_, count));
    skip(count);
    return taken;
  }

  void skip_blanks_and_comments() {
    for (;;) {
      skip(run([](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }));
      if (begins("//"))
        skip(run([](char c) { return c != '\n'; }));
      else if (begins("/*"))
        take_until("*/", 2, "the comment");
      else
        return;
    }
  }

  // What stands between an opening and a closing mark, and takes both.
  std::string take_until(std::string_view close, std::size_t open, std::string_view what) {
    const std::size_t end = text_.find(close, at_ + open);
    if (end == std::string_view::npos)
      throw Problem(place_, fmt::format("{} that begins here does not end; write {}", what, close));
    const std::string inside(text_.substr(at_ + open, end - at_ - open));
    skip(end + close.size() - at_);
    return inside;
  }

  std::string take_quoted(char quote, std::string_view what) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote) end += text_[end] == '\\' ? 2u : 1u;
    if (end >= text_.size())
      throw Problem(place_, fmt::format("{} that begins here does not end; write {}", what, quote));
    const std::string inside(text_.substr(at_ + 1, end - at_ - 1));
    skip(end + 1 - at_);
    return inside;
  }

  // The length of an address that begins here; 0: none does. "1:1001(1000)" is none.
  std::size_t address_length() const {
    constexpr std::size_t longest = 64;  // longer than any address
    const std::string_view ahead = text_.substr(at_, longest);
    const auto* end =
        std::ranges::find_if_not(ahead, [](char c) { return is_hex(c) || c == ':' || c == '.'; });
    const auto length = static_cast<std::size_t>(end - ahead.begin());
    if (length == longest) return 0;
    const std::string_view word = ahead.substr(0, length);
    const bool ipv6 =
        word.find("::") != std::string_view::npos || std::ranges::count(word, ':') == 7;
    if (ipv6) return word.find("...") == std::string_view::npos ? length : 0;
    if (std::ranges::count(word, '.') != 3 || word.find(':') != std::string_view::npos) return 0;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const bool dot = word[i] == '.';
      if (!dot && !is_digit(word[i])) return 0;
      if (dot && (i == 0 || i + 1 == word.size() || word[i + 1] == '.')) return 0;
    }
    return length;
  }

  Token number_token(std::size_t length, bool hexadecimal) {
    Token token{Kind::integer, "", 0, hexadecimal, place_};
    token.text = take(length);
    const char* begin = token.text.data() + (hexadecimal ? 2 : 0);
    const char* end = token.text.data() + token.text.size();
    const auto [stop, error] = std::from_chars(begin, end, token.number, hexadecimal ? 16 : 10);
    // Digits that are no number of 63 bits: a Fast Open cookie.
    if (error != std::errc{} || stop != end) token.kind = Kind::word;
    return token;
  }

  // A number or a word, whichever is longer.
  Token number_or_word() {
    const std::size_t sign = peek() == '-' ? 1 : 0;
    const std::size_t word = sign == 0 ? run(is_letter) : 0;
    const std::size_t digits = run(is_digit, sign);
    std::size_t number = digits > 0 ? sign + digits : 0, decimal = 0;
    if (peek(sign + digits) == '.')
      if (const std::size_t fraction = run(is_digit, sign + digits + 1); fraction > 0)
        decimal = sign + digits + 1 + fraction;
    std::size_t hex = 0;
    if (begins("0x")) hex = 2 + run(is_hex, 2);
    if (decimal > std::max(word, number)) {
      const Position at = place_;
      return {Kind::decimal, take(decimal), 0, false, at};
    }
    if (hex > 2 && hex >= word) return number_token(hex, true);
    if (number > 0 && number >= word) return number_token(number, false);
    const Position at = place_;
    return {Kind::word, take(word), 0, false, at};
  }

  Token next() {
    skip_blanks_and_comments();
    const Position at = place_;
    const char c = peek();
    if (at_ == text_.size()) return {Kind::end, "", 0, false, at};
    if (c == '"') return {Kind::string, take_quoted('"', "the string"), 0, false, at};
    if (c == '`') return {Kind::command, take_quoted('`', "the command"), 0, false, at};
    if (begins("%{")) return {Kind::code, take_until("}%", 2, "the code"), 0, false, at};
    if (begins("...")) return {Kind::ellipsis, take(3), 0, false, at};
    if (begins("--") && is_letter(peek(2))) {
      skip(2);
      return {Kind::option, take(run(is_letter)), 0, false, at};
    }
    if (const std::size_t length = address_length(); length > 0)
      return {Kind::address, take(length), 0, false, at};
    const bool signed_number =
        c == '-' && (is_digit(peek(1)) || (peek(1) == '.' && is_digit(peek(2))));
    if (is_letter(c) || signed_number || (c == '.' && is_digit(peek(1)))) return number_or_word();
    return {Kind::mark, take(1), 0, false, at};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Position place_{1, 1};
};

// What replaces a word.
Token defined(const std::string& value, Position at) {
  const auto inside = [&] { return value.size() < 2 ? "" : value.substr(1, value.size() - 2); };
  if (value.starts_with('"')) return {Kind::string, inside(), 0, false, at};
  if (value.starts_with('`')) return {Kind::command, inside(), 0, false, at};
  if (const auto number = to_integer<std::int64_t>(value))
    return {Kind::integer, value, *number, false, at};
  return {Kind::word, value, 0, false, at};
}

}  // namespace

std::vector<Token> tokens_of(std::string_view text) { return Lexer(text).tokens(); }

std::string without_conditionals(std::string_view text, const Defines& defines) {
  std::string kept;
  std::vector<bool> holds;  // of those that are open
  int line = 0;
  for (const std::string_view each : lines(text)) {
    ++line;
    const auto all = words(each);
    const std::string_view directive = all.empty() ? std::string_view() : all[0];
    const bool begins = directive == "#ifdef" || directive == "#ifndef";
    const bool goes_on = directive == "#else" || directive == "#endif";
    if (begins && all.size() == 2)
      holds.push_back(defines.contains(std::string(all[1])) == (directive == "#ifdef"));
    else if (begins || (goes_on && holds.empty()))
      throw Problem({line, 1}, fmt::format("{} has no name, or no #ifdef", directive));
    else if (directive == "#else")
      holds.back() = !holds.back();
    else if (directive == "#endif")
      holds.pop_back();
    else if (std::ranges::find(holds, false) == holds.end())
      kept += each;
    kept += '\n';
  }
  if (!holds.empty()) throw Problem({line, 1}, "#ifdef has no #endif");
  if (!text.ends_with('\n') && !kept.empty()) kept.pop_back();
  return kept;
}

std::string describe(const Token& token) {
  switch (token.kind) {
    case Kind::end:
      return "the end of the script";
    case Kind::string:
      return "a string";
    case Kind::command:
      return "a command in backquotes";
    case Kind::code:
      return "code in %{ }%";
    case Kind::option:
      return fmt::format("\"--{}\"", token.text);
    default:
      return fmt::format("\"{}\"", token.text);
  }
}

Cursor::Cursor(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

const Token& Cursor::next(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token Cursor::take() {
  Token taken = next();
  if (at_ + 1 < tokens_.size()) ++at_;
  return taken;
}

bool Cursor::is_mark(char mark, std::size_t ahead) const {
  return is(Kind::mark, ahead) && next(ahead).text[0] == mark;
}

bool Cursor::is_word(std::string_view word, std::size_t ahead) const {
  return is(Kind::word, ahead) && next(ahead).text == word;
}

bool Cursor::accept_mark(char mark) {
  const bool found = is_mark(mark);
  if (found) take();
  return found;
}

bool Cursor::accept_word(std::string_view word) {
  const bool found = is_word(word);
  if (found) take();
  return found;
}

Token Cursor::require(Token::Kind kind, std::string_view what) {
  if (!is(kind)) refuse(what);
  return take();
}

void Cursor::require_mark(char mark, std::string_view what) {
  if (!accept_mark(mark)) refuse(fmt::format("\"{}\" {}", mark, what));
}

std::int64_t Cursor::require_number(std::int64_t least, std::int64_t most, std::string_view what) {
  const Token token = require(Kind::integer, what);
  if (token.number < least || token.number > most)
    throw Problem(token.at,
                  fmt::format("{} is not {}: from {} to {}", token.text, what, least, most));
  return token.number;
}

void Cursor::define(const Defines& defines) {
  for (std::size_t i = at_; i < tokens_.size(); ++i) {
    if (tokens_[i].kind != Kind::word) continue;
    const auto found = defines.find(tokens_[i].text);
    if (found != defines.end()) tokens_[i] = defined(found->second, tokens_[i].at);
  }
}

void Cursor::refuse(std::string_view expected) const {
  throw Problem(next().at, fmt::format("expected {}, found {}", expected, describe(next())));
}

}  // namespace lab::packetdrill
