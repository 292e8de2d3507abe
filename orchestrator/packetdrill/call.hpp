// SPDX-License-Identifier: MIT
//
// A system call of a script, as it is written: "read(4, ..., 1000) = -1 EAGAIN (Try again)".
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "yaml/position.hpp"

namespace lab::packetdrill {

using yaml::Position;

// A value in a call. What each kind has in `text`, `number` and `parts`:
//   ellipsis                    "..."
//   integer    number           "1000", "0x10"
//   word       text             "SOCK_STREAM"
//   string     text             "\"abc\"": with its escapes replaced
//   prefix     text             "\"abc\"...": text that begins so
//   list       parts            "[1, 2]"
//   structure  parts            "{fd=3, events=POLLIN}"
//   either     parts            "POLLIN|POLLOUT"
//   field      text, parts      "fd=3": the name; its value, and what is in parentheses behind the
//                               name: "msg_iov(1)=..."
//   apply      text, parts      "htons(8080)"
struct Expression {
  enum class Kind {
    ellipsis,
    integer,
    word,
    string,
    prefix,
    list,
    structure,
    either,
    field,
    apply
  };
  Kind kind = Kind::ellipsis;
  std::string text;
  std::int64_t number = 0;
  std::vector<Expression> parts;
  Position at;
};

struct Call {
  std::string name;
  std::vector<Expression> arguments;
  Expression result;
  std::string error;  // "EAGAIN"; empty: none
  // When a call that blocks returns; counts as the event's time does. Nothing: at once.
  std::optional<std::chrono::microseconds> end;
};

}  // namespace lab::packetdrill
