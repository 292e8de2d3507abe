// SPDX-License-Identifier: MIT
//
// Words of the view "trace" for traces that are made by hand. One that the contract does not have
// throws std::bad_optional_access, and so fails the test.
#pragma once

#include <optional>
#include <string_view>

#include "record/kernel_function.hpp"
#include "record/trace_words.hpp"

namespace lab::testing {

inline KernelFunction function_named(std::string_view name) {
  return kernel_function_from(name).value();
}

// "": none.
inline std::optional<TraceOutcome> outcome_named(std::string_view word) {
  return word.empty() ? std::nullopt : std::optional(trace_outcome_from(word).value());
}
inline std::optional<TraceDetail> detail_named(std::string_view word) {
  return word.empty() ? std::nullopt : std::optional(trace_detail_from(word).value());
}

}  // namespace lab::testing
