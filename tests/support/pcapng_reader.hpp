// SPDX-License-Identifier: MIT
//
// A reader of pcapng that shares nothing with the writer: little-endian files,
// and no more of them than the tests look at. Whatever is not as the draft has
// it (draft-ietf-opsawg-pcapng) throws.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace lab::testing {

struct PcapngBlock {
  std::uint32_t type = 0;
  std::string fixed;                             // what stands before the options
  std::multimap<unsigned, std::string> options;  // without opt_endofopt

  std::string option(unsigned code) const {
    if (options.count(code) > 1) throw std::runtime_error("option stands there twice");
    const auto found = options.find(code);
    return found == options.end() ? "" : found->second;
  }
  std::uint32_t word(std::size_t index) const { return number(fixed, 4 * index, 4); }

  static std::uint32_t number(const std::string& bytes, std::size_t at, std::size_t size) {
    if (at + size > bytes.size()) throw std::runtime_error("reads past the end");
    std::uint32_t value = 0;
    while (size-- > 0) value = value << 8 | static_cast<unsigned char>(bytes[at + size]);
    return value;
  }
};

class PcapngReader {
 public:
  explicit PcapngReader(std::string file) : file_(std::move(file)) {
    for (std::size_t at = 0; at < file_.size();) at += read_block(at);
  }

  std::vector<PcapngBlock> of_type(std::uint32_t type) const {
    std::vector<PcapngBlock> found;
    for (const PcapngBlock& each : blocks)
      if (each.type == type) found.push_back(each);
    return found;
  }

  std::vector<PcapngBlock> blocks;

 private:
  static std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

  std::size_t read_block(std::size_t at) {
    PcapngBlock block;
    block.type = PcapngBlock::number(file_, at, 4);
    const std::size_t length = PcapngBlock::number(file_, at + 4, 4);
    if (length % 4 != 0 || length < 12) throw std::runtime_error("odd block length");
    if (PcapngBlock::number(file_, at + length - 4, 4) != length)
      throw std::runtime_error("the two lengths differ");
    const std::string body = file_.substr(at + 8, length - 12);
    const std::size_t fixed = fixed_length(block.type, body);
    block.fixed = body.substr(0, fixed);
    read_options(body, fixed, block);
    blocks.push_back(block);
    return length;
  }

  static std::size_t fixed_length(std::uint32_t type, const std::string& body) {
    switch (type) {
      case 0x0a0d0d0a:
        return 16;
      case 1:
        return 8;
      case 6:
        return 20 + padded(PcapngBlock::number(body, 12, 4));
      case 4: {  // up to and with the record that ends the names
        std::size_t at = 0;
        while (PcapngBlock::number(body, at, 2) != 0)
          at += 4 + padded(PcapngBlock::number(body, at + 2, 2));
        return at + 4;
      }
      default:
        throw std::runtime_error("a block that nobody expects");
    }
  }

  static void read_options(const std::string& body, std::size_t at, PcapngBlock& block) {
    while (at < body.size()) {
      const unsigned code = PcapngBlock::number(body, at, 2);
      const std::size_t length = PcapngBlock::number(body, at + 2, 2);
      at += 4;
      if (code == 0) {
        if (length != 0 || at != body.size()) throw std::runtime_error("options end elsewhere");
        return;
      }
      block.options.emplace(code, body.substr(at, length));
      for (std::size_t pad = length; pad < padded(length); ++pad)
        if (body.at(at + pad) != '\0') throw std::runtime_error("padding is not zero");
      at += padded(length);
    }
    throw std::runtime_error("options do not end");
  }

  std::string file_;
};

}  // namespace lab::testing
