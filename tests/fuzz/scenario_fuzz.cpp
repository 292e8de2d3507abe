// SPDX-License-Identifier: MIT
//
// The parser of scenarios under libFuzzer: whatever the bytes are, it says what
// is wrong with them or gives a scenario that can be put into words. It may throw
// UsageError and nothing else.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "language/step_facts.hpp"
#include "parser/parser.hpp"
#include "util/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The name must be the file's stem, which would stop nearly every input; so the
  // file is called as the corpus' scenarios are not, and its name is what it says.
  constexpr std::string_view key = "\nname: ";
  const std::size_t at = text.find(key);
  std::string file = "x.yaml";
  if (at != std::string_view::npos) {
    const std::string_view rest = text.substr(at + key.size());
    file = std::string(rest.substr(0, rest.find('\n'))) + ".yaml";
  }
  try {
    const auto scenario = lab::parser::parse(text, file);
    for (const auto& step : scenario.steps) (void)lab::language::describe(step.action);
    for (const std::string& variant : scenario.variants)
      (void)lab::parser::parse(text, file, {variant, {}});
  } catch (const lab::UsageError&) {
  }
  return 0;
}
