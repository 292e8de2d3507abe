// SPDX-License-Identifier: MIT
#include "packetdrill/assertion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include "util/text.hpp"

namespace lab::packetdrill {
namespace {

using scenario::Info;
using scenario::InfoField;

// The names that packetdrill defines before the script's code (code.c, symbols_linux.c).
const std::map<std::string, std::int64_t>& script_constants() {
  static const std::map<std::string, std::int64_t> all = {{"TCP_ESTABLISHED", 1},
                                                          {"TCP_SYN_SENT", 2},
                                                          {"TCP_SYN_RECV", 3},
                                                          {"TCP_FIN_WAIT1", 4},
                                                          {"TCP_FIN_WAIT2", 5},
                                                          {"TCP_TIME_WAIT", 6},
                                                          {"TCP_CLOSE", 7},
                                                          {"TCP_CLOSE_WAIT", 8},
                                                          {"TCP_LAST_ACK", 9},
                                                          {"TCP_LISTEN", 10},
                                                          {"TCP_CLOSING", 11},
                                                          {"TCP_CA_Open", 0},
                                                          {"TCP_CA_Disorder", 1},
                                                          {"TCP_CA_CWR", 2},
                                                          {"TCP_CA_Recovery", 3},
                                                          {"TCP_CA_Loss", 4},
                                                          {"TCP_INFINITE_SSTHRESH", 0x7fffffff},
                                                          {"TCPI_OPT_TIMESTAMPS", 1},
                                                          {"TCPI_OPT_SACK", 2},
                                                          {"TCPI_OPT_WSCALE", 4},
                                                          {"TCPI_OPT_ECN", 8},
                                                          {"TCPI_OPT_ECN_SEEN", 16},
                                                          {"TCPI_OPT_SYN_DATA", 32},
                                                          // Those of FreeBSD, as these states.
                                                          {"TCPI_CLOSED", 7},
                                                          {"TCPI_LISTEN", 10},
                                                          {"TCPI_SYN_SENT", 2},
                                                          {"TCPI_SYN_RECEIVED", 3},
                                                          {"TCPI_ESTABLISHED", 1},
                                                          {"TCPI_CLOSE_WAIT", 8},
                                                          {"TCPI_FIN_WAIT_1", 4},
                                                          {"TCPI_CLOSING", 11},
                                                          {"TCPI_LAST_ACK", 9},
                                                          {"TCPI_FIN_WAIT_2", 5},
                                                          {"TCPI_TIME_WAIT", 6}};
  return all;
}

// The bits of tcpi_options that TCP_INFO steps have words for (linux/tcp.h, TCPI_OPT_*).
constexpr std::pair<std::string_view, std::string_view> option_bits[] = {
    {"TCPI_OPT_TIMESTAMPS", "timestamps"}, {"TCPI_OPT_SACK", "sack"},
    {"TCPI_OPT_WSCALE", "wscale"},         {"TCPI_OPT_ECN", "ecn"},
    {"TCPI_OPT_ECN_SEEN", "ecn-seen"},     {"TCPI_OPT_SYN_DATA", "syn-data"}};

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// ">=5", not "5"
bool is_range(std::string_view words) { return words.front() == '<' || words.front() == '>'; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return "";
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Splits at a mark that is neither in quotes nor in parentheses.
std::vector<std::string_view> split(std::string_view text, std::string_view marks) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(' || c == '[') {
      ++depth;
    } else if (c == ')' || c == ']') {
      --depth;
    } else if (depth == 0 && marks.find(c) != std::string_view::npos) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

// The words and operators of a condition.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    std::size_t end = i + 1;
    if (is_name_letter(text[i]))
      while (end < text.size() && is_name_letter(text[end])) ++end;
    else if (text[i] != '(' && text[i] != ')' && end < text.size() && text[end] == '=')
      ++end;
    words.emplace_back(text.substr(i, end - i));
    i = end;
  }
  return words;
}

// Without the parentheses around all of it.
std::vector<std::string> unwrapped(std::vector<std::string> words) {
  const auto wraps = [&] {
    if (words.size() < 3 || words.front() != "(") return false;
    int depth = 0;
    for (std::size_t i = 0; i < words.size(); ++i) {
      depth += words[i] == "(" ? 1 : words[i] == ")" ? -1 : 0;
      if (depth == 0) return i + 1 == words.size();
    }
    return false;
  };
  while (wraps()) words = {words.begin() + 1, words.end() - 1};
  return words;
}

struct NotUnderstood : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One snippet; `variables` are read and written.
class Snippet {
 public:
  explicit Snippet(std::map<std::string, std::int64_t>& variables) : variables_(variables) {}

