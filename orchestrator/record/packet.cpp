// SPDX-License-Identifier: MIT
#include "record/packet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "util/text.hpp"

namespace lab {
namespace {

struct Letter {
  char letter;
  bool TcpFlags::*flag;
  std::uint8_t bit;  // RFC 9293, 3.1, and RFC 3168, 6.1 (ECE, CWR)
};

// In tcpdump's order.
constexpr std::array<Letter, 8> letters{{
    {'F', &TcpFlags::fin, 0x01},
    {'S', &TcpFlags::syn, 0x02},
    {'R', &TcpFlags::rst, 0x04},
    {'P', &TcpFlags::psh, 0x08},
    {'.', &TcpFlags::ack, 0x10},
    {'U', &TcpFlags::urg, 0x20},
    {'E', &TcpFlags::ece, 0x40},
    {'W', &TcpFlags::cwr, 0x80},
}};

}  // namespace

TcpFlags TcpFlags::from_byte(std::uint8_t byte) {
  TcpFlags flags;
  for (const Letter& known : letters) flags.*known.flag = (byte & known.bit) != 0;
  return flags;
}

std::uint8_t TcpFlags::byte() const {
  std::uint8_t byte = 0;
  for (const Letter& known : letters)
    if (this->*known.flag) byte |= known.bit;
  return byte;
}

std::optional<TcpFlags> TcpFlags::parse(std::string_view text) {
  TcpFlags flags;
  for (const char letter : text) {
    const auto known = std::find_if(letters.begin(), letters.end(),
                                    [&](const Letter& each) { return each.letter == letter; });
    if (known == letters.end() || flags.*known->flag) return std::nullopt;
    flags.*known->flag = true;
  }
  return flags;
}

std::string TcpFlags::str() const {
  std::string text;
  for (const Letter& known : letters)
    if (this->*known.flag) text += known.letter;
  return text;
}

std::string flags_in_words(const TcpFlags& flags) {
  std::string text;
  const auto put = [&text](bool set, std::string_view name) {
    if (set) text.append(text.empty() ? "" : " ").append(name);
  };
  put(flags.syn, "SYN");
  put(flags.fin, "FIN");
  put(flags.rst, "RST");
  put(flags.psh, "PSH");
  put(flags.ack, "ACK");
  put(flags.urg, "URG");
  put(flags.ece, "ECE");
  put(flags.cwr, "CWR");
  return text.empty() ? "no flags" : text;
}

std::string numbers_in_words(const Segment& segment, std::uint32_t sequence,
                             std::uint32_t acknowledgment) {
  std::string text = fmt::format("seq {}", sequence);
  if (segment.flags.ack) text += fmt::format(" ack {}", acknowledgment);
  if (segment.length > 0) text += fmt::format(" len {}", segment.length);
  return text;
}

}  // namespace lab
