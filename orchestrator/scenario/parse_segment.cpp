// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "scenario/fields.hpp"
#include "scenario/parse_parts.hpp"
#include "util/text.hpp"

namespace lab::scenario {

TcpFlags parse_flags(std::string_view text, Position at) {
  const auto flags = TcpFlags::parse(text);
  if (!flags)
    throw Problem(at, fmt::format("\"{}\" are no flags; write those of S F R P . W E that "
                                  "are set, \".\" being ACK",
                                  text));
  return *flags;
}

ExpectedSegment parse_segment(const YamlNode& node, const Names& names) {
  const std::string text = text_of(node, "a segment");
  const auto parts = words(text);
  const std::string remedy = "write \"FROM > TO FLAGS\", as \"client > server S. seq 0 ack 1\"";
  if (parts.size() < 4 || parts[1] != ">" || parts.size() % 2 != 0)
    throw Problem(node.at, fmt::format("\"{}\" is no segment; {}", text, remedy));

  ExpectedSegment segment;
  segment.at = node.at;
  segment.from = {std::string(parts[0]), {}, ""};
  segment.to = {std::string(parts[2]), {}, ""};
  names.require_end(segment.from.host, node.at);
  names.require_end(segment.to.host, node.at);

  segment.flags = parse_flags(parts[3], node.at);

  for (std::size_t i = 4; i < parts.size(); i += 2) {
    auto* number = parts[i] == "seq"      ? &segment.sequence
                   : parts[i] == "ack"    ? &segment.acknowledgment
                   : parts[i] == "length" ? &segment.length
                                          : nullptr;
    if (!number)
      throw Problem(
          node.at, fmt::format("a segment has no {}", unknown(parts[i], {"seq", "ack", "length"})));
    const auto value = to_integer<std::uint32_t>(parts[i + 1]);
    if (!value)
      throw Problem(node.at, fmt::format("{} is \"{}\"; write a number", parts[i], parts[i + 1]));
    if (*number) throw Problem(node.at, fmt::format("{} stands here twice; keep one", parts[i]));
    *number = *value;
  }
  if (segment.acknowledgment && !segment.flags.ack)
    throw Problem(node.at,
                  "a segment without ACK acknowledges nothing; add \".\" to the flags or "
                  "remove ack");
  return segment;
}

}  // namespace lab::scenario
