// SPDX-License-Identifier: MIT
//
// Parses segments: those that are expected, those that are injected, and those that another
// key refers to.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "language/parse_parts.hpp"
#include "language/reading.hpp"
#include "record/tcp_options.hpp"
#include "util/text.hpp"

namespace lab::language {

using scenario::ecn_words;
using scenario::ExpectedSegment;
using scenario::icmp_errors;
using scenario::InjectedSegment;
using scenario::Number;
using scenario::PathSegment;
using scenario::Place;

TcpFlags parse_flags(std::string_view text, Position at) {
  if (text == "-") return {};
  const auto flags = TcpFlags::parse(text);
  if (!flags)
    throw Problem(at, fmt::format("\"{}\" is not a set of flags; write those of S F R P . U W E "
                                  "that are set (\".\" is ACK), or \"-\" if none is",
                                  text));
  return *flags;
}

std::string require_icmp(const std::string& name, Position at) {
  if (std::ranges::find(icmp_errors(), name) != icmp_errors().end()) return name;
  const auto parts = words(name);
  if (parts.empty() || parts[0] != "type")
    throw Problem(at, fmt::format("there is no ICMP error {}", unknown(name, icmp_errors())));
  if (parts.size() != 4 || parts[2] != "code")
    throw Problem(at, fmt::format("\"{}\" is not an ICMP error; by its numbers it is written type "
                                  "3 code 9",
                                  name));
  if (!to_integer<std::uint8_t>(parts[1]) || !to_integer<std::uint8_t>(parts[3]))
    throw Problem(at, fmt::format("\"{}\": type and code are numbers from 0 to 255", name));
  return name;
}

void require_reports_mtu(const std::string& icmp, Position at) {
  for (const Family family : {Family::inet, Family::inet6})
    if (const auto code = icmp_code(icmp, family); code && carries_mtu(*code, family)) return;
  throw Problem(at, fmt::format("the ICMP error {} reports no MTU; remove mtu, or write "
                                "frag-needed",
                                icmp));
}

namespace {

// A list of words that begins "FROM > TO FLAGS".
class SegmentWords {
 public:
  SegmentWords(const YamlNode& node, const Names& names, std::string_view remedy)
      : at_(node.at), names_(names), text_(text_of(node, "a segment")) {
    take_options();
    parts_ = words(text_);
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
  // The number that must follow `word`, at most the largest that its field holds.
  Number number(std::string_view word, std::uint32_t most = UINT32_MAX) {
    const Number number = names_.number(operand(word), word, at_);
    if (number.value.empty() && number.number > most)
      throw Problem(at_, fmt::format("{} is a number from 0 to {}", word, most));
    return number;
  }

  // What stands between < and >; nothing: there is no list of options.
  const std::optional<std::string>& options() const { return options_; }

  // Refuses a word that occurs twice, in any spelling.
  void take_once(std::string_view what) {
    if (!taken_.emplace(what).second)
      throw Problem(at_, fmt::format("{} occurs twice; keep one", what));
  }

 private:
  // Moves the list of options out of the text.
  void take_options() {
    const std::size_t begin = text_.find('<');
    if (begin == std::string::npos) return;
    const std::size_t end = text_.find('>', begin);
    if (end == std::string::npos || text_.find('<', begin + 1) != std::string::npos)
      throw Problem(
          at_, fmt::format("\"{}\": write one list of options, as in <mss 1460,sackOK>", text_));
    options_ = text_.substr(begin + 1, end - begin - 1);
    text_.replace(begin, end - begin + 1, " ");
  }

  Position at_;
  const Names& names_;
  std::string text_;
  std::optional<std::string> options_;
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
    segment.window = words.number(word, UINT16_MAX);
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

// Nothing: it is another word.
std::optional<int> ecn_of(std::string_view word) {
  const auto found = std::ranges::find(ecn_words, word);
  if (found == ecn_words.end()) return std::nullopt;
  return static_cast<int>(found - ecn_words.begin());
}

// tos has the ECN bits, too: beside one of their words it must say the same.
void require_same_ecn(int ecn, std::int64_t tos, Position at) {
  const std::int64_t in_tos = tos & 3;
  if (in_tos != ecn)
    throw Problem(at, fmt::format("the ECN bits of tos {} are {}, not {}; keep one of the two", tos,
                                  ecn_words[static_cast<std::size_t>(in_tos)],
                                  ecn_words[static_cast<std::size_t>(ecn)]));
}

// Options that are stated one by one cannot stand beside a list of all.
void require_one_way(const SegmentWords& words, bool single) {
  if (single && words.options())
    throw Problem(words.at(),
                  "a list in < > has all options; move mss, wscale, sackOK, ts, sack "
                  "and fastopen into it");
}

// RFC 7413, section 4.1.1, asks for 4 to 16 bytes, but the lab may send what is wrong. `any` is
// some cookie, where that can be compared.
std::string cookie_of(SegmentWords& words, bool any) {
  const std::string cookie(words.operand("fastopen"));
  if (cookie == "request") return "";
  if (any && cookie == "any") return cookie;
  return parse_hex(cookie, "fastopen", most_option_bytes - 2, words.at());
}

const std::vector<std::string> expected_words{
    "seq",    "ack",  "length", "win",      "mss",   "wscale", "rawseq",   "rawack",
    "sackOK", "ts",   "nots",   "nosackOK", "sack",  "urg",    "fastopen", "tos",
    "ttl",    "ect0", "ect1",   "ce",       "noect", "AE",     "noAE",     "parts"};
const std::vector<std::string> injected_words{
    "seq",      "ack", "rawseq", "rawack", "win",  "mss",  "wscale", "sackOK", "ts",
    "fastopen", "urg", "tos",    "ttl",    "ect0", "ect1", "ce",     "noect",  "AE"};

// "icmp NAME", "icmp type 3 code 9".
std::string icmp_name_of(SegmentWords& words) {
  if (!words.has_more())
    throw Problem(words.at(),
                  "icmp needs the name of an error, or its numbers; write icmp "
                  "port-unreachable or icmp type 3 code 9");
  std::string name(words.word());
  if (name == "type")
    for (int more = 3; more > 0 && words.has_more(); --more) name.append(" ").append(words.word());
  return require_icmp(name, words.at());
}

}  // namespace

ExpectedSegment parse_segment(const YamlNode& node, const Names& names) {
  SegmentWords words(node, names,
                     "write \"FROM > TO FLAGS\", as in \"client > server S. seq 0 ack 1\"");
  ExpectedSegment segment;
  segment.at = words.at();
  segment.from = words.from();
  segment.to = words.to();
  if (words.third() == "icmp") {
    segment.icmp = icmp_name_of(words);
    while (words.has_more()) {
      const std::string word(words.word());
      words.take_once(word);
      if (word == "mtu") {
        require_reports_mtu(segment.icmp, words.at());
        segment.mtu = words.number(word);
      } else if (word == "seq" || word == "rawseq") {
        segment.sequence = words.number(word);
        segment.raw_sequence = word == "rawseq";
      } else {
        throw Problem(words.at(), fmt::format("of an ICMP error mtu and seq can be compared, not "
                                              "{}",
                                              word));
      }
    }
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
      segment.mss = words.number(word, UINT16_MAX);
    } else if (word == "wscale") {
      segment.wscale = words.number(word, UINT8_MAX);
    } else if (word == "sackOK" || word == "nosackOK") {
      segment.sack = !no;
    } else if (word == "ts" || word == "nots") {
      segment.timestamps = !no;
    } else if (word == "AE" || word == "noAE") {
      segment.ae = !no;
    } else if (word == "parts") {
      segment.in_parts = true;
    } else if (word == "fastopen") {
      segment.fastopen = cookie_of(words, true);
    } else if (word == "urg") {
      segment.urgent = words.number(word, UINT16_MAX);
    } else if (word == "tos") {
      segment.tos = words.number(word, UINT8_MAX);
    } else if (word == "ttl") {
      segment.ttl = words.number(word, UINT8_MAX);
    } else if (ecn_of(word)) {
      words.take_once("ECN");
      segment.ecn = ecn_of(word);
    } else if (word == "sack") {
      segment.sack_block = pair_of(words, names, word,
                                   "the first byte of a block and the byte after "
                                   "it; write sack 0:1");
      require_ack(segment.flags, words.at());
    } else {
      throw Problem(words.at(), fmt::format("a segment has no {}", unknown(word, expected_words)));
    }
  }
  if (segment.in_parts && (!segment.length || !segment.length->value.empty()))
    throw Problem(words.at(), "parts needs the number of bytes in all; write length 3000 parts");
  if (segment.ecn && segment.tos && segment.tos->value.empty())
    require_same_ecn(*segment.ecn, segment.tos->number, words.at());
  require_one_way(words, segment.mss || segment.wscale || segment.sack || segment.timestamps ||
                             segment.sack_block || segment.fastopen);
  if (words.options()) segment.options = parse_options(*words.options(), names, words.at(), false);
  return segment;
}

namespace {

// A number that is no $value.
int plain_number(SegmentWords& words, std::string_view word, std::uint32_t most) {
  const auto number = to_integer<std::uint32_t>(words.operand(word));
  if (!number || *number > most)
    throw Problem(words.at(), fmt::format("{} is a number from 0 to {}", word, most));
  return static_cast<int>(*number);
}

}  // namespace

InjectedSegment parse_injected_segment(const YamlNode& node, const Names& names) {
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
  std::optional<int> tos, ecn;
  while (words.has_more()) {
    const std::string word(words.word());
    const bool raw = word.starts_with("raw");
    words.take_once(raw ? word.substr(3) : word);
    if (take_number(word, words, segment)) continue;
    if (word == "mss") {
      segment.mss = plain_number(words, word, UINT16_MAX);
    } else if (word == "wscale") {
      segment.wscale = plain_number(words, word, UINT8_MAX);
    } else if (word == "sackOK") {
      segment.sack = true;
    } else if (word == "ts") {
      segment.timestamps = pair_of(words, names, word, "a value and an echo; write ts 100:0");
    } else if (word == "fastopen") {
      segment.fastopen_cookie = cookie_of(words, false);
    } else if (word == "AE") {
      segment.ae = true;
    } else if (word == "urg") {
      segment.urgent = words.number(word, UINT16_MAX);
    } else if (word == "tos") {
      tos = plain_number(words, word, UINT8_MAX);
    } else if (word == "ttl") {
      segment.ttl = plain_number(words, word, UINT8_MAX);
    } else if (const auto bits = ecn_of(word)) {
      words.take_once("ECN");
      ecn = bits;
    } else {
      throw Problem(words.at(),
                    fmt::format("an injected segment has no {}", unknown(word, injected_words)));
    }
  }
  if (tos && ecn) require_same_ecn(*ecn, *tos, words.at());
  segment.tos = tos.value_or(ecn.value_or(0));
  require_one_way(words, segment.mss || segment.wscale || segment.sack || segment.timestamps ||
                             segment.fastopen_cookie);
  if (words.options()) segment.options = parse_options(*words.options(), names, words.at(), true);
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

}  // namespace lab::language
