// SPDX-License-Identifier: MIT
#include "record/lookup_words.hpp"

#include "record/word_table.hpp"
#include "tcp_lookup/contract.h"

namespace lab {
namespace {

constexpr WordTable<LookupStepName, 5> step_names{{
    {LookupStepName::ehash, TCP_LOOKUP_STEP_EHASH},
    {LookupStepName::exact, TCP_LOOKUP_STEP_EXACT},
    {LookupStepName::wildcard, TCP_LOOKUP_STEP_WILDCARD},
    {LookupStepName::bind, TCP_LOOKUP_STEP_BIND},
    {LookupStepName::verdict, TCP_LOOKUP_STEP_VERDICT},
}};

constexpr WordTable<LookupResult, 4> results{{
    {LookupResult::hit, TCP_LOOKUP_HIT},
    {LookupResult::miss, TCP_LOOKUP_MISS},
    {LookupResult::skipped, TCP_LOOKUP_SKIPPED},
    {LookupResult::cut, TCP_LOOKUP_CUT},
}};

constexpr WordTable<LookupVerdict, 6> verdicts{{
    {LookupVerdict::rst, TCP_LOOKUP_VERDICT_RST},
    {LookupVerdict::conn_request, TCP_LOOKUP_VERDICT_CONN_REQUEST},
    {LookupVerdict::simultaneous_open, TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN},
    {LookupVerdict::challenge_ack, TCP_LOOKUP_VERDICT_CHALLENGE_ACK},
    {LookupVerdict::request, TCP_LOOKUP_VERDICT_REQUEST},
    {LookupVerdict::time_wait, TCP_LOOKUP_VERDICT_TIME_WAIT},
}};

}  // namespace

std::string_view to_string(LookupStepName name) { return word_of(step_names, name); }
std::string_view to_string(LookupResult result) { return word_of(results, result); }
std::string_view to_string(LookupVerdict verdict) { return word_of(verdicts, verdict); }

std::optional<LookupStepName> lookup_step_name_from(std::string_view word) {
  return value_of(step_names, word);
}
std::optional<LookupResult> lookup_result_from(std::string_view word) {
  return value_of(results, word);
}
std::optional<LookupVerdict> lookup_verdict_from(std::string_view word) {
  return value_of(verdicts, word);
}

}  // namespace lab
