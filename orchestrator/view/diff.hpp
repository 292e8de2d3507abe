// SPDX-License-Identifier: MIT
//
// Compares what the two witnesses showed of one table. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/row.hpp"

namespace lab {

// Their disagreements, one sentence per socket; empty: none. `what` begins
// each sentence: "ehash on a".
//
// Two rows belong to one socket when their socket cookies are equal. The module makes
// no cookies: its rows without one are matched by kind and both ends instead.
// A field that only one of the two reports is not compared; nor is a row's
// place in its table, which sock_diag does not report.
std::vector<std::string> disagreements(std::string_view what, const std::vector<Row>& module,
                                       const std::vector<Row>& sock_diag);

}  // namespace lab
