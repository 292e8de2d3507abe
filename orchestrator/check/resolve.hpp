// SPDX-License-Identifier: MIT
//
// Translates between the host names of a scenario and the addresses in tables and packets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// Whether the address matches the scenario's word: one of the host's addresses, that of
// "loopback" or "nowhere", each also in IPv4-mapped form (::ffff:10.0.0.1), or a wildcard. "any"
// is the wildcard of the timeline's family, or ::, for an IPv6 socket in a play over IPv4.
bool is_at(const Timeline& timeline, const std::string& word, const Address& address);
// The same for a place; with an interface or address name, only that address.
bool is_at(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint);
// The same for an end of a segment: port 0 matches any port.
bool is_end(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint);

// The address of a host with this interface or address name; its first without `at`. Nothing:
// there is none.
std::optional<Address> address_at(const Timeline& timeline, const std::string& host,
                                  const std::string& at);

// An address that no host has and no link reaches: 192.0.2.1 (RFC 5737, section 3),
// 2001:db8::1 (RFC 3849).
Address nowhere(Family family);

// Whether a segment with these ends and flags matches the expected one.
bool is_segment(const Timeline& timeline, const scenario::PathSegment& expected,
                const Endpoint& source, const Endpoint& destination, TcpFlags flags);

// The value of a number; nothing: its $value is not set yet.
std::optional<std::int64_t> value_of(const Timeline& timeline, const scenario::Number& number);

// The scenario's word for this address: "server", "any", "any6", "loopback"; otherwise the
// address.
std::string word_for(const Timeline& timeline, const Address& address);

// The socket of this name, or null: it was never opened.
const SocketRecord* socket_named(const Timeline& timeline, const std::string& name);

// Whether the row is that socket's, by socket cookie, or by inode if the row has no cookie. A
// row with neither matches no socket.
bool is_socket(const SocketRecord& socket, const Row& row);

// "conn ESTABLISHED server:8888 > client:40000"
std::string describe(const Timeline& timeline, const Row& row);

}  // namespace lab::check
