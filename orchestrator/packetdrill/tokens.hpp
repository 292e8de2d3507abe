// SPDX-License-Identifier: MIT
//
// The words and marks of a script, and a cursor in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "packetdrill/script.hpp"

namespace lab::packetdrill {

struct Token {
  enum class Kind {
    word,      // "connect", "3021b9d8"
    integer,   // "-1", "0x1f": `number`
    decimal,   // ".1", "0.25", without an exponent
    string,    // without its quotes; escapes as they are written
    command,   // without its backquotes
    code,      // without %{ and }%
    option,    // "--mtu" without its dashes
    address,   // "192.0.2.1", "fd3d::1"
    ellipsis,  // "..."
    mark,      // one character
    end,       // of the script
  };
  Kind kind = Kind::end;
  std::string text;
  std::int64_t number = 0;
  bool hexadecimal = false;
  Position at;
};

// Splits a script. Throws yaml::Problem for what does not end. Digits that do not fit into 63 bits
// are a word.
std::vector<Token> tokens_of(std::string_view text);

// The text without the lines between #ifdef NAME, #else and #endif that do not hold, and without
// those; lines keep their numbers. Throws yaml::Problem.
std::string without_conditionals(std::string_view text, const Defines& defines);

// "\"connect\"", "the end of the script"
std::string describe(const Token& token);

class Cursor {
 public:
  explicit Cursor(std::vector<Token> tokens);

  const Token& next(std::size_t ahead = 0) const;
  Token take();

  bool is(Token::Kind kind, std::size_t ahead = 0) const { return next(ahead).kind == kind; }
  bool is_mark(char mark, std::size_t ahead = 0) const;
  bool is_word(std::string_view word, std::size_t ahead = 0) const;
  // Takes it if it is next.
  bool accept_mark(char mark);
  bool accept_word(std::string_view word);

  // Takes it, or throws Problem: `what` names the construct in messages, "an option list".
  Token require(Token::Kind kind, std::string_view what);
  void require_mark(char mark, std::string_view what);
  std::int64_t require_number(std::int64_t least, std::int64_t most, std::string_view what);

  // Replaces the words that follow by the values of the names that they are.
  void define(const Defines& defines);

  [[noreturn]] void refuse(std::string_view expected) const;

 private:
  std::vector<Token> tokens_;  // the last one is the end
  std::size_t at_ = 0;
};

}  // namespace lab::packetdrill
