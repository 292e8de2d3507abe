// SPDX-License-Identifier: MIT
//
// System calls: their arguments and results.
#include <fmt/format.h>

#include <algorithm>

#include "packetdrill/grammar.hpp"
#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using yaml::Problem;
using Kind = Token::Kind;
using Node = Expression::Kind;

constexpr int deepest_nesting = 16;

// The bytes of a string: C's escapes, with numbers in hexadecimal only.
std::string unescaped(const Token& token) {
  constexpr std::pair<char, char> letters[] = {{'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'0', '\0'}};
  std::string bytes;
  const std::string& text = token.text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      bytes.push_back(text[i]);
      continue;
    }
    const char escaped = text[++i];
    if (escaped == 'x') {
      const auto byte = from_hex(std::string_view(text).substr(i + 1, 2));
      if (!byte || byte->empty())
        throw Problem(token.at, "\\x in a string needs two hexadecimal digits");
      bytes.push_back(static_cast<char>(byte->front()));
      i += 2;
      continue;
    }
    const auto* letter = std::ranges::find(letters, escaped, &std::pair<char, char>::first);
    bytes.push_back(letter == std::end(letters) ? escaped : letter->second);
  }
  return bytes;
}

class CallParser {
 public:
  explicit CallParser(Cursor& cursor) : cursor_(cursor) {}

  // Values with commas between them, up to `close`, which is taken.
  std::vector<Expression> list(char close) {
    std::vector<Expression> items;
    if (cursor_.accept_mark(close)) return items;
    do items.push_back(expression());
    while (cursor_.accept_mark(','));
    cursor_.require_mark(close, "or \",\" behind a value");
    return items;
  }

  Expression expression() {
    if (++depth_ > deepest_nesting)
      throw Problem(cursor_.next().at, "the values are nested too deeply");
    Expression value = single();
    if (cursor_.is_mark('|')) {
      Expression either{Node::either, "", 0, {std::move(value)}, cursor_.next().at};
      while (cursor_.accept_mark('|')) either.parts.push_back(single());
      value = std::move(either);
    }
    --depth_;
    return value;
  }

 private:
  Expression single() {
    Expression value;
    value.at = cursor_.next().at;
    if (cursor_.is(Kind::ellipsis)) {
      cursor_.take();
    } else if (cursor_.is(Kind::integer)) {
      const Token token = cursor_.take();
      value.kind = Node::integer;
      value.number = token.number;
    } else if (cursor_.is(Kind::string)) {
      string(value);
    } else if (cursor_.is(Kind::word)) {
      word(value);
    } else if (cursor_.accept_mark('[')) {
      value.kind = Node::list;
      value.parts = list(']');
    } else if (cursor_.accept_mark('{')) {
      value.kind = Node::structure;
      value.parts = list('}');
    } else {
      cursor_.refuse("a value");
    }
    return value;
  }

  // Adjacent strings are one.
  void string(Expression& value) {
    value.kind = Node::string;
    while (cursor_.is(Kind::string)) value.text += unescaped(cursor_.take());
    if (!cursor_.is(Kind::ellipsis)) return;
    cursor_.take();
    value.kind = Node::prefix;
  }

  void word(Expression& value) {
    value.kind = Node::word;
    value.text = cursor_.take().text;
    if (cursor_.accept_mark('(')) {
      value.kind = Node::apply;
      value.parts = list(')');
    }
    if (!cursor_.accept_mark('=')) return;
    value.kind = Node::field;
    value.parts.insert(value.parts.begin(), expression());
  }

  Cursor& cursor_;
  int depth_ = 0;
};

// "(Connection refused)": words for the reader.
void skip_note(Cursor& cursor) {
  if (!cursor.accept_mark('(')) return;
  while (!cursor.accept_mark(')')) {
    if (!cursor.is(Kind::word)) cursor.refuse("words and \")\" in the note behind a result");
    cursor.take();
  }
}

}  // namespace

Call parse_call(Cursor& cursor) {
  Call call;
  if (cursor.is(Kind::ellipsis)) {
    cursor.take();
    call.end = parse_time(cursor);
  }
  call.name = cursor.require(Kind::word, "the name of a system call").text;
  CallParser parser(cursor);
  cursor.require_mark('(', fmt::format("behind {}", call.name));
  call.arguments = parser.list(')');
  cursor.require_mark('=', fmt::format("and the result behind {}()", call.name));
  call.result = parser.expression();
  if (cursor.is(Kind::word)) {
    call.error = cursor.take().text;
    if (!cursor.is_mark('(')) cursor.refuse("a note in parentheses behind the errno");
  }
  skip_note(cursor);
  return call;
}

}  // namespace lab::packetdrill
