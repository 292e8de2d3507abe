// SPDX-License-Identifier: MIT
//
// What the verbs do. A verb's function makes the system call, writes into the record
// what came of it, and judges nothing: check/ does, from what is recorded.
//
// The functions of a group of verbs stand in one file, play_*.cpp, as overloads of
// act() that nothing else sees. That file ends with the group's function, which calls
// the overload for the step; where a step of the group has none, it does not compile.
#pragma once

#include "run/run_context.hpp"
#include "scenario/model.hpp"

namespace lab::run {

// Plays the step once. A step that looks for something takes one look; the runner plays
// it again until what is expected is there. Throws std::logic_error where no group has
// the step.
void play(RunContext& context, const scenario::Action& action, StepRecord& record);

// The groups. Each returns false, and does nothing, when the step is not one of its own.
bool play_socket_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_host_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_packet_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_program_step(RunContext& context, const scenario::Action& action, StepRecord& record);
bool play_look_step(RunContext& context, const scenario::Action& action, StepRecord& record);

}  // namespace lab::run
