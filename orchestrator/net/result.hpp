// SPDX-License-Identifier: MIT
//
// The result of a call on a socket, where an error is a value: a scenario may expect
// ECONNREFUSED.
#pragma once

namespace lab {

struct [[nodiscard]] Result {
  int error = 0;  // an errno; 0: it worked
  bool ok() const { return error == 0; }
  bool operator==(const Result&) const = default;
};

}  // namespace lab
