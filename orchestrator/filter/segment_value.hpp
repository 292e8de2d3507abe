// SPDX-License-Identifier: MIT
//
// What a segment has where an expression of a rule (libnftables-json(5)) looks: an address, a port,
// a mark. Pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>

#include "filter/rule_match.hpp"
#include "record/address.hpp"

namespace lab::filter {

// What the segment has there. Absent: the rule cannot match it, whatever it compares.
struct Absent {};
struct NotKnown {};
using Has = std::variant<NotKnown, Absent, std::uint32_t, PortRange, Address, std::string>;

Has value_of(const nlohmann::json& left, const SegmentAtHook& segment);

// Nobody but a program that asks for it (IPV6_RTHDR) sends a SYN with one.
bool is_routing_header(const nlohmann::json& left);

// A SYN may ask for ECN (RFC 3168, section 6.1.1).
constexpr std::uint8_t ecn_flags = 0xc0;

// The flags of TCP that are named. Nothing: one is not known.
std::optional<std::uint8_t> flags_in(const nlohmann::json& names);

}  // namespace lab::filter
