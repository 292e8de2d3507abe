// SPDX-License-Identifier: MIT
//
// The receive path's lookups, repeated on sock_diag's rows: for kernels without the
// module, and as a check beside it. It cannot know what the rows do not show: BPF
// programs, SO_INCOMING_CPU, and which member of a SO_REUSEPORT group the segment's hash
// would choose.
//
// Pure. The names of steps, verdicts and handlers are those of the contract.
#pragma once

#include <string>
#include <vector>

#include "record/machine_facts.hpp"

namespace lab {

// What the segment brings besides its 4-tuple.
struct Ingress {
  std::string device;          // inet_iif(); empty: unknown, matches no bound socket
  std::string vrf;             // inet_sdif()
  bool l3mdev_accept = false;  // tcp_l3mdev_accept
};
Ingress ingress_of(const Facts& facts);

// The socket's local address as a segment of `family` sees it: an IPv4-mapped
// one as IPv4, the wildcard of a dual-stack socket as 0.0.0.0. Nothing: no
// segment of that family reaches it.
std::optional<Address> address_for(const Row& row, Family family);

// inet_bound_dev_eq()
bool device_fits(const Row& row, const Ingress& path);

// __inet_lookup_established(), then __inet_lookup_listener(), then which socket holds
// the port. `agrees` is meaningless here.
LookupAnswer infer(const Facts& facts);

// Only the first of the three: what has the 4-tuple. Null: nothing, or there is no source.
const Row* infer_connection(const Facts& facts);

// Only the second of the three: the listener that the SYN would go to. Null: none.
const Row* infer_listener(const Facts& facts);

}  // namespace lab
