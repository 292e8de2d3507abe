// SPDX-License-Identifier: MIT
//
// The actions of the verbs. A verb's function makes the system call and records its outcome.
// It judges nothing: check/ does, from the record.
//
// Each group of verbs is one file, play_*.cpp, with local overloads of act(). The group's
// function at the end of the file calls the overload for the step; a step without an overload
// does not compile.
#pragma once

#include "run/run_context.hpp"
#include "scenario/model.hpp"

namespace lab::run {

// Runs the step once. A step that observes something looks once; the runner repeats it until
// the expectation holds. Throws std::logic_error if no group has the step.
void play(RunContext& context, const scenario::Action& action, StepRecord& record);

// The groups. Each returns false and does nothing when the step belongs to another group.
bool play_socket_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_host_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_packet_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_program_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_look_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_script_step(RunContext& context, const scenario::Action& action, StepRecord& record);

// Runs a program in the foreground, as an Exec step does, but never with more than the rights of a
// user of its own. Where this process cannot confine it, it is not run: `record` says why.
void run_without_rights(RunContext& context, const scenario::Exec& program, StepRecord& record);

}  // namespace lab::run
