// SPDX-License-Identifier: MIT
//
// One run of the page: its facts, and its parts (sections.hpp) below them.
#pragma once

#include <string>
#include <string_view>

#include "html/page.hpp"

namespace lab::html {

// "passed", "failed", "not observed"
std::string_view verdict_word(Outcome verdict);

std::string run_body(const Run& run, const std::string& id);

}  // namespace lab::html
