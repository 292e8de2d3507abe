// SPDX-License-Identifier: MIT
//
// The words of the module's view "lookup" as types. include/tcp_lookup/contract.h has the
// words, lookup_words.cpp one table per type. Readers refuse any other word: a module
// with more words has another schema number.
#pragma once

#include <optional>
#include <string_view>

namespace lab {

// One step of the answer, in the order of the receive path.
enum class LookupStepName {
  ehash,     // the established hash
  exact,     // the listener hash with the destination's address
  wildcard,  // the listener hash with the wildcard
  bind,      // which socket holds the port; not used by the receive path
  verdict,   // what the kernel's own functions found
};
std::string_view to_string(LookupStepName name);  // "lhash2-exact"
std::optional<LookupStepName> lookup_step_name_from(std::string_view word);

enum class LookupResult {
  hit,
  miss,
  skipped,  // an earlier step hit
  cut,      // bind: only connections among the first sockets on the port, and there are more
};
std::string_view to_string(LookupResult result);
std::optional<LookupResult> lookup_result_from(std::string_view word);

// What happens to the SYN.
enum class LookupVerdict {
  rst,
  conn_request,
  simultaneous_open,
  challenge_ack,
  request,
  time_wait
};
std::string_view to_string(LookupVerdict verdict);  // "CONN-REQUEST"
std::optional<LookupVerdict> lookup_verdict_from(std::string_view word);

}  // namespace lab
