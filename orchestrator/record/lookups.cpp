// SPDX-License-Identifier: MIT
#include "record/lookups.hpp"

namespace lab {

bool is_success(const LookupAnswer& answer) {
  return answer.verdict == LookupVerdict::conn_request ||
         answer.verdict == LookupVerdict::simultaneous_open;
}

std::set<std::uint16_t> ports_without_holder(const std::vector<LookupAnswer>& answers) {
  std::set<std::uint16_t> ports;
  for (const LookupAnswer& answer : answers)
    if (const LookupStep* bind = answer.find(LookupStepName::bind);
        bind && bind->result == LookupResult::miss)
      ports.insert(answer.tuple.destination.port);
  return ports;
}

}  // namespace lab
