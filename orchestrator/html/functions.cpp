// SPDX-License-Identifier: MIT
#include "html/functions.hpp"

#include <array>
#include <vector>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"

namespace lab::html {
namespace {

constexpr std::string_view tcp4 = "net/ipv4/tcp_ipv4.c", tcp6 = "net/ipv6/tcp_ipv6.c",
                           input = "net/ipv4/tcp_input.c", hash4 = "net/ipv4/inet_hashtables.c",
                           hash6 = "net/ipv6/inet6_hashtables.c",
                           minisocks = "net/ipv4/tcp_minisocks.c",
                           connection = "net/ipv4/inet_connection_sock.c";

constexpr std::array<ListedFunction, 24> functions{{
    {"tcp_v4_early_demux", "tcp_v6_early_demux", tcp4, tcp6,
     "Looks for the segment’s connection before routing; only in the established hash."},
    {"tcp_v4_rcv", "tcp_v6_rcv", tcp4, tcp6,
     "Receives every TCP segment from IP, finds its socket, and hands it on."},
    {"__inet_lookup_established", "__inet6_lookup_established", hash4, hash6,
     "Searches one bucket of the established hash for both ends of the segment."},
    {"__inet_lookup_listener", "inet6_lookup_listener", hash4, hash6,
     "Searches the listener hash twice: with the exact address, then with the wildcard."},
    {"inet_lhash2_lookup", "inet6_lhash2_lookup", hash4, hash6,
     "Searches one bucket of the listener hash for the listener that fits best."},
    {"inet_ehashfn", "inet6_ehashfn", hash4, hash6,
     "Hashes addresses and ports of both ends, with a secret, for the established hash."},
    {"ipv4_portaddr_hash", "ipv6_portaddr_hash", "include/net/ip.h", "include/net/ipv6.h",
     "Hashes the local address and port for the listener hash."},
    {"tcp_conn_request", "", input, "",
     "Answers a SYN to a listener: keeps a request in the established hash and sends a SYN-ACK."},
    {"tcp_check_req", "", minisocks, "",
     "Decides what a segment does to a request; a valid ACK makes the child."},
    {"tcp_v4_syn_recv_sock", "tcp_v6_syn_recv_sock", tcp4, tcp6,
     "Makes the child socket of an accepted connection."},
    {"tcp_rcv_state_process", "", input, "",
     "Handles a segment in every state but ESTABLISHED and TIME-WAIT."},
    {"tcp_rcv_synsent_state_process", "", input, "",
     "Handles what a socket in SYN-SENT receives, also the SYN of a simultaneous open."},
    {"tcp_rcv_established", "", input, "", "Handles a segment of an established connection."},
    {"tcp_timewait_state_process", "", minisocks, "",
     "Decides what a segment to a socket in TIME-WAIT gets: ACK, RST, a new connection, nothing."},
    {"tcp_v4_send_reset", "tcp_v6_send_reset", tcp4, tcp6,
     "Answers a segment with RST, unless it is a RST itself."},
    {"tcp_send_active_reset", "", "net/ipv4/tcp_output.c", "",
     "Sends a RST that answers no segment, for example after close() with unread data."},
    {"tcp_reset", "", input, "", "Ends the connection that a RST has arrived for."},
    {"tcp_add_backlog", "", tcp4, "",
     "Queues a segment for a socket that a process is using; it is handled later."},
    {"__ip_local_out", "ip6_xmit", "net/ipv4/ip_output.c", "net/ipv6/ip6_output.c",
     "Hands a segment that is sent to IP."},
    {"kfree_skb", "", "net/core/skbuff.c", "", "Drops a packet; the tracepoint names the reason."},
    {"inet_sock_set_state", "", "include/trace/events/sock.h", "",
     "The tracepoint at which a socket’s state changes."},
    {"tcp_v4_connect", "tcp_v6_connect", tcp4, tcp6,
     "Does connect(): puts the socket into the established hash in SYN-SENT, and sends the SYN."},
    {"inet_csk_get_port", "", connection, "",
     "Does bind(): puts the socket into the bind table if no other conflicts with it."},
    {"inet_csk_listen_start", "", connection, "",
     "Does listen(): puts the socket into the listener hash."},
}};

}  // namespace

std::span<const ListedFunction> kernel_functions() { return functions; }

std::string functions_section(const std::string& release) {
  static const Template page{asset::functions_mustache};
  std::vector<Fields> rows;
  for (const ListedFunction& function : functions) {
    const auto add = [&](std::string_view name, std::string_view file) {
      if (name.empty()) return;
      rows.push_back(Fields()
                         .put("name", name)
                         .put("url", source_url(name, release))
                         .put("file", file)
                         .put("about", function.about));
    };
    add(function.name, function.file);
    add(function.six, function.six_file);
  }
  return page.fill(Fields().put("functions", rows));
}

}  // namespace lab::html
