// SPDX-License-Identifier: MIT
//
// The parts that judge() is put together from; no one else includes this.
//
// A step that is judged by_errno (scenario/step_list.hpp) is judged by judge_call();
// each other one has an overload of judge_step(), or judge.cpp does not compile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// What all of them are given.
struct Context {
  const scenario::Scenario& scenario;
  const scenario::Step& step;
  const StepRecord& record;
  const Timeline& timeline;
};

// The errno of the step's call against the one expected, and what else it must bring.
std::vector<Check> judge_call(const Context& context);

std::vector<Check> judge_step(const Context& context, const scenario::Info& info);
std::vector<Check> judge_step(const Context& context, const scenario::Exec& exec);
std::vector<Check> judge_step(const Context& context, const scenario::Await& await);
std::vector<Check> judge_step(const Context& context, const scenario::Stop& stop);
std::vector<Check> judge_step(const Context& context, const scenario::Tables& tables);
std::vector<Check> judge_step(const Context& context, const scenario::Observe& observe);
std::vector<Check> judge_step(const Context& context, const scenario::Lookup& lookup);
std::vector<Check> judge_step(const Context& context, const scenario::Packets& packets);
std::vector<Check> judge_step(const Context& context, const scenario::Path& path);
std::vector<Check> judge_step(const Context& context, const scenario::NoRetransmission&);

Check passed(std::string title, Witnesses witnesses, std::string expected, std::string seen);
Check failed(std::string title, Witnesses witnesses, std::string expected, std::string seen);
Check not_observed(std::string title, Witnesses witnesses, std::string expected, std::string why);

}  // namespace lab::check
