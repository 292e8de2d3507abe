// SPDX-License-Identifier: MIT
#include "check/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lab::check {
namespace {

// "server:8888"; in brackets only if it stays an IPv6 address.
std::string place_of(const Timeline& timeline, const Endpoint& endpoint) {
  const std::string word = word_for(timeline, endpoint.address);
  return word == endpoint.address.str() ? endpoint.str()
                                        : fmt::format("{}:{}", word, endpoint.port);
}

const HostRecord* host_named(const Timeline& timeline, const std::string& name) {
  const auto found = std::ranges::find(timeline.hosts, name, &HostRecord::name);
  return found == timeline.hosts.end() ? nullptr : &*found;
}

// Whether `seen` in a table or packet is the address `own`.
bool stands_for(const Address& own, const Address& seen) {
  return seen == own || seen == own.mapped();
}

bool is_wildcard(const Address& address, Family family) {
  return stands_for(Address::any(family), address);
}

bool is_there(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint) {
  if (place.at.empty()) return is_at(timeline, place.host, endpoint.address);
  const auto own = address_at(timeline, place.host, place.at);
  return own && stands_for(*own, endpoint.address);
}

}  // namespace

bool is_at(const Timeline& timeline, const std::string& word, const Address& address) {
  if (word == scenario::any_word) return is_wildcard(address, timeline.family);
  if (word == scenario::any4_word) return is_wildcard(address, Family::inet);
  if (word == scenario::any6_word) return is_wildcard(address, Family::inet6);
  if (word == scenario::loopback_word)
    return stands_for(Address::loopback(timeline.family), address);
  if (word == scenario::nowhere_word) return stands_for(nowhere(timeline.family), address);
  const HostRecord* host = host_named(timeline, word);
  return host && std::ranges::any_of(addresses_of(*host),
                                     [&](const Address& its) { return stands_for(its, address); });
}

bool is_at(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint) {
  return value_of(timeline, place.port) == endpoint.port && is_there(timeline, place, endpoint);
}

bool is_end(const Timeline& timeline, const scenario::Place& place, const Endpoint& endpoint) {
  return place.port == scenario::Number{} ? is_there(timeline, place, endpoint)
                                          : is_at(timeline, place, endpoint);
}

std::optional<Address> address_at(const Timeline& timeline, const std::string& host_name,
                                  const std::string& at) {
  const HostRecord* host = host_named(timeline, host_name);
  if (!host) return std::nullopt;
  if (at.empty()) {
    const std::vector<Address> all = addresses_of(*host);
    return all.empty() ? std::nullopt : std::optional(all.front());
  }
  for (const auto& [device, address] : host->addresses)
    if (device == at) return address;
  for (const NamedAddress& extra : host->extra_addresses)
    if (extra.name == at) return extra.address;
  return std::nullopt;
}

Address nowhere(Family family) {
  return *Address::parse(family == Family::inet ? "192.0.2.1" : "2001:db8::1");
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
  if (is_wildcard(address, timeline.family)) return std::string(scenario::any_word);
  for (const std::string_view word :
       {scenario::any4_word, scenario::any6_word, scenario::loopback_word, scenario::nowhere_word})
    if (is_at(timeline, std::string(word), address)) return std::string(word);
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
  // A socket with a second name, from `winner`, is shown by its first.
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
