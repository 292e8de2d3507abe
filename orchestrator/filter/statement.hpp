// SPDX-License-Identifier: MIT
//
// Statements of rules, as libnftables-json(5) has them. Pure.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "record/address.hpp"
#include "record/icmp.hpp"

namespace lab::filter {

// {"key": {"meta": {"key": "mark"}}, …}
bool is_key_of(const nlohmann::json& mangle, const char* kind, const char* key);

// Takes packets out of connection tracking, or into another zone of it.
bool changes_tracking(const nlohmann::json& statement);

// Sets the mark of packets, or is a target of iptables that may.
bool may_set_mark(const nlohmann::json& statement);
// The same of the mark of connections.
bool may_set_ct_mark(const nlohmann::json& statement);

struct Rejection {
  bool resets = false;  // by a RST; else by this ICMP error
  IcmpCode icmp;
};

// What "reject" with these options sends in that family. Nothing: an option that is not known.
std::optional<Rejection> rejection_of(const nlohmann::json& options, Family family);

}  // namespace lab::filter
