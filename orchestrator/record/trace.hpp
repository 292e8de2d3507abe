// SPDX-License-Identifier: MIT
//
// One event of the receive path, as the module's view "trace" shows it
// (include/tcp_lookup/contract.h says what each column means).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "record/address.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"
#include "util/clock.hpp"

namespace lab {

struct TraceEvent {
  std::string host;          // whose namespace
  std::uint64_t number = 0;  // of this reader, from 1; includes lost ones
  Timestamp time = 0;
  std::optional<std::uint64_t> segment;  // empty: not part of a segment's processing
  std::optional<std::uint64_t> cause;    // of a sent segment: the one it answers
  std::string event;                     // "tcp_v4_rcv": the kernel's name
  std::string caller;
  std::string detail;   // "exact", "wildcard", "time-wait", …
  std::string outcome;  // "hit", "miss", "enter", …
  std::string reason;   // the kernel's: "NO_SOCKET"; empty: none
  std::optional<Endpoint> source;
  std::optional<Endpoint> destination;
  std::string device;
  std::optional<TcpFlags> flags;
  std::optional<std::uint32_t> sequence, acknowledgment, length;  // as on the wire
  std::optional<Kind> kind;
  std::optional<TcpState> state;
  std::optional<TcpState> state_after;
  std::optional<std::uint64_t> cookie;

  bool operator==(const TraceEvent&) const = default;
};

// The kernel has a function of its own for IPv6 where the addresses matter:
// tcp_v6_rcv beside tcp_v4_rcv. The name for `family` of a function that is
// named as for IPv4; any other name as it is.
std::string_view kernel_name(std::string_view ipv4_name, Family family);

// Whether a segment is handed to IP here: __ip_local_out, ip6_xmit, __ip6_local_out.
bool is_sending(std::string_view event);
bool is_sending(const TraceEvent& event);

}  // namespace lab
