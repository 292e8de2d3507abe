// SPDX-License-Identifier: MIT
//
// What the language is read with, by names of its own.
#pragma once

#include "yaml/fields.hpp"

namespace lab::scenario {

using yaml::Fields;
using yaml::Problem;
using yaml::unknown;
using yaml::YamlEntry;
using yaml::YamlNode;

}  // namespace lab::scenario
