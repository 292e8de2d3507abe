// SPDX-License-Identifier: MIT
//
// Names of other modules that the definitions use: those of yaml/, and the values of scenario/,
// since nearly every line of a definition names one.
#pragma once

#include "scenario/model.hpp"
#include "yaml/fields.hpp"

namespace lab::language {

using namespace scenario;
using scenario::Lookup;  // record/ has one, too
using yaml::Fields;
using yaml::Problem;
using yaml::unknown;
using yaml::YamlEntry;
using yaml::YamlNode;

}  // namespace lab::language
