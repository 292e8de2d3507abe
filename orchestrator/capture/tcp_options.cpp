// SPDX-License-Identifier: MIT
#include "capture/tcp_options.hpp"

#include "capture/big_endian.hpp"

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
  TcpOptions options;
  while (!bytes.empty()) {
    const auto kind = static_cast<TcpOptionKind>(bytes[0]);
    if (kind == TcpOptionKind::end) break;
    if (kind == TcpOptionKind::nop) {
      bytes = bytes.subspan(1);
      continue;
    }
    const std::size_t length = bytes.size() < 2 ? 0 : bytes[1];
    if (length < 2 || length > bytes.size()) {
      options.malformed = true;
      break;
    }
    options.kinds.push_back(bytes[0]);
    read_option(kind, bytes.subspan(2, length - 2), options);
    bytes = bytes.subspan(length);
  }
  return options;
}

}  // namespace lab
