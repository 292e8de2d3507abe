// SPDX-License-Identifier: MIT
//
// Lists of types of steps. Each group of verbs has a header with its structs, which
// ends with the list of them; the language (model.hpp), its definitions
// (*_verbs.cpp) and what plays them (run/play_*.cpp) are made from these lists, so
// that a step which one of them lacks does not compile.
#pragma once

#include <variant>

namespace lab::scenario {

template <typename... Steps>
struct StepList {};

// How it is decided whether a step did what the scenario expects.
enum class Judging {
  by_errno,        // by the errno of one call: the ErrnoRule of the verb's definition
  once,            // by a function of check/, when the step is over
  until_it_holds,  // likewise; the step looks again until no check fails, or the deadline passes
};

// A step's struct states it as `static constexpr Judging judging`, unless it is by errno.
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

// Calls `function` with the step if it is of a type of the list. Returns whether it is.
template <typename... Steps, typename Action, typename Function>
bool visit_if_in(StepList<Steps...>, const Action& action, Function function) {
  const auto visit = [&](const auto* step) {
    if (step) function(*step);
    return step != nullptr;
  };
  return (visit(std::get_if<Steps>(&action)) || ...);
}

}  // namespace lab::scenario