  Info read(std::string code) {
    // A line that goes on.
    for (std::size_t at = code.find("\\\n"); at != std::string::npos; at = code.find("\\\n"))
      code.replace(at, 2, " ");
    for (const std::string_view line : split(code, ";\n"))
      statement(trimmed(line.substr(0, line.find('#'))));
    return std::move(info_);
  }

 private:
  [[noreturn]] static void refuse(std::string_view what) { throw NotUnderstood(std::string(what)); }

  void statement(std::string_view text) {
    if (text.empty() || (text.starts_with("print(") && text.ends_with(')'))) return;
    if (text.starts_with("assert") && text.size() > 6 && !is_name_letter(text[6]))
      return assertion(split(text.substr(6), ",").front());
    assignment(text);
  }

  // "cwnd = 10", "cwnd += 1"
  void assignment(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() != 3 || words[0].starts_with("tcpi_") || !is_name_letter(words[0][0]))
      refuse(text);
    const auto value = value_of(words[2]);
    if (!value) refuse(text);
    const auto known = variables_.find(words[0]);
    if (words[1] == "=")
      variables_[words[0]] = *value;
    else if (known != variables_.end() && (words[1] == "+=" || words[1] == "-="))
      known->second = computed(known->second, words[1].substr(0, 1), *value, text);
    else
      refuse(text);
  }

  void assertion(std::string_view text) {
    constexpr std::ptrdiff_t most_parentheses = 32;  // operand() calls itself for them
    text = trimmed(text);
    if (std::ranges::count(text, '(') > most_parentheses) refuse(text);
    std::vector<std::string> words = unwrapped(words_of(text));
    for (auto joined = std::ranges::find(words, "and"); joined != words.end();
         joined = std::ranges::find(words, "and")) {
      condition({words.begin(), joined}, text);
      words.erase(words.begin(), joined + 1);
    }
    condition(std::move(words), text);
  }

  void condition(std::vector<std::string> words, std::string_view text) {
    if (bit_test(words)) return;
    words = unwrapped(std::move(words));
    std::size_t at = 0;
    std::string left = sum(words, at, text);
    if (at == words.size()) refuse(text);
    while (at < words.size()) {
      const std::string relation = words[at++];
      const std::string right = sum(words, at, text);
      compare(left, relation, right, text);
      left = right;
    }
  }

  // "1460 - 12", "(TCPI_OPT_SACK | TCPI_OPT_ECN)": the number as a word; or a field of TCP_INFO,
  // with which nothing is computed. From left to right, which is right for + and -, and for |
  // alone.
  std::string sum(const std::vector<std::string>& words, std::size_t& at, std::string_view text) {
    const auto number = [&](const std::string& word) {
      const auto value = value_of(word);
      if (!value) refuse(text);
      return *value;
    };
    std::string left = operand(words, at, text);
    std::string before;
    while (at < words.size() && (words[at] == "+" || words[at] == "-" || words[at] == "|")) {
      const std::string mark = words[at++];
      if (!before.empty() && (before == "|") != (mark == "|")) refuse(text);
      const std::int64_t a = number(left), b = number(operand(words, at, text));
      left = std::to_string(computed(a, mark, b, text));
      before = mark;
    }
    return left;
  }

  // Python's numbers have no end; those that these do not fit into are its.
  static std::int64_t computed(std::int64_t a, std::string_view mark, std::int64_t b,
                               std::string_view text) {
    if (mark == "|") return a | b;
    std::int64_t result = 0;
    const bool overflows =
        mark == "+" ? __builtin_add_overflow(a, b, &result) : __builtin_sub_overflow(a, b, &result);
    if (overflows) refuse(text);
    return result;
  }

