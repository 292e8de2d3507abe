// SPDX-License-Identifier: MIT
#include "record/lookups.hpp"

#include "tcp_lookup/contract.h"

namespace lab {

bool is_success(const LookupAnswer& answer) {
  return answer.verdict == TCP_LOOKUP_VERDICT_CONN_REQUEST ||
         answer.verdict == TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN;
}

}  // namespace lab
