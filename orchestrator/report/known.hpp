// SPDX-License-Identifier: MIT
#pragma once

#include "record/timeline.hpp"
#include "report/play_result.hpp"

namespace lab::report {

// What is known of a play without a timeline (because it did not run or its process died): its
// names and the reason.
Timeline known_of(const PlayResult& result);

}  // namespace lab::report
