// SPDX-License-Identifier: MIT
//
// Which local ports are left for a connect() that has not bound one, as
// __inet_hash_connect() sees them: a port that bind() holds is passed over, one that only
// connect() has taken is shared between destinations. Pure.
#pragma once

#include <vector>

#include "record/machine_facts.hpp"

namespace lab::collect {

struct PortsInUse {
  PortRange range{32768, 60999};  // net.ipv4.ip_local_port_range
  std::vector<PortRange> reserved;
  int tcp_tw_reuse = 2;
  const std::vector<Row>* connections = nullptr;  // the whole of ehash
  const std::vector<Row>* listeners = nullptr;
  const std::vector<Row>* bound_only = nullptr;  // null: not seen
};

SourcePorts source_ports(const PortsInUse& in_use, const Address& source,
                         const Endpoint& destination);

}  // namespace lab::collect
