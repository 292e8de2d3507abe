// SPDX-License-Identifier: MIT
//
// The words of the language that come from other APIs.
#include "scenario/model.hpp"

namespace lab::scenario {

// The same as in net/socket_option.cpp, on which this module does not depend; a test compares
// them.
const std::vector<std::string>& socket_options() {
  static const std::vector<std::string> words = {"SO_REUSEADDR",
                                                 "SO_REUSEPORT",
                                                 "SO_KEEPALIVE",
                                                 "SO_LINGER",
                                                 "SO_MARK",
                                                 "SO_INCOMING_CPU",
                                                 "SO_RCVBUF",
                                                 "SO_SNDBUF",
                                                 "SO_ERROR",
                                                 "SO_ACCEPTCONN",
                                                 "TCP_NODELAY",
                                                 "TCP_MAXSEG",
                                                 "TCP_SYNCNT",
                                                 "TCP_DEFER_ACCEPT",
                                                 "TCP_FASTOPEN",
                                                 "TCP_FASTOPEN_CONNECT",
                                                 "TCP_FASTOPEN_NO_COOKIE",
                                                 "TCP_USER_TIMEOUT",
                                                 "TCP_QUICKACK",
                                                 "TCP_CORK",
                                                 "TCP_LINGER2",
                                                 "TCP_SAVE_SYN",
                                                 "IP_TTL",
                                                 "IP_TRANSPARENT",
                                                 "IP_FREEBIND",
                                                 "IP_BIND_ADDRESS_NO_PORT",
                                                 "IP_LOCAL_PORT_RANGE",
                                                 "IPV6_V6ONLY",
                                                 "IPV6_TRANSPARENT"};
  return words;
}

// Bits of tcpi_options (linux/tcp.h: TCPI_OPT_TIMESTAMPS and so on).
const std::vector<std::string>& info_options() {
  static const std::vector<std::string> words = {"timestamps", "sack",     "wscale",
                                                 "ecn",        "ecn-seen", "syn-data"};
  return words;
}

// The IPv4 name of each error (RFC 792, RFC 1191, RFC 1812), used for both families. RFC 4443 calls
// net-unreachable "no route to destination", host-unreachable "address unreachable",
// protocol-unreachable "unrecognized next header", frag-needed "packet too big".
const std::vector<std::string>& icmp_errors() {
  static const std::vector<std::string> words = {"net-unreachable",      "host-unreachable",
                                                 "protocol-unreachable", "port-unreachable",
                                                 "frag-needed",          "admin-prohibited"};
  return words;
}

}  // namespace lab::scenario
