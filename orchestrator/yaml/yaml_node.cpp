// SPDX-License-Identifier: MIT
#include "yaml/yaml_node.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <array>
#include <map>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "yaml/plain_text.hpp"

namespace lab::yaml {
namespace {

Position position(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

std::string text_at(const yaml_char_t* bytes, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes), length};
}

// What YAML takes for no value (https://yaml.org/spec/1.2.2/, section 10.3.2).
bool is_null(std::string_view plain) {
  constexpr std::array<std::string_view, 5> words{"", "~", "null", "Null", "NULL"};
  return std::ranges::find(words, plain) != words.end();
}

class TreeBuilder {
 public:
  YamlNode take() { return std::move(root_); }

  void on(const yaml_event_t& event) {
    const Position at = position(event.start_mark);
    switch (event.type) {
      case YAML_ALIAS_EVENT:
        throw Problem(at, "an alias (*name) is not allowed here; write the value itself");
      case YAML_SCALAR_EVENT: {
        const auto& scalar = event.data.scalar;
        refuse_extras(at, scalar.tag, scalar.anchor);
        std::string text = text_at(scalar.value, scalar.length);
        if (scalar.style == YAML_PLAIN_SCALAR_STYLE && is_null(text))
          add(YamlNode{YamlNode::Kind::null, at, {}, {}, {}});
        else
          add(YamlNode{YamlNode::Kind::scalar, at, std::move(text), {}, {}});
        break;
      }
      case YAML_SEQUENCE_START_EVENT:
        refuse_extras(at, event.data.sequence_start.tag, event.data.sequence_start.anchor);
        begin(YamlNode{YamlNode::Kind::sequence, at, {}, {}, {}});
        break;
      case YAML_MAPPING_START_EVENT:
        refuse_extras(at, event.data.mapping_start.tag, event.data.mapping_start.anchor);
        begin(YamlNode{YamlNode::Kind::map, at, {}, {}, {}});
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        end();
        break;
      default:  // the beginning and the end of the stream, and of a document
        break;
    }
  }

 private:
  // A map or list that has not ended yet, and in a map the key that has no value yet.
  struct Level {
    YamlNode node;
    std::optional<YamlEntry> pending;
    std::map<std::string, int> lines;  // of the keys so far, so that equal ones are found fast
  };

  static void refuse_extras(Position at, const yaml_char_t* tag, const yaml_char_t* anchor) {
    if (anchor) throw Problem(at, "an anchor (&name) is not allowed here; write the value itself");
    if (tag)
      throw Problem(at, fmt::format("a tag ({}) is not allowed here; write the value alone",
                                    reinterpret_cast<const char*>(tag)));
  }

  void begin(YamlNode node) {
    if (levels_.size() == deepest_nesting)
      throw Problem(node.at, fmt::format("more than {} maps and lists inside each other; no "
                                         "scenario needs that, so look for a stray bracket",
                                         deepest_nesting));
    if (!levels_.empty() && awaits_key())
      throw Problem(node.at, "a key cannot be a map or a list; write one word and a colon");
    levels_.push_back({std::move(node), std::nullopt, {}});
  }

  void end() {
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    add(std::move(node));
  }

  bool awaits_key() const {
    return levels_.back().node.kind == YamlNode::Kind::map && !levels_.back().pending;
  }

  void add(YamlNode node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == YamlNode::Kind::sequence) {
      level.node.items.push_back(std::move(node));
    } else if (!level.pending) {
      begin_entry(level, node);
    } else {
      // An absent value has no position: use that of its key.
      if (node.kind == YamlNode::Kind::null) node.at = level.pending->at;
      level.pending->value = std::move(node);
      level.node.entries.push_back(std::move(*level.pending));
      level.pending.reset();
    }
  }

  static void begin_entry(Level& level, const YamlNode& key) {
    if (key.kind != YamlNode::Kind::scalar)
      throw Problem(key.at, "a key is missing; write one word and a colon");
    const auto [earlier, is_new] = level.lines.emplace(key.text, key.at.line);
    if (!is_new)
      throw Problem(key.at, fmt::format("\"{}\" is given twice, first in line {}; keep one",
                                        key.text, earlier->second));
    level.pending = YamlEntry{key.text, key.at, {}};
  }

