// SPDX-License-Identifier: MIT
//
// A scenario speaks of hosts, a table and a packet of addresses. This is the
// bridge, both ways.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::check {

// Whether the address is what a scenario calls `word`: one of the host's
// addresses, or that of "loopback" or "nowhere", each also as an IPv6 socket
// shows it (::ffff:10.0.0.1); or a wildcard. "any" is that of the timeline's
// family, or ::, which an IPv6 socket has in a play over IPv4.
bool is_at(const Timeline& timeline, const std::string& word, const Address& address);
// Of a place that says at which interface, or which address: that one only.
bool is_at(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint);
// The end of a segment: port 0 stands for any.
bool is_end(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint);

// The address of a host at an interface, or of that name; without `at` its first.
// Nothing: it has none such.
std::optional<Address> address_at(const Timeline& timeline, const std::string& host,
                                  const std::string& at);

// An address that is nobody's, on no host's link: 192.0.2.1 (RFC 5737, section 3),
// 2001:db8::1 (RFC 3849).
Address nowhere(Family family);

// Whether a segment with these ends and flags is what a scenario so describes.
bool is_segment(const Timeline& timeline, const scenario::PathSegment& expected,
                const Endpoint& source, const Endpoint& destination, TcpFlags flags);

// What a number is by now; nothing: its value has not been seen.
std::optional<std::int64_t> value_of(const Timeline& timeline, const scenario::Number& number);

// What a scenario calls this address: "server", "any", "any6", "loopback"; else itself.
std::string word_for(const Timeline& timeline, const Address& address);

// The socket of this name, or null: it was never opened.
const SocketRecord* socket_named(const Timeline& timeline, const std::string& name);

// Whether the row is that socket's: by its cookie, or by its inode where the
// row has no cookie. A row with neither is nobody's.
bool is_socket(const SocketRecord& socket, const Row& row);

// "conn ESTABLISHED server:8888 > client:40000"
std::string describe(const Timeline& timeline, const Row& row);

}  // namespace lab::check
