// SPDX-License-Identifier: MIT
//
// Names of yaml/ that the parser uses.
#pragma once

#include "yaml/fields.hpp"

namespace lab::scenario {

using yaml::Fields;
using yaml::Problem;
using yaml::unknown;
using yaml::YamlEntry;
using yaml::YamlNode;

}  // namespace lab::scenario
