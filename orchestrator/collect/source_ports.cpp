// SPDX-License-Identifier: MIT
#include "collect/source_ports.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

namespace lab::collect {
namespace {

using Ports = std::set<std::uint16_t>;

void insert_ports(const std::vector<Row>* rows, Ports& into) {
  if (!rows) return;
  for (const Row& row : *rows) into.insert(row.local.port);
}

bool same(const Address& one, const Address& other) { return one.mapped() == other.mapped(); }

// tcp_twsk_unique(): 1 is for all, 2 for the loopback alone. Timestamps and a second's wait are
// asked for besides, and are not to be seen.
bool may_be_reused(int tcp_tw_reuse, const Address& source, const Address& destination) {
  if (tcp_tw_reuse == 2) return source.is_loopback() || destination.is_loopback();
  return tcp_tw_reuse == 1;
}

// __inet_hash_connect() tries an even number of ports. Of an odd number it leaves out the last
// or, when it begins in the middle, the first; of three it always begins with the first.
enum class Tried : std::uint8_t { always, perhaps, never };
Tried is_tried(std::uint16_t port, const PortRange& range) {
  const unsigned count = range.last - range.first + 1U;
  if (count % 2 == 0 || count == 1) return Tried::always;
  if (count == 3) return port == range.last ? Tried::never : Tried::always;
  return port == range.first || port == range.last ? Tried::perhaps : Tried::always;
}

}  // namespace

SourcePorts source_ports(const PortsInUse& in_use, const Address& source,
                         const Endpoint& destination) {
  Ports held, same_tuple, other_tuple;
  insert_ports(in_use.listeners, held);
  insert_ports(in_use.bound_only, held);
  if (in_use.connections)
    for (const Row& row : *in_use.connections) {
      const bool same_ends = row.remote.port == destination.port &&
                             same(row.remote.address, destination.address) &&
                             same(row.local.address, source);
      const bool goes_away = row.kind == Kind::timewait &&
                             may_be_reused(in_use.tcp_tw_reuse, source, destination.address);
      (same_ends && !goes_away ? same_tuple : other_tuple).insert(row.local.port);
    }

  SourcePorts ports;
  ports.bound_are_seen = in_use.bound_only != nullptr;
  std::optional<std::uint16_t> unused, shared, itself;
  for (unsigned number = in_use.range.first; number <= in_use.range.last; ++number) {
    const auto port = static_cast<std::uint16_t>(number);
    const bool is_reserved = std::ranges::any_of(
        in_use.reserved, [port](const PortRange& each) { return each.contains(port); });
    const Tried tried = is_tried(port, in_use.range);
    if (tried == Tried::never) {
      ++ports.taken;
      ++ports.left_out;
    } else if (is_reserved) {
      ++ports.taken;
      ++ports.reserved;
    } else if (held.contains(port)) {
      ++ports.taken;
      ++ports.held;
    } else if (same_tuple.contains(port)) {
      ++ports.taken;
    } else if (other_tuple.contains(port) || tried == Tried::perhaps) {
      ++ports.shared;
      if (!shared) shared = port;
    } else {
      ++ports.unused;
      // A connect() to itself is possible, and the last that is meant.
      std::optional<std::uint16_t>& into = port == destination.port ? itself : unused;
      if (!into) into = port;
    }
  }
  ports.choice = unused ? unused : shared ? shared : itself;
  return ports;
}

}  // namespace lab::collect
