// SPDX-License-Identifier: MIT
//
// The names of yaml/ that the definitions use.
#pragma once

#include "yaml/fields.hpp"

namespace lab::language {

using yaml::Fields;
using yaml::Position;
using yaml::Problem;
using yaml::unknown;
using yaml::YamlEntry;
using yaml::YamlNode;

}  // namespace lab::language
