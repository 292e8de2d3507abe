// SPDX-License-Identifier: MIT
//
// The code of a script, which packetdrill gives to Python. The lab runs no Python: it understands
// assertions about TCP_INFO and variables with integers, and refuses the rest.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "scenario/model.hpp"
#include "yaml/position.hpp"

namespace lab::packetdrill {

class Assertions {
 public:
  // What a snippet asserts about TCP_INFO; `socket` is left empty. Variables keep their values for
  // the next snippet. Throws yaml::Problem for what is not understood.
  scenario::Info read(const std::string& code, yaml::Position at);

 private:
  std::map<std::string, std::int64_t> variables_;
};

// Whether it asserts anything.
bool asserts(const scenario::Info& info);

}  // namespace lab::packetdrill
