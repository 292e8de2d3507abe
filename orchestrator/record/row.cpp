// SPDX-License-Identifier: MIT
#include "record/row.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

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

bool is_set(const Endpoint& endpoint) { return endpoint.port != 0 || !endpoint.address.is_any(); }

}  // namespace

std::string_view to_string(TcpState state) { return word_of(states, state); }
std::optional<TcpState> tcp_state_from(std::string_view word) { return value_of(states, word); }

std::string_view to_string(Kind kind) { return word_of(kinds, kind); }
std::optional<Kind> kind_from(std::string_view word) { return value_of(kinds, word); }

std::string_view to_string(Role role) { return word_of(roles, role); }
std::optional<Role> role_from(std::string_view word) { return value_of(roles, word); }

std::string describe(const Row& row) {
  std::string text = fmt::format("{} {}", to_string(row.state), row.local.str());
  if (is_set(row.remote)) text += fmt::format(" > {}", row.remote.str());
  if (!row.device.empty()) text += fmt::format(" dev {}", row.device);
  return text;
}

// A field that the witness does not report is left out, so that "not reported"
// differs from zero.
void to_json(nlohmann::json& into, const Row& row) {
  into = {{"kind", to_string(row.kind)},
          {"state", to_string(row.state)},
          {"family", to_string(row.local.address.family())},
          {"local", row.local.str()}};
  if (is_set(row.remote)) into["remote"] = row.remote.str();
  if (!row.device.empty()) into["device"] = row.device;
  const auto put = [&into](const char* name, const auto& field) {
    if (field) into[name] = *field;
  };
  put("uid", row.uid);
  put("inode", row.inode);
  put("cookie", row.cookie);
  put("v6only", row.v6only);
  put("reuseaddr", row.reuseaddr);
  put("reuseport", row.reuseport);
  put("accept_queue", row.accept_queue);
  put("accept_queue_max", row.accept_queue_max);
  put("bucket", row.bucket);
  put("position", row.position);
  put("retransmissions", row.retransmissions);
  if (row.role) into["role"] = to_string(*row.role);
}

}  // namespace lab
