// SPDX-License-Identifier: MIT
//
// Parses segments: those that are expected, those that are injected, and those that another
// key refers to.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenario/parse_parts.hpp"
#include "scenario/reading.hpp"
#include "util/text.hpp"

namespace lab::scenario {

TcpFlags parse_flags(std::string_view text, Position at) {
  const auto flags = TcpFlags::parse(text);
  if (!flags)
    throw Problem(at, fmt::format("\"{}\" is not a set of flags; write those of S F R P . U W E "
                                  "that are set (\".\" is ACK)",
                                  text));
  return *flags;
}

namespace {

// A list of words that begins "FROM > TO FLAGS".
class SegmentWords {
 public:
  SegmentWords(const YamlNode& node, const Names& names, std::string_view remedy)
      : at_(node.at), names_(names), text_(text_of(node, "a segment")), parts_(words(text_)) {
    if (parts_.size() < 4 || parts_[1] != ">")
      throw Problem(at_, fmt::format("\"{}\" is not a segment; {}", text_, remedy));
  }

  Position at() const { return at_; }
  Place from() const { return names_.end(parts_[0], at_); }
  Place to() const { return names_.end(parts_[2], at_); }
  std::string_view third() const { return parts_[3]; }
  bool has_more() const { return next_ < parts_.size(); }
  std::string_view word() { return parts_[next_++]; }
  // The operand that must follow `word`.
  std::string_view operand(std::string_view word) {
    if (!has_more())
      throw Problem(at_,
                    fmt::format("\"{}\" ends with \"{}\"; write a number after it", text_, word));
    return parts_[next_++];
  }
  Number number(std::string_view word) { return names_.number(operand(word), word, at_); }

  // Refuses a word that occurs twice, in any spelling.
  void take_once(std::string_view what) {
    if (!taken_.emplace(what).second)
      throw Problem(at_, fmt::format("{} occurs twice; keep one", what));
  }

 private:
  Position at_;
  const Names& names_;
  std::string text_;
  std::vector<std::string_view> parts_;
  std::size_t next_ = 4;
  std::set<std::string> taken_;
};

void require_ack(const TcpFlags& flags, Position at) {
  if (!flags.ack)
    throw Problem(at,
                  "a segment without ACK acknowledges nothing; add \".\" to the flags or "
                  "remove ack");
}

// Reads the words common to expected and injected segments: numbers and window. False: the word
// is another one.
template <typename Segment>
bool take_number(const std::string& word, SegmentWords& words, Segment& segment) {
  const bool raw = word.starts_with("raw");
  if (word == "seq" || word == "rawseq") {
    segment.sequence = words.number(word);
    segment.raw_sequence = raw;
  } else if (word == "ack" || word == "rawack") {
    segment.acknowledgment = words.number(word);
    segment.raw_acknowledgment = raw;
    require_ack(segment.flags, words.at());
  } else if (word == "win") {
    segment.window = words.number(word);
  } else {
    return false;
  }
  return true;
}

// "100:0" after `word`: two numbers or values.
std::array<Number, 2> pair_of(SegmentWords& words, const Names& names, std::string_view word,
                              std::string_view remedy) {
  const std::string_view pair = words.operand(word);
  const std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos)
    throw Problem(words.at(), fmt::format("{} is {}", word, remedy));
  return {names.number(pair.substr(0, colon), word, words.at()),
          names.number(pair.substr(colon + 1), word, words.at())};
}

const std::vector<std::string> expected_words{"seq",      "ack",    "length", "win",    "mss",
                                              "wscale",   "rawseq", "rawack", "sackOK", "ts",
                                              "nosackOK", "nots",   "sack"};
const std::vector<std::string> injected_words{"seq", "ack",    "rawseq", "rawack", "win",
                                              "mss", "wscale", "sackOK", "ts",     "fastopen"};

}  // namespace

