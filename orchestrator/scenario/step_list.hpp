// SPDX-License-Identifier: MIT
//
// Lists of step types. Each group of verbs has a header with its structs and, at its end, their
// list. The language (model.hpp), the definitions (*_verbs.cpp) and the actions
// (run/play_*.cpp) use these lists, so that a step that is missing in one of them does not
// compile.
#pragma once

#include <variant>

namespace lab::scenario {

template <typename... Steps>
struct StepList {};

// How a step is judged.
enum class Judging {
  by_errno,        // by the errno of one call: the ErrnoRule of the verb's definition
  once,            // by a function of check/, when the step is over
  until_it_holds,  // the same, repeated until no check fails or the deadline passes
};

// A step's struct declares `static constexpr Judging judging`; default: by_errno.
template <typename Step>
inline constexpr Judging judging_of = [] {
  if constexpr (requires { Step::judging; })
    return Step::judging;
  else
    return Judging::by_errno;
}();

template <typename... Lists>
struct Joined;
template <typename... Steps>
struct Joined<StepList<Steps...>> {
  using Variant = std::variant<Steps...>;
};
template <typename... First, typename... Second, typename... Rest>
struct Joined<StepList<First...>, StepList<Second...>, Rest...>
    : Joined<StepList<First..., Second...>, Rest...> {};

// A variant of the steps of all lists.
template <typename... Lists>
using AnyOf = typename Joined<Lists...>::Variant;

// Calls `function` with the step if its type is in the list. Returns whether it is.
template <typename... Steps, typename Action, typename Function>
bool visit_if_in(StepList<Steps...>, const Action& action, Function function) {
  const auto visit = [&](const auto* step) {
    if (step) function(*step);
    return step != nullptr;
  };
  return (visit(std::get_if<Steps>(&action)) || ...);
}

}  // namespace lab::scenario
