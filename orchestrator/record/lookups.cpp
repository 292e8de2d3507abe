// SPDX-License-Identifier: MIT
#include "record/lookups.hpp"

namespace lab {

bool is_success(const LookupAnswer& answer) {
  return answer.verdict == LookupVerdict::conn_request ||
         answer.verdict == LookupVerdict::simultaneous_open;
}

}  // namespace lab
