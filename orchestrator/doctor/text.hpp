// SPDX-License-Identifier: MIT
//
// A checkup for people, and for programs (docs/looking.md).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>

#include "doctor/judge.hpp"
#include "draw/style.hpp"

namespace lab::doctor {

void print_text(const Checkup& checkup, std::ostream& out, const draw::Style& style);
nlohmann::json to_json(const Checkup& checkup);

}  // namespace lab::doctor
