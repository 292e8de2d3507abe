// SPDX-License-Identifier: MIT
//
// The words of the language that come from other APIs.
#include <algorithm>

#include "scenario/model.hpp"

namespace lab::scenario {

// The same as in net/socket_option.cpp, on which this module does not depend; a test compares
// them.
const std::vector<std::string>& socket_options() {
  static const std::vector<std::string> words = {
      "SO_REUSEADDR", "SO_REUSEPORT", "SO_KEEPALIVE", "SO_LINGER", "SO_MARK", "SO_INCOMING_CPU",
      "SO_RCVBUF", "SO_SNDBUF", "SO_ERROR", "SO_ACCEPTCONN", "SO_DONTROUTE", "SO_OOBINLINE",
      "SO_PRIORITY", "SO_RCVLOWAT", "SO_RCVBUFFORCE", "SO_SNDBUFFORCE", "SO_ZEROCOPY",
      "SO_TIMESTAMP", "SO_BUSY_POLL", "SO_TYPE", "SO_DOMAIN", "SO_PROTOCOL",
      "SO_MAX_PACING_RATE", "TCP_NODELAY", "TCP_MAXSEG", "TCP_SYNCNT", "TCP_DEFER_ACCEPT",
      "TCP_FASTOPEN", "TCP_FASTOPEN_CONNECT", "TCP_FASTOPEN_NO_COOKIE", "TCP_USER_TIMEOUT",
      "TCP_QUICKACK", "TCP_CORK", "TCP_LINGER2", "TCP_SAVE_SYN", "TCP_KEEPIDLE", "TCP_KEEPINTVL",
      "TCP_KEEPCNT", "TCP_WINDOW_CLAMP", "TCP_CONGESTION", "TCP_ULP", "TCP_THIN_LINEAR_TIMEOUTS",
      "TCP_THIN_DUPACK", "TCP_REPAIR", "TCP_REPAIR_QUEUE", "TCP_QUEUE_SEQ", "TCP_TIMESTAMP",
      "TCP_NOTSENT_LOWAT", "TCP_INQ", "TCP_TX_DELAY", "IP_TTL", "IP_TRANSPARENT", "IP_FREEBIND",
      "IP_BIND_ADDRESS_NO_PORT", "IP_LOCAL_PORT_RANGE", "IP_TOS", "IP_MINTTL", "IP_MTU",
      "IP_MTU_DISCOVER", "IP_RECVERR", "IP_RECVTOS", "IP_RECVTTL", "IPV6_V6ONLY",
      "IPV6_TRANSPARENT", "IPV6_UNICAST_HOPS", "IPV6_MINHOPCOUNT", "IPV6_MTU",
      "IPV6_MTU_DISCOVER", "IPV6_RECVERR", "IPV6_TCLASS", "IPV6_RECVTCLASS", "IPV6_RECVHOPLIMIT"};
  return words;
}

bool has_unsigned_value(std::string_view option) {
  static const std::vector<std::string_view> all_bits = {
      "SO_MARK",       "SO_MAX_PACING_RATE", "TCP_QUEUE_SEQ",
      "TCP_TIMESTAMP", "TCP_NOTSENT_LOWAT",  "IP_LOCAL_PORT_RANGE"};
  return std::ranges::find(all_bits, option) != all_bits.end();
}

bool has_named_value(std::string_view option) {
  return option == "TCP_CONGESTION" || option == "TCP_ULP";
}

// The same as in net/info_fields.cpp; a test compares them.
const std::vector<std::string>& info_fields() {
  static const std::vector<std::string> words = {
      "tcpi_state", "tcpi_ca_state", "tcpi_retransmits", "tcpi_probes", "tcpi_backoff",
      "tcpi_options", "tcpi_snd_wscale", "tcpi_rcv_wscale", "tcpi_delivery_rate_app_limited",
      "tcpi_fastopen_client_fail", "tcpi_rto", "tcpi_ato", "tcpi_snd_mss", "tcpi_rcv_mss",
      "tcpi_unacked", "tcpi_sacked", "tcpi_lost", "tcpi_retrans", "tcpi_fackets",
      "tcpi_last_data_sent", "tcpi_last_ack_sent", "tcpi_last_data_recv", "tcpi_last_ack_recv",
      "tcpi_pmtu", "tcpi_rcv_ssthresh", "tcpi_rtt", "tcpi_rttvar", "tcpi_snd_ssthresh",
      "tcpi_snd_cwnd", "tcpi_advmss", "tcpi_reordering", "tcpi_rcv_rtt", "tcpi_rcv_space",
      "tcpi_total_retrans", "tcpi_pacing_rate", "tcpi_max_pacing_rate", "tcpi_bytes_acked",
      "tcpi_bytes_received", "tcpi_segs_out", "tcpi_segs_in", "tcpi_notsent_bytes",
      "tcpi_min_rtt", "tcpi_data_segs_in", "tcpi_data_segs_out", "tcpi_delivery_rate",
      "tcpi_busy_time", "tcpi_rwnd_limited", "tcpi_sndbuf_limited", "tcpi_delivered",
      "tcpi_delivered_ce", "tcpi_bytes_sent", "tcpi_bytes_retrans", "tcpi_dsack_dups",
      "tcpi_reord_seen", "tcpi_rcv_ooopack", "tcpi_snd_wnd", "tcpi_rcv_wnd", "tcpi_rehash",
      "tcpi_total_rto", "tcpi_total_rto_recoveries", "tcpi_total_rto_time",
      "tcpi_received_ce", "tcpi_delivered_e1_bytes", "tcpi_delivered_e0_bytes",
      "tcpi_delivered_ce_bytes", "tcpi_received_e1_bytes", "tcpi_received_e0_bytes",
      "tcpi_received_ce_bytes", "tcpi_ecn_mode", "tcpi_accecn_opt_seen", "tcpi_accecn_fail_mode",
      "tcpi_options2", "SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_RCVBUF",
      "SK_MEMINFO_WMEM_ALLOC", "SK_MEMINFO_SNDBUF", "SK_MEMINFO_FWD_ALLOC",
      "SK_MEMINFO_WMEM_QUEUED", "SK_MEMINFO_OPTMEM", "SK_MEMINFO_BACKLOG", "SK_MEMINFO_DROPS"};
  return words;
}

const std::vector<std::string>& send_flags() {
  static const std::vector<std::string> words = {"MSG_MORE", "MSG_OOB", "MSG_EOR", "MSG_DONTROUTE",
                                                 "MSG_DONTWAIT"};
  return words;
}

const std::vector<std::string>& receive_flags() {
  static const std::vector<std::string> words = {"MSG_PEEK", "MSG_OOB", "MSG_TRUNC",
                                                 "MSG_DONTWAIT"};
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
