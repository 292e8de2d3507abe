// SPDX-License-Identifier: MIT
#pragma once

#include "record/timeline.hpp"
#include "report/play_result.hpp"

namespace lab::report {

// What is known of a play that has left no timeline, because it was not played or
// its process died with it: its names, and why.
Timeline known_of(const PlayResult& result);

}  // namespace lab::report
