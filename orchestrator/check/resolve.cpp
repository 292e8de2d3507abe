// SPDX-License-Identifier: MIT
#include "check/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lab::check {
namespace {

// "server:8888"; bracketed only where it stays an IPv6 address.
std::string place_of(const Timeline& timeline, const Endpoint& endpoint) {
  const std::string word = word_for(timeline, endpoint.address);
  return word == endpoint.address.str() ? endpoint.str()
                                        : fmt::format("{}:{}", word, endpoint.port);
}

}  // namespace

bool is_at(const Timeline& timeline, const std::string& word, const Address& address) {
  if (word == "any") return address == Address::any(timeline.family);
  if (word == "loopback") return address == Address::loopback(timeline.family);
  for (const HostRecord& host : timeline.hosts) {
    if (host.name != word) continue;
    for (const auto& [device, its] : host.addresses)
      if (its == address) return true;
  }
  return false;
}

bool is_at(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint) {
  return value_of(timeline, place.port) == endpoint.port &&
         is_at(timeline, place.host, endpoint.address);
}

bool is_end(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint) {
  return place.port == scenario::Number{} ? is_at(timeline, place.host, endpoint.address)
                                          : is_at(timeline, place, endpoint);
}

bool is_segment(const Timeline& timeline, const scenario::PathSegment& expected,
                const Endpoint& source, const Endpoint& destination, TcpFlags flags) {
  return is_end(timeline, expected.from, source) && is_end(timeline, expected.to, destination) &&
         expected.flags == flags;
}

std::optional<std::int64_t> value_of(const Timeline& timeline, const scenario::Number& number) {
  if (number.value.empty()) return number.number;
  const auto found = timeline.values.find(number.value);
  if (found == timeline.values.end()) return std::nullopt;
  return found->second + number.number;
}

std::string word_for(const Timeline& timeline, const Address& address) {
  for (const HostRecord& host : timeline.hosts)
    if (is_at(timeline, host.name, address)) return host.name;
  for (const char* word : {"any", "loopback"})
    if (is_at(timeline, word, address)) return word;
  return address.str();
}

const SocketRecord* socket_named(const Timeline& timeline, const std::string& name) {
  for (const SocketRecord& socket : timeline.sockets)
    if (socket.name == name) return &socket;
  return nullptr;
}

bool is_socket(const SocketRecord& socket, const Row& row) {
  if (row.cookie && *row.cookie != 0) return *row.cookie == socket.cookie;
  return row.inode && *row.inode != 0 && *row.inode == socket.inode;
}

std::string describe(const Timeline& timeline, const Row& row) {
  // One that is also called the winner of an accept() keeps its first name.
  const auto known = std::ranges::find_if(
      timeline.sockets, [&](const SocketRecord& socket) { return is_socket(socket, row); });
  const std::string who = known == timeline.sockets.end() ? "unnamed" : known->name;
  std::string words = fmt::format("{} {} {} > {}", who, to_string(row.state),
                                  place_of(timeline, row.local), place_of(timeline, row.remote));
  if (row.kind != Kind::full) words += fmt::format(", kind {}", to_string(row.kind));
  if (row.role) words += fmt::format(", role {}", to_string(*row.role));
  if (row.accept_queue) words += fmt::format(", accept queue {}", *row.accept_queue);
  return words;
}

}  // namespace lab::check
