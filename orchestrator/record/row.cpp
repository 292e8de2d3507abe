// SPDX-License-Identifier: MIT
#include "record/row.hpp"

#include <fmt/format.h>

#include "tcp_lookup/contract.h"

namespace lab {
namespace {

template <typename Value>
struct Word {
  std::string_view word;
  Value value;
};

// The first word of a value is the one that is printed; the later ones are
// only understood.
constexpr Word<TcpState> states[] = {
    {TCP_LOOKUP_STATE_ESTABLISHED, TcpState::established},
    {TCP_LOOKUP_STATE_SYN_SENT, TcpState::syn_sent},
    {TCP_LOOKUP_STATE_SYN_RECV, TcpState::syn_received},
    {TCP_LOOKUP_STATE_FIN_WAIT1, TcpState::fin_wait_1},
    {TCP_LOOKUP_STATE_FIN_WAIT2, TcpState::fin_wait_2},
    {TCP_LOOKUP_STATE_TIME_WAIT, TcpState::time_wait},
    {TCP_LOOKUP_STATE_CLOSE, TcpState::closed},
    {TCP_LOOKUP_STATE_CLOSE_WAIT, TcpState::close_wait},
    {TCP_LOOKUP_STATE_LAST_ACK, TcpState::last_ack},
    {TCP_LOOKUP_STATE_LISTEN, TcpState::listen},
    {TCP_LOOKUP_STATE_CLOSING, TcpState::closing},
    // As ss(8) prints them.
    {"ESTAB", TcpState::established},
    {"SYN-RECV", TcpState::syn_received},
    {"UNCONN", TcpState::closed},
    {"CLOSE", TcpState::closed},
};

constexpr Word<Kind> kinds[] = {
    {TCP_LOOKUP_KIND_FULL, Kind::full},
    {TCP_LOOKUP_KIND_REQUEST, Kind::request},
    {TCP_LOOKUP_KIND_TIMEWAIT, Kind::timewait},
};

constexpr Word<Role> roles[] = {
    {TCP_LOOKUP_ROLE_NOTHING, Role::nothing},
    {TCP_LOOKUP_ROLE_LISTENING, Role::listening},
    {TCP_LOOKUP_ROLE_CONNECTED, Role::connected},
};

template <typename Value, std::size_t size>
std::string_view word_of(const Word<Value> (&table)[size], Value value) {
  for (const auto& entry : table)
    if (entry.value == value) return entry.word;
  return "?";
}

template <typename Value, std::size_t size>
std::optional<Value> value_of(const Word<Value> (&table)[size], std::string_view word) {
  for (const auto& entry : table)
    if (entry.word == word) return entry.value;
  return std::nullopt;
}

}  // namespace

std::string_view to_string(TcpState state) { return word_of(states, state); }
std::optional<TcpState> tcp_state_from(std::string_view word) { return value_of(states, word); }

std::string_view to_string(Kind kind) { return word_of(kinds, kind); }
std::optional<Kind> kind_from(std::string_view word) { return value_of(kinds, word); }

std::string_view to_string(Role role) { return word_of(roles, role); }
std::optional<Role> role_from(std::string_view word) { return value_of(roles, word); }

bool has_remote(const Row& row) { return row.remote.port != 0 || !row.remote.address.is_any(); }

std::string describe(const Row& row) {
  std::string text = fmt::format("{} {}", to_string(row.state), row.local.str());
  if (has_remote(row)) text += fmt::format(" > {}", row.remote.str());
  if (!row.device.empty()) text += fmt::format(" dev {}", row.device);
  return text;
}

}  // namespace lab