ExpectedSegment parse_segment(const YamlNode& node, const Names& names) {
  SegmentWords words(node, names,
                     "write \"FROM > TO FLAGS\", as in \"client > server S. seq 0 ack 1\"");
  ExpectedSegment segment;
  segment.at = words.at();
  segment.from = words.from();
  segment.to = words.to();
  if (words.third() == "icmp") {
    const std::string name(words.operand("icmp"));
    if (std::ranges::find(icmp_errors(), name) == icmp_errors().end())
      throw Problem(words.at(),
                    fmt::format("there is no ICMP error {}", unknown(name, icmp_errors())));
    if (words.has_more())
      throw Problem(words.at(), "only the name of an ICMP error is compared; remove the rest");
    segment.icmp = name;
    return segment;
  }
  segment.flags = parse_flags(words.third(), words.at());
  while (words.has_more()) {
    const std::string word(words.word());
    const bool raw = word.starts_with("raw"), no = word.starts_with("no");
    words.take_once(raw ? word.substr(3) : no ? word.substr(2) : word);
    if (take_number(word, words, segment)) continue;
    if (word == "length") {
      segment.length = words.number(word);
    } else if (word == "mss") {
      segment.mss = words.number(word);
    } else if (word == "wscale") {
      segment.wscale = words.number(word);
    } else if (word == "sackOK" || word == "nosackOK") {
      segment.sack = !no;
    } else if (word == "ts" || word == "nots") {
      segment.timestamps = !no;
    } else if (word == "sack") {
      segment.sack_block = pair_of(words, names, word,
                                   "the first byte of a block and the byte after "
                                   "it; write sack 0:1");
      require_ack(segment.flags, words.at());
    } else {
      throw Problem(words.at(), fmt::format("a segment has no {}", unknown(word, expected_words)));
    }
  }
  return segment;
}

namespace {

std::string cookie_of(SegmentWords& words) {
  // RFC 7413, section 4.1.1: 4 to 16 bytes, or none for a request.
  const std::string cookie(words.operand("fastopen"));
  if (cookie == "request") return "";
  const bool hexadecimal = cookie.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!hexadecimal || cookie.size() % 2 != 0 || cookie.size() < 8 || cookie.size() > 32)
    throw Problem(words.at(),
                  "a fast open cookie has 4 to 16 bytes; write them as hexadecimal "
                  "digits, or fastopen request");
  return cookie;
}

int small_number(SegmentWords& words, std::string_view word, std::uint32_t most) {
  const auto number = to_integer<std::uint32_t>(words.operand(word));
  if (!number || *number > most)
    throw Problem(words.at(), fmt::format("{} is a number from 0 to {}", word, most));
  return static_cast<int>(*number);
}

}  // namespace

InjectedSegment parse_injected_segment(const YamlNode& node, const Names& names) {
  constexpr std::uint32_t largest_mss = 65535, largest_shift = 255;
  SegmentWords words(
      node, names,
      "write \"FROM:PORT > TO:PORT FLAGS\", as in \"client:40000 > server:8888 S seq 0\"");
  InjectedSegment segment;
  segment.at = words.at();
  segment.from = words.from();
  segment.to = words.to();
  for (const Place& place : {segment.from, segment.to})
    if (place.port == Number{})
      throw Problem(words.at(), fmt::format("an injected segment needs a port at each end; write "
                                            "{}:8888",
                                            place.host));
  segment.flags = parse_flags(words.third(), words.at());
  while (words.has_more()) {
    const std::string word(words.word());
    const bool raw = word.starts_with("raw");
    words.take_once(raw ? word.substr(3) : word);
    if (take_number(word, words, segment)) continue;
    if (word == "mss") {
      segment.mss = small_number(words, word, largest_mss);
    } else if (word == "wscale") {
      segment.wscale = small_number(words, word, largest_shift);
    } else if (word == "sackOK") {
      segment.sack = true;
    } else if (word == "ts") {
      segment.timestamps = pair_of(words, names, word, "a value and an echo; write ts 100:0");
    } else if (word == "fastopen") {
      segment.fastopen_cookie = cookie_of(words);
    } else {
      throw Problem(words.at(),
                    fmt::format("an injected segment has no {}", unknown(word, injected_words)));
    }
  }
  return segment;
}

PathSegment parse_path_segment(const YamlNode& node, const Names& names) {
  const std::string text = text_of(node, "segment");
  const auto parts = words(text);
  if (parts.size() != 4 || parts[1] != ">")
    throw Problem(node.at, fmt::format("\"{}\" is not a segment; write \"FROM > TO FLAGS\", as in "
                                       "\"client:40000 > server:8888 S\"",
                                       text));
  return {names.end(parts[0], node.at), names.end(parts[2], node.at),
          parse_flags(parts[3], node.at), node.at};
}

}  // namespace lab::scenario
