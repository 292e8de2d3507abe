// SPDX-License-Identifier: MIT
//
// One line of text per captured packet.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "draw/page.hpp"
#include "record/packet.hpp"

namespace lab::persist {

class PacketLines {
 public:
  // `names`: names of addresses; others are printed as they are.
  explicit PacketLines(std::map<Address, std::string> names) : names_(std::move(names)) {}

  // "12:03:04.123456  out eth0  a:40000 > b:8080  SYN seq 0". Numbers count from the
  // first that was seen of their direction.
  void print(draw::Page& page, const Packet& packet);

 private:
  std::string name_of(const Endpoint& endpoint) const;

  std::map<Address, std::string> names_;
  // For each direction, the initial sequence number, or the first one seen.
  std::map<std::pair<Endpoint, Endpoint>, std::uint32_t> first_;
};

}  // namespace lab::persist