  YamlNode root_;
  std::vector<Level> levels_;
};

// An error of the parser: its words, ours, and the remedy where it is a usual mistake.
struct Mistake {
  std::string_view parsers, ours, remedy;
};
constexpr std::array mistakes{
    Mistake{"mapping values are not allowed in this context", "illegal map value",
            "a text that holds \": \" must be put in quotes"},
    Mistake{"did not find expected key", "end of map not found",
            "check that this line is indented like its neighbours"},
    Mistake{"could not find expected ':'", "illegal map key",
            "a text that holds \": \" must be put in quotes"},
    Mistake{"did not find expected '-' indicator", "end of sequence not found",
            "check that this line is indented like its neighbours"},
    Mistake{"did not find expected ',' or '}'", "end of map flow not found",
            "a } or a comma is missing before this"},
    Mistake{"did not find expected ',' or ']'", "end of sequence flow not found",
            "a ] or a comma is missing before this"},
    Mistake{"found a tab character that violates indentation", "illegal tab when looking for "
            "indentation", "indent with spaces"},
    Mistake{"found unexpected ':'", "unexpected ':'",
            "write a blank after each colon: {left: , right: }"},
    Mistake{"found character that cannot start any token", "unknown token",
            "look for a missing or extra quote, bracket or colon"},
};

std::string explain(const yaml_parser_t& parser) {
  const std::string_view context = parser.context ? parser.context : "";
  const std::string_view problem = parser.problem ? parser.problem : "";
  if (context == "while scanning a quoted scalar" && problem.starts_with("found unexpected"))
    return "broken YAML: a quoted text is not closed; write its second quote";
  const auto* known = std::ranges::find(mistakes, problem, &Mistake::parsers);
  if (known != mistakes.end())
    return fmt::format("broken YAML: {}; {}", known->ours, known->remedy);
  return fmt::format(
      "broken YAML: {}; look for a missing or extra quote, bracket or colon", problem);
}

// Just after the last character that is not a newline.
Position end_of(std::string_view text) {
  const std::string_view body = text.substr(0, text.find_last_not_of("\r\n") + 1);
  const std::size_t newline = body.rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  return {static_cast<int>(std::count(body.begin(), body.end(), '\n')) + 1,
          static_cast<int>(body.size() - line_begin) + 1};
}

// The events of the parser, one after another. It is not recursive, and keeps no tree.
class Events {
 public:
  explicit Events(std::string_view text) : text_(text) {
    if (!yaml_parser_initialize(&parser_)) throw std::bad_alloc();
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
  }
  ~Events() {
    yaml_event_delete(&event_);
    yaml_parser_delete(&parser_);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;

  // The next one, until next() is called again. Throws Problem for broken YAML.
  const yaml_event_t& next() {
    yaml_event_delete(&event_);
    if (yaml_parser_parse(&parser_, &event_)) return event_;
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    // The end of the file may be reported as the beginning of a line after it.
    const Position at = position(parser_.problem_mark), end = end_of(text_);
    throw Problem(at.line > end.line ? end : at, explain(parser_));
  }

 private:
  std::string_view text_;
  yaml_parser_t parser_{};
  yaml_event_t event_{};
};

}  // namespace

YamlNode read_yaml(std::string_view text) {
  if (text.size() > largest_text)
    throw Problem({1, 1}, fmt::format("the file has {} bytes; a scenario has at most {}",
                                      text.size(), largest_text));
  require_plain_text(text);
  Events events(text);
  TreeBuilder builder;
  bool begun = false;
  for (;;) {
    const yaml_event_t& event = events.next();
    if (event.type == YAML_STREAM_END_EVENT) return builder.take();
    if (event.type == YAML_DOCUMENT_START_EVENT && std::exchange(begun, true))
      throw Problem(position(events.next().start_mark),
                    "a second document begins here; write one scenario per file");
    builder.on(event);
  }
}

}  // namespace lab::yaml
