// SPDX-License-Identifier: MIT
//
// A script of a server, and what becomes of scripts.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "packetdrill/load.hpp"
#include "util/error.hpp"

namespace lab::packetdrill {

inline const std::string server =
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
    "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"
    "+0 bind(3, ..., ...) = 0\n"
    "+0 listen(3, 1) = 0\n"
    "+0 < S 0:0(0) win 32792 <mss 1000>\n"
    "+0 > S. 0:0(0) ack 1 <mss 1460>\n"
    "+.1 < . 1:1(0) ack 1 win 257\n"
    "+0 accept(3, ..., ...) = 4\n";

inline scenario::Scenario scenario_of(const std::string& text,
                                      const std::map<std::string, std::string>& parameters = {}) {
  return read_script(text, "folder/x.pkt", {"", parameters});
}

// The last step, which must be of this type.
template <typename Action>
Action last(const std::string& text) {
  return std::get<Action>(scenario_of(text).steps.back().action);
}

inline std::string mistake_in(const std::string& text) {
  try {
    scenario_of(text);
    return "";
  } catch (const UsageError& mistake) {
    return mistake.what();
  }
}

}  // namespace lab::packetdrill
