// SPDX-License-Identifier: MIT
#include "capture/tcp_options.hpp"

#include "util/big_endian.hpp"

namespace lab {
namespace {

using Bytes = std::span<const std::uint8_t>;

// `data` is the option without its kind and length.
void read_option(TcpOptionKind kind, Bytes data, TcpOptions& into) {
  constexpr std::size_t block = 8;
  switch (kind) {
    case TcpOptionKind::mss:
      if (data.size() == 2) into.mss = be16(data, 0);
      break;
    case TcpOptionKind::window_scale:
      if (data.size() == 1) into.window_scale = data[0];
      break;
    case TcpOptionKind::sack_permitted:
      if (data.empty()) into.sack_permitted = true;
      break;
    case TcpOptionKind::sack:
      if (data.size() % block != 0) break;
      for (std::size_t at = 0; at < data.size(); at += block)
        into.sack.push_back({be32(data, at), be32(data, at + 4)});
      break;
    case TcpOptionKind::timestamps:
      if (data.size() == 8) into.timestamps = {be32(data, 0), be32(data, 4)};
      break;
    case TcpOptionKind::fastopen_cookie:
      into.fastopen_cookie.emplace(data.begin(), data.end());
      break;
    case TcpOptionKind::end:
    case TcpOptionKind::nop:
      break;
  }
}

}  // namespace

TcpOptions read_tcp_options(Bytes bytes) {
  const RawTcpOptions split = split_tcp_options(bytes);
  TcpOptions options;
  options.malformed = split.malformed;
  for (const RawTcpOption& option : split.options) {
    const auto kind = static_cast<TcpOptionKind>(option.kind);
    if (kind == TcpOptionKind::end || kind == TcpOptionKind::nop) continue;
    options.kinds.push_back(option.kind);
    read_option(kind, option.data, options);
  }
  return options;
}

}  // namespace lab
