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
// addresses, or that of "any" or "loopback" in the timeline's family.
bool is_at(const Timeline& timeline, const std::string& word, const Address& address);
bool is_at(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint);
// The end of a segment: port 0 stands for any.
bool is_end(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint);

// Whether a segment with these ends and flags is what a scenario so describes.
bool is_segment(const Timeline& timeline, const scenario::PathSegment& expected,
                const Endpoint& source, const Endpoint& destination, TcpFlags flags);

// What a number is by now; nothing: its value has not been seen.
std::optional<std::int64_t> value_of(const Timeline& timeline, const scenario::Number& number);

// What a scenario calls this address: "server", "any", "loopback"; else itself.
std::string word_for(const Timeline& timeline, const Address& address);

// The socket of this name, or null: it was never opened.
const SocketRecord* socket_named(const Timeline& timeline, const std::string& name);

// Whether the row is that socket's: by its cookie, or by its inode where the
// row has no cookie. A row with neither is nobody's.
bool is_socket(const SocketRecord& socket, const Row& row);

// "conn ESTABLISHED server:8888 > client:40000"
std::string describe(const Timeline& timeline, const Row& row);

}  // namespace lab::check
