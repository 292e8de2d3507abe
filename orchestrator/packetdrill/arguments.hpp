// SPDX-License-Identifier: MIT
//
// The arguments and results of a system call. The functions throw yaml::Problem for a value that
// cannot be played.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "packetdrill/translator.hpp"

namespace lab::packetdrill {

// An integer, or a constant of the system's headers; nothing: unknown.
std::optional<std::int64_t> constant_of(const Expression& expression);

void require_arguments(const Progress& progress, const Call& call, std::size_t count);
// The argument must be "...": the lab chooses it, as packetdrill does.
void require_ellipsis(const Progress& progress, const Call& call, std::size_t argument);
void require_at_once(const Progress& progress, const Call& call);

std::int64_t number_of(const Progress& progress, const Call& call, std::size_t argument);
// The same of an argument that is an int.
int int_of(const Progress& progress, const Call& call, std::size_t argument);
// That of the first argument, which must be open.
Descriptor& descriptor_of(Progress& progress, const Call& call);

std::int64_t result_of(const Progress& progress, const Call& call);
// The errno that the call must return; 0: it must succeed.
int error_of(const Progress& progress, const Call& call);
// The same of a call whose only result is success or an errno.
int only_error_of(const Progress& progress, const Call& call);

}  // namespace lab::packetdrill
