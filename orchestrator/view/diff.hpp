// SPDX-License-Identifier: MIT
//
// Lays what the two witnesses showed of one table side by side. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/row.hpp"

namespace lab {

// What they disagree on, one sentence a socket; empty: nothing. `what` opens
// each sentence: "ehash on a".
//
// Two rows are of one socket when their cookies are equal. The module makes no
// cookies: a row of its without one is matched by kind and both ends instead.
// A field that only one of the two reports is not compared; nor is a row's
// place in its table, which sock_diag does not tell.
std::vector<std::string> disagreements(std::string_view what, const std::vector<Row>& module,
                                       const std::vector<Row>& sock_diag);

}  // namespace lab
