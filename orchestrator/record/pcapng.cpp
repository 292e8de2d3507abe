// SPDX-License-Identifier: MIT
#include "record/pcapng.hpp"

#include <limits>
#include <string_view>
#include <utility>

#include "util/printable.hpp"

namespace lab::pcapng {
namespace {

enum BlockType : std::uint32_t {
  interface_description = 1,
  name_resolution = 4,
  enhanced_packet = 6,
  section_header = 0x0a0d0d0a,
};
enum OptionCode : std::uint16_t {
  opt_endofopt = 0,
  opt_comment = 1,
  shb_os = 3,
  shb_userappl = 4,
  if_name = 2,
  if_description = 3,
  if_tsresol = 9,
  epb_flags = 2,
};
enum NameRecord : std::uint16_t { nrb_record_end = 0, nrb_record_ipv4 = 1, nrb_record_ipv6 = 2 };

constexpr std::uint16_t linktype_ethernet = 1;
constexpr std::size_t longest_option = std::numeric_limits<std::uint16_t>::max();

// As much of the text as an option can hold, in whole characters.
std::string shortened(std::string text) {
  if (text.size() <= longest_option) return text;
  std::size_t end = longest_option;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

template <typename Unsigned>
std::string little_endian(Unsigned value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i)
    bytes += static_cast<char>(value >> (8 * i) & 0xff);
  return bytes;
}

// Section 3.1: type, length, body, the length again; all in steps of 32 bits.
class Block {
 public:
  explicit Block(BlockType type) { add(static_cast<std::uint32_t>(type)).add(std::uint32_t{0}); }

  template <typename Unsigned>
  Block& add(Unsigned value) {
    bytes_ += little_endian(value);
    return *this;
  }

  Block& add_padded(std::string_view bytes) {
    bytes_ += bytes;
    bytes_.append((4 - bytes.size() % 4) % 4, '\0');
    return *this;
  }

  // Section 3.5. A name record looks the same.
  Block& option(std::uint16_t code, std::string_view value) {
    add(code).add(static_cast<std::uint16_t>(value.size()));
    return add_padded(value);
  }

  Block& text_option(OptionCode code, std::string_view text) {
    return text.empty() ? *this : option(code, shortened(printable(text)));
  }

  std::string finish() {
    option(opt_endofopt, {});
    const auto length = static_cast<std::uint32_t>(bytes_.size() + sizeof(std::uint32_t));
    bytes_.replace(sizeof(BlockType), sizeof length, little_endian(length));
    return std::move(add(length).bytes_);
  }

 private:
  std::string bytes_;
};

std::string_view as_text(const void* bytes, std::size_t size) {
  return {static_cast<const char*>(bytes), size};
}

}  // namespace

std::string block_of(const Section& section) {
  constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
  constexpr std::uint16_t major = 1, minor = 0;
  constexpr std::uint64_t length_not_said = std::numeric_limits<std::uint64_t>::max();
  return Block(section_header)
      .add(byte_order_magic)
      .add(major)
      .add(minor)
      .add(length_not_said)
      .text_option(opt_comment, section.comment)
      .text_option(shb_os, section.os)
      .text_option(shb_userappl, section.application)
      .finish();
}

std::string block_of(const Interface& interface) {
  constexpr std::uint16_t reserved = 0;
  constexpr std::uint32_t no_limit = 0;
  constexpr char nanoseconds = 9;  // 10^-9 s
  return Block(interface_description)
      .add(linktype_ethernet)
      .add(reserved)
      .add(no_limit)
      .text_option(if_name, interface.name)
      .text_option(if_description, interface.description)
      .option(if_tsresol, {&nanoseconds, 1})
      .finish();
}

std::string block_of(const std::vector<HostName>& names) {
  Block block(name_resolution);
  for (const HostName& each : names) {
    std::string record(as_text(each.address.bytes(), each.address.size()));
    record += printable_line(each.name);
    record += '\0';
    block.option(each.address.family() == Family::inet ? nrb_record_ipv4 : nrb_record_ipv6, record);
  }
  return block.option(nrb_record_end, {}).finish();
}

std::string block_of(const EnhancedPacket& packet) {
  const auto time = static_cast<std::uint64_t>(packet.time);
  return Block(enhanced_packet)
      .add(packet.interface)
      .add(static_cast<std::uint32_t>(time >> 32))
      .add(static_cast<std::uint32_t>(time))
      .add(static_cast<std::uint32_t>(packet.bytes.size()))
      .add(packet.original_length)
      .add_padded(as_text(packet.bytes.data(), packet.bytes.size()))
      .text_option(opt_comment, packet.comment)
      .option(epb_flags, little_endian(static_cast<std::uint32_t>(packet.direction)))
      .finish();
}

}  // namespace lab::pcapng
