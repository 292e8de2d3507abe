// SPDX-License-Identifier: MIT
//
// The command `schema`: the language, for editors and for people.
#include "scenario/schema.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"

namespace lab::cli {

int schema(const std::string& format) {
  fmt::print("{}", format == "json" ? scenario::json_schema().dump(2) + "\n" : scenario::reference());
  return static_cast<int>(Exit::pass);
}

}  // namespace lab::cli
