// SPDX-License-Identifier: MIT
//
// Lists of TCP options.
#include <fmt/format.h>

#include "packetdrill/grammar.hpp"
#include "record/tcp_options.hpp"
#include "scenario/listed_option.hpp"
#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using yaml::Problem;
using Kind = Token::Kind;

// AccECN (draft-ietf-tcpm-accurate-ecn): the order of its counters.
constexpr std::uint8_t accecn_0 = 172, accecn_1 = 174;

std::uint32_t number(Cursor& cursor, std::int64_t most, std::string_view what) {
  return static_cast<std::uint32_t>(cursor.require_number(0, most, what));
}

// Digits that the lexer may take for a number or a word; or nothing.
std::string hex_digits(Cursor& cursor, std::size_t most_bytes, std::string_view what) {
  if (!cursor.is(Kind::word) && !cursor.is(Kind::integer)) return "";
  const Token token = cursor.take();
  const auto bytes = from_hex(token.text);
  if (!bytes)
    throw Problem(token.at,
                  fmt::format("{} is not {}: write pairs of hexadecimal digits, or define "
                              "it with -D {}=VALUE",
                              token.text, what, token.text));
  if (bytes->size() > most_bytes)
    throw Problem(token.at, fmt::format("{} of {} bytes; it has at most {}", what, bytes->size(),
                                        most_bytes));
  return to_hex(*bytes);
}

std::vector<std::uint32_t> sack_blocks(Cursor& cursor) {
  std::vector<std::uint32_t> edges;
  do {
    edges.push_back(number(cursor, UINT32_MAX, "an edge of a SACK block"));
    cursor.require_mark(':', "between the edges of a SACK block");
    edges.push_back(number(cursor, UINT32_MAX, "an edge of a SACK block"));
  } while (cursor.is(Kind::integer));
  return edges;
}

std::vector<std::uint32_t> timestamps(Cursor& cursor) {
  if (!cursor.accept_word("val")) cursor.refuse("val behind TS");
  const std::uint32_t value = number(cursor, UINT32_MAX, "a timestamp");
  if (!cursor.accept_word("ecr")) cursor.refuse("ecr behind the timestamp's value");
  return {value, number(cursor, UINT32_MAX, "a timestamp")};
}

// "ECN e0b 1 ceb 0 e1b 1": counters of 24 bits, from the first on. Which comes first decides the
// kind.
void accecn_counters(Cursor& cursor, TcpOption& option) {
  constexpr std::int64_t most = 0xffffff;
  const bool first_is_1 = cursor.is_word("e1b");
  option.kind = first_is_1 ? accecn_1 : accecn_0;
  const std::string_view order[] = {first_is_1 ? "e1b" : "e0b", "ceb", first_is_1 ? "e0b" : "e1b"};
  if (!cursor.is_word(order[0])) cursor.refuse("e0b or e1b behind ECN");
  for (const std::string_view word : order) {
    if (!cursor.accept_word(word)) return;
    option.data += fmt::format("{:06x}", number(cursor, most, "a counter of AccECN"));
  }
}

TcpOption parse_tcp_option(Cursor& cursor) {
  constexpr std::size_t most_cookie = 38, most_experimental_cookie = 36, digest = 16;
  const auto kind = [](TcpOptionKind known) { return static_cast<std::uint8_t>(known); };
  TcpOption option;
  option.at = cursor.next().at;
  if (cursor.accept_word("nop")) {
    option.kind = kind(TcpOptionKind::nop);
  } else if (cursor.accept_word("eol")) {
    option.kind = kind(TcpOptionKind::end);
  } else if (cursor.accept_word("mss")) {
    option.kind = kind(TcpOptionKind::mss);
    option.numbers = {number(cursor, UINT16_MAX, "an MSS")};
  } else if (cursor.accept_word("wscale")) {
    option.kind = kind(TcpOptionKind::window_scale);
    option.numbers = {number(cursor, UINT8_MAX, "a window scale")};
  } else if (cursor.accept_word("sackOK")) {
    option.kind = kind(TcpOptionKind::sack_permitted);
  } else if (cursor.accept_word("sack")) {
    option.kind = kind(TcpOptionKind::sack);
    option.numbers = sack_blocks(cursor);
  } else if (cursor.accept_word("TS")) {
    option.kind = kind(TcpOptionKind::timestamps);
    option.numbers = timestamps(cursor);
  } else if (cursor.accept_word("md5")) {
    option.kind = scenario::option_md5;
    if (cursor.is_word("valid"))
      throw Problem(cursor.next().at, "an MD5 digest that is to be computed cannot be played");
    option.data = hex_digits(cursor, digest, "an MD5 digest");
  } else if (cursor.accept_word("FO")) {
    option.kind = kind(TcpOptionKind::fastopen_cookie);
    option.data = hex_digits(cursor, most_cookie, "a Fast Open cookie");
  } else if (cursor.accept_word("FOEXP")) {
    option.kind = scenario::option_experimental;
    option.data = std::string(scenario::fastopen_magic) +
                  hex_digits(cursor, most_experimental_cookie, "a Fast Open cookie");
  } else if (cursor.accept_word("ECN")) {
    accecn_counters(cursor, option);
  } else {
    cursor.refuse("a TCP option (nop, eol, mss, wscale, sackOK, sack, TS, md5, FO, FOEXP, ECN)");
  }
  return option;
}

}  // namespace

std::optional<std::vector<TcpOption>> parse_tcp_options(Cursor& cursor) {
  // "<" behind a packet may also begin the options only: the next event begins with a time.
  std::vector<TcpOption> options;
  if (!cursor.accept_mark('<')) return options;
  if (cursor.is(Kind::ellipsis)) {
    cursor.take();
    cursor.require_mark('>', "behind \"<...\"");
    return std::nullopt;
  }
  do options.push_back(parse_tcp_option(cursor));
  while (cursor.accept_mark(','));
  cursor.require_mark('>', "or \",\" behind a TCP option");
  return options;
}

}  // namespace lab::packetdrill
