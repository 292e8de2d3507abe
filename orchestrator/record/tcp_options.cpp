// SPDX-License-Identifier: MIT
#include "record/tcp_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "util/text.hpp"

namespace lab {

RawTcpOptions split_tcp_options(std::span<const std::uint8_t> bytes) {
  RawTcpOptions split;
  while (!bytes.empty()) {
    const auto kind = static_cast<TcpOptionKind>(bytes[0]);
    const bool end = kind == TcpOptionKind::end, alone = end || kind == TcpOptionKind::nop;
    const std::size_t head = alone ? 1 : 2;  // kind and length
    const std::size_t length = end                ? bytes.size()
                               : alone            ? 1
                               : bytes.size() < 2 ? 0
                                                  : bytes[1];
    split.malformed = length < head || length > bytes.size();
    if (split.malformed) break;
    split.options.push_back({bytes[0], bytes.subspan(head, length - head)});
    bytes = bytes.subspan(length);
  }
  return split;
}

std::string to_string(const TcpOptions& options) {
  std::vector<std::string> words;
  if (options.mss) words.push_back(fmt::format("mss {}", *options.mss));
  if (options.sack_permitted) words.emplace_back("sackOK");
  if (options.timestamps)
    words.push_back(fmt::format("ts {}:{}", options.timestamps->value, options.timestamps->echo));
  if (options.window_scale) words.push_back(fmt::format("wscale {}", *options.window_scale));
  if (options.fastopen_cookie)
    words.push_back(fmt::format("fastopen {}", options.fastopen_cookie->empty()
                                                   ? "request"
                                                   : to_hex(*options.fastopen_cookie)));
  for (const SackBlock& block : options.sack)
    words.push_back(fmt::format("sack {}:{}", block.left, block.right));
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace lab
