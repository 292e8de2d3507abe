// SPDX-License-Identifier: MIT
#include "run/actions.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "language/step_facts.hpp"

namespace lab::run {

void play(RunContext& context, const scenario::Action& action, StepRecord& record) {
  for (const auto play_group : {play_socket_step, play_host_step, play_packet_step,
                                play_program_step, play_look_step, play_script_step})
    if (play_group(context, action, record)) return;
  throw std::logic_error(
      fmt::format("no group in run/actions.hpp implements {}", language::verb_of(action)));
}

}  // namespace lab::run
