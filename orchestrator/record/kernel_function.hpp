// SPDX-License-Identifier: MIT
//
// The kernel's functions and tracepoints whose calls the view "trace" reports, and their names
// (TCP_LOOKUP_EVENT_… in include/tcp_lookup/contract.h, which says what each of them does). A name
// is parsed once, by the reader of the view, of a stored trace or of a scenario.
#pragma once

#include <optional>
#include <string_view>

#include "record/address.hpp"

namespace lab {

// Where the addresses matter, the kernel has one function for IPv4 and another one for IPv6.
enum class KernelFunction {
  early_demux4,
  early_demux6,
  rcv4,
  rcv6,
  established4,  // the lookup in the established hash
  established6,
  listener4,  // the lookup in the listener hash, with both addresses
  listener6,
  lhash4,  // … with one of them
  lhash6,
  conn_request,
  check_req,
  child4,
  child6,
  rcv_state,
  rcv_established,
  time_wait,
  send_reset4,
  send_reset6,
  active_reset,
  reset,
  backlog,
  send4,  // a segment is handed to IP
  send6,
  local_out6,  // … by netfilter, over IPv6
  drop,        // a tracepoint, as the next one
  set_state,
};
std::string_view to_string(KernelFunction function);  // "tcp_v4_rcv"
std::optional<KernelFunction> kernel_function_from(std::string_view name);

// The function that does for `family` what the named one does for IPv4: tcp_v6_rcv for
// tcp_v4_rcv. A function for both families, or for IPv6, as it is.
KernelFunction for_family(KernelFunction ipv4_function, Family family);

// The opposite: tcp_v4_rcv for tcp_v6_rcv. Any other function as it is.
KernelFunction ipv4_function(KernelFunction function);

// The name of the function for `family`.
std::string_view kernel_name(KernelFunction ipv4_function, Family family);
// The same for the name of any function of the kernel, such as a caller: one that is not an event
// of the trace has the same name in both families.
std::string_view kernel_name(std::string_view ipv4_name, Family family);

// Whether a segment is handed to IP here.
bool is_sending(KernelFunction function);

}  // namespace lab
