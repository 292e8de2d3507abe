// SPDX-License-Identifier: MIT
//
// One event of the receive path, as the module's view "trace" shows it
// (include/tcp_lookup/contract.h says what each column means).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "record/address.hpp"
#include "record/kernel_function.hpp"
#include "record/packet.hpp"
#include "record/row.hpp"
#include "record/trace_words.hpp"
#include "util/clock.hpp"

namespace lab {

struct TraceEvent {
  std::string host;          // whose namespace
  std::uint64_t number = 0;  // of this reader, from 1; includes lost ones
  Timestamp time = 0;
  std::optional<std::uint64_t> segment;  // empty: not part of a segment's processing
  std::optional<std::uint64_t> cause;    // of a sent segment: the one it answers
  KernelFunction event = KernelFunction::rcv4;
  std::string caller;  // any function of the kernel: "tcp_v4_rcv"; empty: none is reported
  std::optional<TraceDetail> detail;
  std::optional<TraceOutcome> outcome;
  std::string reason;  // the kernel's: "NO_SOCKET"; empty: none
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

bool is_sending(const TraceEvent& event);
// Whether it is a call of the function, which is named as for IPv4, in either family.
bool is_call_of(const TraceEvent& event, KernelFunction ipv4);

}  // namespace lab
