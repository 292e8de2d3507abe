// SPDX-License-Identifier: MIT
//
// The reader of packetdrill scripts under libFuzzer: whatever the bytes are, it says what is wrong
// with them or gives a scenario that can be put into words. It may throw UsageError and nothing
// else.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "language/step_facts.hpp"
#include "packetdrill/load.hpp"
#include "util/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const auto scenario = lab::packetdrill::read_script(text, "x.pkt");
    for (const auto& step : scenario.steps) (void)lab::language::describe(step.action);
  } catch (const lab::UsageError&) {
  }
  return 0;
}
