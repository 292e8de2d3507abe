// SPDX-License-Identifier: MIT
//
// The parts that judge() is put together from; no one else includes this.
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

// A call on a socket, or a ping: the errno expected against that seen.
std::vector<Check> judge_call(const Context& context);
std::vector<Check> judge_info(const Context& context, const scenario::Info& info);
// A program that ran, what was waited for, a program that was stopped.
std::vector<Check> judge_exec(const Context& context, const scenario::Exec& exec);
std::vector<Check> judge_await(const Context& context, const scenario::Await& await);
std::vector<Check> judge_stop(const Context& context, const scenario::Stop& stop);
std::vector<Check> judge_tables(const Context& context, const scenario::Tables& tables);
std::vector<Check> judge_observe(const Context& context, const scenario::Observe& observe);
std::vector<Check> judge_lookup(const Context& context, const scenario::Lookup& lookup);
std::vector<Check> judge_packets(const Context& context, const scenario::Packets& packets);
std::vector<Check> judge_path(const Context& context, const scenario::Path& path);
std::vector<Check> judge_no_retransmission(const Context& context);

Check passed(std::string title, std::string_view witness, std::string expected, std::string seen);
Check failed(std::string title, std::string_view witness, std::string expected, std::string seen);
Check not_observed(std::string title, std::string_view witness, std::string expected,
                   std::string why);

}  // namespace lab::check
