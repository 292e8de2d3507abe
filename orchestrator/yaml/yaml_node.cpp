// SPDX-License-Identifier: MIT
#include "yaml/yaml_node.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "yaml/plain_text.hpp"

namespace lab::yaml {
namespace {

Position position(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

class TreeBuilder : public YAML::EventHandler {
 public:
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    add(YamlNode{YamlNode::Kind::null, position(mark), {}, {}, {}});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Problem(position(mark), "an alias (*name) is not allowed here; write the value itself");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_extras(mark, tag, anchor);
    add(YamlNode{YamlNode::Kind::scalar, position(mark), value, {}, {}});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    begin(YamlNode{YamlNode::Kind::sequence, position(mark), {}, {}, {}});
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    begin(YamlNode{YamlNode::Kind::map, position(mark), {}, {}, {}});
  }
  void OnMapEnd() override { end(); }

 private:
  // A map or list that has not ended yet, and in a map the key that has no value yet.
  struct Level {
    YamlNode node;
    std::optional<YamlEntry> pending;
    std::map<std::string, int> lines;  // of the keys so far, so that equal ones are found fast
  };

  static void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor)
      throw Problem(position(mark),
                    "an anchor (&name) is not allowed here; write the value itself");
    // yaml-cpp says "?" for a plain value and "!" for a quoted one.
    if (!tag.empty() && tag != "?" && tag != "!")
      throw Problem(position(mark),
                    fmt::format("a tag ({}) is not allowed here; write the value alone", tag));
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

// Just after the last character that is not a newline.
Position end_of(std::string_view text) {
  const std::string_view body = text.substr(0, text.find_last_not_of("\r\n") + 1);
  const std::size_t newline = body.rfind('\n');
  const std::size_t line_begin = newline == std::string_view::npos ? 0 : newline + 1;
  return {static_cast<int>(std::count(body.begin(), body.end(), '\n')) + 1,
          static_cast<int>(body.size() - line_begin) + 1};
}

// yaml-cpp's message, and the remedy where the mistake is a common one.
std::string explain(const YAML::ParserException& error) {
  if (error.msg == YAML::ErrorMsg::DOC_IN_SCALAR || error.msg == YAML::ErrorMsg::EOF_IN_SCALAR)
    return "broken YAML: a quoted text is not closed; write its second quote";
  const std::string message = fmt::format("broken YAML: {}", error.msg);
  if (error.msg == YAML::ErrorMsg::MAP_VALUE || error.msg == YAML::ErrorMsg::MAP_KEY)
    return message + "; a text that holds \": \" must be put in quotes";
  if (error.msg == YAML::ErrorMsg::END_OF_MAP || error.msg == YAML::ErrorMsg::END_OF_SEQ)
    return message + "; check that this line is indented like its neighbours";
  if (error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW)
    return message + "; a } or a comma is missing before this";
  if (error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW)
    return message + "; a ] or a comma is missing before this";
  if (error.msg == YAML::ErrorMsg::TAB_IN_INDENTATION) return message + "; indent with spaces";
  return message + "; look for a missing or extra quote, bracket or colon";
}

}  // namespace

YamlNode read_yaml(std::string_view text) {
  if (text.size() > largest_text)
    throw Problem({1, 1}, fmt::format("the file has {} bytes; a scenario has at most {}",
                                      text.size(), largest_text));
  require_plain_text(text);
  TreeBuilder builder;
  try {
    // With an end marker, yaml-cpp cannot take the end of the file for the end of an
    // unclosed quoted text.
    std::istringstream stream{std::string(text) + "\n...\n"};
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    YamlNode root = builder.take();
    TreeBuilder rest;
    if (parser.HandleNextDocument(rest))
      throw Problem(rest.take().at, "a second document begins here; write one scenario per file");
    return root;
  } catch (const YAML::ParserException& error) {
    // The end marker that was appended is not in the file.
    const Position at = position(error.mark), end = end_of(text);
    throw Problem(at.line > end.line ? end : at, explain(error));
  }
}

}  // namespace lab::yaml
