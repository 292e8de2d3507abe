// SPDX-License-Identifier: MIT
//
// One option of an exact list, as in "<mss 1460,sackOK,ts +0:100,nop,wscale 7>".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/tcp_options.hpp"
#include "scenario/place.hpp"

namespace lab::scenario {

// The kinds that have a word of their own besides those of TcpOptionKind (IANA, TCP parameters).
inline constexpr std::uint8_t option_md5 = 19;              // RFC 2385
inline constexpr std::uint8_t option_experimental = 254;    // RFC 6994
inline constexpr std::string_view fastopen_magic = "f989";  // its ExID for Fast Open, hexadecimal

inline constexpr auto option_fastopen = static_cast<std::uint8_t>(TcpOptionKind::fastopen_cookie);

// The options that are written as a word and numbers.
struct NamedOption {
  constexpr NamedOption(std::string_view its_word, TcpOptionKind its_kind, std::size_t count = 0)
      : word(its_word), kind(static_cast<std::uint8_t>(its_kind)), numbers(count) {}

  std::string_view word;
  std::uint8_t kind;
  std::size_t numbers;  // how many its value has; sack: two for each block
};
inline constexpr NamedOption named_options[] = {
    {"eol", TcpOptionKind::end},
    {"nop", TcpOptionKind::nop},
    {"mss", TcpOptionKind::mss, 1},
    {"wscale", TcpOptionKind::window_scale, 1},
    {"sackOK", TcpOptionKind::sack_permitted},
    {"sack", TcpOptionKind::sack, 2},
    {"ts", TcpOptionKind::timestamps, 2},
};

struct ListedOption {
  std::uint8_t kind = 0;
  // mss and wscale: one; ts: value and echo; sack: the two edges of each block. Empty: any value,
  // or an option that is written as bytes.
  std::vector<Number> numbers;
  // Of a timestamp, "+5" instead of "5": counts from the first one that this end has sent.
  std::array<bool, 2> from_first{};
  std::optional<std::string> data;  // hexadecimal: what follows kind and length; nothing: any
  // Only packetdrill scripts have them: microseconds that a timestamp counts in, and how many units
  // the value that is seen may be off. 0: it must be exact.
  std::uint32_t tick = 0, tolerance = 0;
};

// "mss 1460", as it is written.
std::string describe(const ListedOption& option);
// "<mss 1460,sackOK>"
std::string describe(const std::vector<ListedOption>& options);

}  // namespace lab::scenario
