// SPDX-License-Identifier: MIT
//
// connect() finds no source port: __inet_hash_connect() fails with EADDRNOTAVAIL. Ports are
// shared between destinations, so that this holds for one destination and not for another.
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

// The default of net.ipv4.ip_local_port_range, and the widest that leaves the well-known ports.
constexpr PortRange by_default{32768, 60999}, widest{1024, 65535};

}  // namespace

std::optional<Conclusion> no_free_port(const Facts& facts) {
  const SourcePorts& ports = facts.source_ports;
  if (!facts.arrival.local_sender || !facts.question.port_is_assumed || !ports.none_is_left())
    return std::nullopt;
  const PortRange range = facts.sysctls.ip_local_port_range.value_or(by_default);
  const bool narrow = range.first > by_default.first || range.last < by_default.last;
  const PortRange wider = narrow ? by_default : widest;
  return Conclusion{
      "no-free-port",
      Answer::not_sent,
      fmt::format("every ephemeral port ({} to {}) is taken for {}: {} reserved, {} held by "
                  "sockets that are bound or listen, {} with a connection to it{}; connect() fails "
                  "with EADDRNOTAVAIL, and no SYN is sent",
                  range.first, range.last, facts.question.destination.str(), ports.reserved,
                  ports.held, ports.taken - ports.reserved - ports.held - ports.left_out,
                  ports.left_out == 0
                      ? ""
                      : ", and the last, which connect() leaves out of an odd number of ports"),
      "close connections that are not needed, connect from another address, or widen the range",
      {sysctl_command("net/ipv4/ip_local_port_range",
                      fmt::format("{} {}", wider.first, wider.last))},
      EADDRNOTAVAIL};
}

}  // namespace lab::explain
