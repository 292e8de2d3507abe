// SPDX-License-Identifier: MIT
//
// The options of setsockopt(2) that a scenario can name: those whose value is
// one number or a name. socket(7), tcp(7), ip(7) and ipv6(7) say what each means.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace lab {

struct SocketOption {
  enum class Value {
    integer,
    unsigned_integer,  // all 32 bits count: a mark, a range of ports
    linger,            // struct linger: seconds, or -1 for off
    name,              // a text: a congestion control
  };
  std::string_view name;  // "TCP_NODELAY"
  int level = 0;
  int number = 0;
  Value value = Value::integer;
};

// All of them. scenario::socket_options() has the same names.
std::span<const SocketOption> socket_options();

// Null: there is no option of this name.
const SocketOption* find_socket_option(std::string_view name);

}  // namespace lab
