// SPDX-License-Identifier: MIT
//
// The parts of judge(), internal to this module.
//
// judge_call() judges steps that are judged by_errno (scenario/step_list.hpp). Every other step
// needs an overload of judge_step(); without it, judge.cpp does not compile.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// The arguments of all of them.
struct Context {
  const scenario::Scenario& scenario;
  const scenario::Step& step;
  const StepRecord& record;
  const Timeline& timeline;
};

// Compares the errno and the result of the step's call with the expected ones.
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
std::vector<Check> judge_step(const Context& context, const scenario::SystemCall& call);
std::vector<Check> judge_step(const Context& context, const scenario::CallOver& over);
std::vector<Check> judge_step(const Context& context, const scenario::PythonCode& code);

// Of a Packets step of mode `next`.
std::vector<Check> judge_next(const Context& context, const scenario::Packets& packets);

Check passed(std::string title, Witnesses witnesses, std::string expected, std::string seen);
Check failed(std::string title, Witnesses witnesses, std::string expected, std::string seen);
Check not_observed(std::string title, Witnesses witnesses, std::string expected, std::string why);

}  // namespace lab::check
