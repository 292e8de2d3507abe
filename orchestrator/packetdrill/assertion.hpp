// SPDX-License-Identifier: MIT
//
// The code of a script, which packetdrill gives to Python. The lab understands assertions about
// TCP_INFO and variables with integers; the rest is python3's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "scenario/model.hpp"

namespace lab::packetdrill {

class Assertions {
 public:
  // What a snippet asserts about TCP_INFO; `socket` is left empty. Variables keep their values for
  // the next snippet. Nothing: it is not understood, and neither is any snippet after it, since their
  // variables may have got values that only Python knows.
  std::optional<scenario::Info> read(const std::string& code);

 private:
  std::map<std::string, std::int64_t> variables_;
  bool lost_ = false;  // a snippet was not understood
};

// Whether it asserts anything.
bool asserts(const scenario::Info& info);

}  // namespace lab::packetdrill
