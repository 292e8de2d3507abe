// SPDX-License-Identifier: MIT
#include "record/trace_words.hpp"

#include "record/word_table.hpp"
#include "tcp_lookup/contract.h"

namespace lab {
namespace {

constexpr WordTable<TraceOutcome, 16> outcome_words{{
    {TraceOutcome::hit, TCP_LOOKUP_HIT},
    {TraceOutcome::miss, TCP_LOOKUP_MISS},
    {TraceOutcome::enter, TCP_LOOKUP_OUTCOME_ENTER},
    {TraceOutcome::request, TCP_LOOKUP_OUTCOME_REQUEST},
    {TraceOutcome::cookie, TCP_LOOKUP_OUTCOME_COOKIE},
    {TraceOutcome::dropped, TCP_LOOKUP_OUTCOME_DROPPED},
    {TraceOutcome::child, TCP_LOOKUP_OUTCOME_CHILD},
    {TraceOutcome::listener, TCP_LOOKUP_OUTCOME_LISTENER},
    {TraceOutcome::none, TCP_LOOKUP_OUTCOME_NONE},
    {TraceOutcome::ok, TCP_LOOKUP_OUTCOME_OK},
    {TraceOutcome::reset, TCP_LOOKUP_OUTCOME_RESET},
    {TraceOutcome::success, TCP_LOOKUP_OUTCOME_SUCCESS},
    {TraceOutcome::ack, TCP_LOOKUP_OUTCOME_ACK},
    {TraceOutcome::syn, TCP_LOOKUP_OUTCOME_SYN},
    {TraceOutcome::no_socket, TCP_LOOKUP_OUTCOME_NO_SOCKET},
    {TraceOutcome::socket, TCP_LOOKUP_OUTCOME_SOCKET},
}};

constexpr WordTable<TraceDetail, 9> detail_words{{
    {TraceDetail::exact, TCP_LOOKUP_DETAIL_EXACT},
    {TraceDetail::wildcard, TCP_LOOKUP_DETAIL_WILDCARD},
    {TraceDetail::icmp_error, TCP_LOOKUP_DETAIL_ICMP},
    {TraceDetail::time_wait, TCP_LOOKUP_DETAIL_TIME_WAIT},
    {TraceDetail::reset_key, TCP_LOOKUP_DETAIL_RESET_KEY},
    {TraceDetail::sock_diag, TCP_LOOKUP_DETAIL_SOCK_DIAG},
    {TraceDetail::other, TCP_LOOKUP_DETAIL_OTHER},
    {TraceDetail::accept_queue_full, TCP_LOOKUP_DETAIL_ACCEPT_QUEUE_FULL},
    {TraceDetail::early_demux, TCP_LOOKUP_DETAIL_EARLY_DEMUX},
}};

}  // namespace

std::string_view to_string(TraceOutcome outcome) { return word_of(outcome_words, outcome); }
std::string_view to_string(TraceDetail detail) { return word_of(detail_words, detail); }

std::string_view to_string(std::optional<TraceOutcome> outcome) {
  return outcome ? to_string(*outcome) : "";
}
std::string_view to_string(std::optional<TraceDetail> detail) {
  return detail ? to_string(*detail) : "";
}

std::optional<TraceOutcome> trace_outcome_from(std::string_view word) {
  return value_of(outcome_words, word);
}
std::optional<TraceDetail> trace_detail_from(std::string_view word) {
  return value_of(detail_words, word);
}

}  // namespace lab
