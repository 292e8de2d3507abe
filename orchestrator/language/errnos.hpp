// SPDX-License-Identifier: MIT
//
// The errnos that the calls of a scenario can return, so that an expectation that can never hold is
// refused before the run.
#pragma once

#include <string>
#include <vector>

#include "language/names.hpp"
#include "language/reading.hpp"

namespace lab::language {

// The errnos of a call on a TCP socket in Linux: the man page of the call and net/ipv4/, and EPERM,
// which a BPF program or a security module may return.
const std::vector<int>& errnos_of(std::string_view call);

// Refuses the key `error` of a step if its call ("bind()") never returns that, and a closed socket
// unless the step expects EBADF. The step's key `socket` names the socket, if it has one.
void require_possible(std::string_view call, int error, const Fields& fields, Names& names);

// The same as a rule of a verb's definition.
template <typename Step>
auto possible(std::string call) {
  return [call = std::move(call)](Step& step, const Fields& fields, Names& names) {
    require_possible(call, step.error, fields, names);
  };
}

}  // namespace lab::language
