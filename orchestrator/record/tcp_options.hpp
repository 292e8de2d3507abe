// SPDX-License-Identifier: MIT
//
// The options of a TCP header (RFC 9293, 3.1), decoded as far as the lab knows them.
// Plain values; capture/ reads them from bytes, net/craft.hpp writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lab {

// Their kinds, as IANA numbers them (also include/net/tcp.h, TCPOPT_*).
enum class TcpOptionKind : std::uint8_t {
  end = 0,
  nop = 1,
  mss = 2,
  window_scale = 3,
  sack_permitted = 4,
  sack = 5,
  timestamps = 8,
  fastopen_cookie = 34,
};

// The data offset has four bits: 60 bytes of header, 20 of them fixed.
inline constexpr std::size_t most_option_bytes = 40;

struct TcpTimestamps {
  std::uint32_t value = 0;  // TSval
  std::uint32_t echo = 0;   // TSecr
  bool operator==(const TcpTimestamps&) const = default;
};

// What has arrived beyond a gap: [left, right), as on the wire.
struct SackBlock {
  std::uint32_t left = 0, right = 0;
  bool operator==(const SackBlock&) const = default;
};

struct TcpOptions {
  std::optional<std::uint16_t> mss;                          // bytes; RFC 9293, 3.7.1
  std::optional<std::uint8_t> window_scale;                  // a shift count; RFC 7323, 2
  bool sack_permitted = false;                               // RFC 2018, 2
  std::optional<TcpTimestamps> timestamps;                   // RFC 7323, 3
  std::vector<SackBlock> sack;                               // RFC 2018, 3
  std::optional<std::vector<std::uint8_t>> fastopen_cookie;  // RFC 7413, 4.1.1; empty: a request
  // The kinds of all options in order, including unknown ones; without padding (kinds 0
  // and 1).
  std::vector<std::uint8_t> kinds;
  // One has an impossible length, which hides those after it.
  bool malformed = false;

  bool operator==(const TcpOptions&) const = default;
};

// One option as it is in a header.
struct RawTcpOption {
  std::uint8_t kind = 0;
  std::span<const std::uint8_t> data;  // without kind and length; of kind 0: the padding behind it
};

struct RawTcpOptions {
  std::vector<RawTcpOption> options;  // in their order, up to and with kind 0, the end
  bool malformed = false;  // it stops at an impossible length
};
// `bytes`: those between the fixed part of a TCP header and its data. The result points into them.
RawTcpOptions split_tcp_options(std::span<const std::uint8_t> bytes);

// "mss 1460 sackOK ts 100:0 wscale 7", as a scenario writes them; empty: none.
std::string to_string(const TcpOptions& options);

}  // namespace lab
