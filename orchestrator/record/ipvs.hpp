// SPDX-License-Identifier: MIT
//
// A virtual service of IPVS (ipvsadm(8)), and the real servers to which it sends connections.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab {

struct IpvsServer {
  // IP_VS_CONN_F_FWD_MASK. Only `masquerades` changes the addresses of a segment.
  enum class Method : std::uint8_t { masquerades, is_local, tunnels, routes, bypasses };

  Endpoint address;
  Method method = Method::masquerades;
  std::uint32_t weight = 0;  // 0: it gets no new connections
};

struct IpvsService {
  Endpoint address;        // port 0: every port
  std::uint32_t mark = 0;  // not 0: it takes what has this mark, whatever the address
  Family family = Family::inet;
  std::string scheduler;  // "rr"
  std::vector<IpvsServer> servers = {};
};

// "TCP 10.0.0.2:80 rr → 172.17.0.3:8080 (Masq), 172.17.0.4:8080 (Masq)", as ipvsadm(8) names
// things.
std::string in_words(const IpvsService& service);

}  // namespace lab
