// SPDX-License-Identifier: MIT
//
// What a call on a socket came to, where an error is an answer and no accident:
// a scenario may expect ECONNREFUSED.
#pragma once

namespace lab {

struct [[nodiscard]] Result {
  int error = 0;  // an errno; 0: it worked
  bool ok() const { return error == 0; }
  bool operator==(const Result&) const = default;
};

}  // namespace lab
