// SPDX-License-Identifier: MIT
#include "record/ipvs.hpp"

#include <fmt/format.h>

namespace lab {
namespace {

const char* name_of(IpvsServer::Method method) {
  switch (method) {
    case IpvsServer::Method::masquerades:
      return "Masq";
    case IpvsServer::Method::is_local:
      return "Local";
    case IpvsServer::Method::tunnels:
      return "Tunnel";
    case IpvsServer::Method::routes:
      return "Route";
    case IpvsServer::Method::bypasses:
      return "Bypass";
  }
  return "?";
}

}  // namespace

std::string in_words(const IpvsService& service) {
  std::string text = service.mark != 0 ? fmt::format("FWM {}", service.mark)
                                       : fmt::format("TCP {}", service.address.str());
  text += fmt::format(" {}", service.scheduler);
  if (service.servers.empty()) return text + ", without a real server";
  const char* separator = " → ";
  for (const IpvsServer& server : service.servers) {
    text += fmt::format("{}{} ({}{})", separator, server.address.str(), name_of(server.method),
                        server.weight == 0 ? ", weight 0" : "");
    separator = ", ";
  }
  return text;
}

}  // namespace lab
