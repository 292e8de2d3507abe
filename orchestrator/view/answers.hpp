// SPDX-License-Identifier: MIT
//
// Queries to the module's view "lookup" and its answers, as values. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/lookup.hpp"

namespace lab {

// The line that asks for this tuple, with its newline: "10.0.0.1:40000
// 10.0.0.2:80 dev eth0".
std::string question(const Tuple& tuple);

// The answers to `asked`, in that order. Throws EnvironmentError, naming `view`
// and the line, when the text violates the contract or a question has no answer.
std::vector<LookupAnswer> answers_from(std::string_view view, std::string_view text,
                                       const std::vector<Tuple>& asked);

// After a refused write: the reason, naming the question. Throws EnvironmentError
// when the text violates the contract.
std::string refusal_from(std::string_view view, std::string_view text,
                         const std::vector<Tuple>& asked);

}  // namespace lab