  std::string operand(const std::vector<std::string>& words, std::size_t& at,
                      std::string_view text) {
    if (at == words.size()) refuse(text);
    if (words[at] != "(") return words[at++];
    const std::string inside = sum(words, ++at, text);
    if (at == words.size() || words[at++] != ")") refuse(text);
    return inside;
  }

  // "(tcpi_options & TCPI_OPT_SYN_DATA) != 0"
  bool bit_test(const std::vector<std::string>& words) {
    if (words.size() != 7 || words[0] != "(" || words[1] != "tcpi_options" || words[2] != "&" ||
        words[4] != ")" || words[6] != "0" || (words[5] != "!=" && words[5] != "=="))
      return false;
    const auto* bit = std::ranges::find(option_bits, std::string_view(words[3]),
                                        &std::pair<std::string_view, std::string_view>::first);
    if (bit == std::end(option_bits)) return false;
    (words[5] == "!=" ? info_.has : info_.lacks).emplace_back(bit->second);
    return true;
  }

  void compare(const std::string& left, std::string relation, const std::string& right,
               std::string_view text) {
    const auto& known = scenario::info_fields();
    const bool turned = std::ranges::find(known, right) != known.end();
    const std::string& field = turned ? right : left;
    const auto value = value_of(turned ? left : right);
    if (std::ranges::find(known, field) == known.end() || !value || *value < 0) refuse(text);
    if (turned)
      std::ranges::replace_if(
          relation, [](char c) { return c == '<' || c == '>'; }, relation[0] == '<' ? '>' : '<');
    const auto number = static_cast<std::uint64_t>(*value);
    InfoField wanted{field, 0, UINT64_MAX, ""};
    if (relation == "==" || relation == ">=") wanted.least = number;
    if (relation == "==" || relation == "<=") wanted.most = number;
    if (relation == ">") wanted.least = number + 1;
    if (relation == "<") {
      if (number == 0) refuse(text);
      wanted.most = number - 1;
    }
    if (wanted.least == 0 && wanted.most == UINT64_MAX && relation != ">=") refuse(text);
    wanted.words =
        relation == "==" ? std::to_string(number) : fmt::format("{}{}", relation, number);
    add(std::move(wanted));
  }

  // Several bounds of one field are one range.
  void add(InfoField wanted) {
    const auto known = std::ranges::find(info_.fields, wanted.name, &InfoField::name);
    if (known == info_.fields.end()) return info_.fields.push_back(std::move(wanted));
    known->least = std::max(known->least, wanted.least);
    known->most = std::min(known->most, wanted.most);
    const bool both_ranges = is_range(known->words) && is_range(wanted.words);
    if (known->least == known->most)
      known->words = std::to_string(known->least);
    else if (both_ranges)
      known->words += " " + wanted.words;
    else  // it cannot hold
      known->words = fmt::format(">={} <={}", known->least, known->most);
  }

  // An integer, a constant or a variable; nothing: it is none of them.
  std::optional<std::int64_t> value_of(const std::string& word) const {
    if (const auto variable = variables_.find(word); variable != variables_.end())
      return variable->second;
    if (const auto constant = script_constants().find(word); constant != script_constants().end())
      return constant->second;
    std::int64_t number = 0;
    const bool hexadecimal = word.starts_with("0x");
    const char* end = word.data() + word.size();
    const auto [stop, error] =
        std::from_chars(word.data() + (hexadecimal ? 2 : 0), end, number, hexadecimal ? 16 : 10);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
  }

  std::map<std::string, std::int64_t>& variables_;
  Info info_;
};

}  // namespace

std::optional<Info> Assertions::read(const std::string& code) {
  if (lost_) return std::nullopt;
  try {
    return Snippet(variables_).read(code);
  } catch (const NotUnderstood&) {
    lost_ = true;
    return std::nullopt;
  }
}

bool asserts(const Info& info) {
  return !info.has.empty() || !info.lacks.empty() || !info.fields.empty();
}

}  // namespace lab::packetdrill
