// SPDX-License-Identifier: MIT
//
// The input of an explanation, as plain values: the question, and the state of the
// machine at that moment. collect/ fills it; explain/ reads nothing else.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "record/interface.hpp"
#include "record/ipsec.hpp"
#include "record/lookup.hpp"
#include "record/row.hpp"
#include "record/rule_that_ends.hpp"

namespace lab {

// "What would this SYN meet?", with the missing parts filled in.
struct Question {
  Endpoint destination;
  // Nothing: there is no route from here to the destination, so a connect()
  // ends before it has a source.
  std::optional<Endpoint> source;
  bool source_is_assumed = false;  // the one that a connect() from here would use
  bool port_is_assumed = false;    // an ephemeral one that connect() would find
  // The interface of a link-local address; empty: none was named.
  std::string scope = {};
  // The value of --netns; empty: the namespace that the program runs in.
  std::string netns;
  std::vector<std::string> remarks;  // how the input was interpreted
  // Of the sender's socket, where it is here: policy rules may look at them. Nothing: not given,
  // and the uid of the one who asks and no mark are assumed.
  std::optional<std::uint32_t> uid = {};
  std::optional<std::uint32_t> mark = {};
  // It has SO_REUSEADDR, so that it may share a source with others that have it. False: not said.
  bool reuses_address = false;
};

// The route of the SYN until TCP looks for a socket.
struct Arrival {
  // It comes from a socket of this namespace. The kernel then treats it as if it had
  // arrived on the interface that has the destination address.
  bool local_sender = false;
  std::string device;  // that interface, or the one that it comes in on; empty: unknown
  bool device_is_assumed = false;
  std::string vrf;    // of which the device is a port; empty: none
  RouteAnswer there;  // what the routing tables say of the destination
  RouteAnswer back;   // of the source; for a local sender, if the destination is local
  // The same, asked as by a listener that is bound to the device (inet_csk_route_req()).
  RouteAnswer back_of_bound = {};
  // Of the destination, asked as if this namespace sent to it, for a SYN from outside; for one from
  // here, asked without its source if that is a loopback address. It differs from `there` where the
  // source or the interface is what is refused.
  RouteAnswer from_here = {};
  // Of an ICMP error to the source, from this host.
  RouteAnswer icmp_back = {};
  // The routes and rules that may have refused the SYN; looked for when one did.
  std::vector<Refusal> refusals = {};
  // The policy rules that come before the table "local" and may be what decides, if an interface
  // that is up has the destination and it is not delivered.
  std::vector<Refusal> overruling = {};
  // Where the interface was assumed: the others on which the SYN may come in.
  std::vector<std::string> other_devices = {};
  // An interface that is up has the destination, and the table "local" has no route for it.
  bool local_route_is_missing = false;
  // Over IPv6, what connect() gets where no route leads without a source: `there` is for one of the
  // sources that it may choose, and for others it differs (ip6_dst_lookup_tail()).
  bool source_decides = false;
};

// It is known to leave by another interface than the one on which the SYN comes in.
inline bool leaves_elsewhere(const Arrival& arrival, const RouteAnswer& route) {
  return !arrival.device.empty() && !route.device.empty() && arrival.device != route.device;
}

// TCP's tables, as far as they concern the question.
struct Tables {
  std::vector<Row> listeners;  // all of them
  std::vector<Row> ehash;      // those with the destination's port at their local end …
  std::vector<Row> senders;    // … and those with the source's
  // Sockets that hold the destination's port and neither listen nor are connected.
  // Nothing: no witness here can see them.
  std::optional<std::vector<Row>> bound_only;
  std::string bound_witness;  // "module", "sock_diag", "the descriptors under /proc"
};

// How this kernel counts, where kernels differ and only a trial shows it.
struct Kernel {
  std::string release;  // uname -r
  // The request queue takes as many requests as the backlog and one more
  // ("tcp: allow a connection when sk_max_ack_backlog is zero", Linux 6.14 and
  // stable kernels). Nothing: not tried.
  std::optional<bool> takes_one_more_request;
};

struct UdpSocket {
  Endpoint local;
  std::uint64_t inode = 0;
};

struct PortRange {
  std::uint16_t first = 0, last = 0;
  bool contains(std::uint16_t port) const { return first <= port && port <= last; }
};

// icmp_global_allow(), icmpv4_xrlim_allow(), icmpv6_xrlim_allow(). A value that could not be read
// is empty: older kernels have those of all namespaces in the first one alone.
struct IcmpLimits {
  std::optional<int> rate_limit;  // icmp_ratelimit: ms between two errors to one host
  bool is_limited = true;         // icmp_ratemask has the errors that refuse a SYN
  std::optional<int> per_second;  // icmp_msgs_per_sec: to all hosts
};

// Of the namespace; a value that could not be read is empty.
struct Sysctls {
  std::optional<int> tcp_syncookies;
  std::optional<int> tcp_max_syn_backlog;
  std::optional<int> tcp_l3mdev_accept;
  std::optional<PortRange> ip_local_port_range;
  std::vector<PortRange> ip_local_reserved_ports;
  std::optional<int> tcp_tw_reuse = {};
  // Of the interface that the SYN comes in on, the greater of its own and of conf.all.
  std::optional<int> rp_filter = {};
  std::optional<bool> forwarding = {};     // of the destination's family, on that interface
  std::optional<bool> ipv6_disabled = {};  // on lo; nothing: no IPv6 in this kernel
  std::optional<int> ip_unprivileged_port_start = {};
  std::optional<bool> ipv6_nonlocal_bind = {};  // net.ipv6.ip_nonlocal_bind
  // net.ipv4.conf.*.arp_ignore, on that interface: the greater value counts (IN_DEV_MAXCONF()).
  std::optional<int> arp_ignore = {};
  std::optional<bool> arp_filter = {};  // there, or in conf.all (IN_DEV_ORCONF())
  // How this host limits its ICMP errors of the destination's family.
  IcmpLimits icmp = {};
  // What the answer gets where its route has none: net.ipv4.ip_default_ttl, or
  // net.ipv6.conf.*.hop_limit of its interface.
  std::optional<int> hop_limit = {};
};

// A process that has a socket open.
struct Holder {
  pid_t pid = 0;
  int fd = -1;
  std::string command;   // /proc/PID/comm
  bool stopped = false;  // by SIGSTOP or a debugger
};

struct Processes {
  std::map<std::uint64_t, std::vector<Holder>> by_inode;
  bool all_seen = true;  // false: the descriptors of some could not be read
  bool by_root = false;  // root looked; it could not see more
};

// Another network namespace that matters for the question.
struct OtherNetns {
  std::string netns;      // its name for --netns; empty: the one that we are in
  std::string process;    // "nginx (pid 4121)": the first that lives in it; empty: none
  bool has_name = false;  // below /run/netns
  std::vector<Interface> interfaces;
  std::vector<Row> listeners;  // on the destination's port
};

struct OtherNamespaces {
  std::vector<OtherNetns> namespaces;
  bool all_seen = true;  // false: some could not be inspected
};

// Which ephemeral ports are left for a connect() that has not bound one: bind() holds a port for
// itself, connect() shares it between destinations.
struct SourcePorts {
  // Of the ephemeral range: ports that nobody has; that connections to other destinations have,
  // which are shared unless bind() took them (sock_diag does not show that), or that TIME-WAIT
  // may give up (tcp_tw_reuse); and that this connect() cannot have.
  std::size_t unused = 0, shared = 0, taken = 0;
  std::size_t reserved = 0;  // of those taken: net.ipv4.ip_local_reserved_ports
  std::size_t held = 0;      // of those taken: by a socket that listens or is bound
  // One that connect() may get, an unused one if there is any. Nothing: it fails with
  // EADDRNOTAVAIL.
  std::optional<std::uint16_t> choice;
  // Of those taken: the one of an odd number that __inet_hash_connect() does not try.
  std::size_t left_out = 0;
  // False: sockets that are only bound hold ports, too, and nobody lists those of all ports here.
  bool bound_are_seen = true;

  bool none_is_left() const { return unused == 0 && shared == 0 && taken > 0; }
};

// What a listener may refuse by itself.
struct ListenerOptions {
  // SO_ATTACH_FILTER, SO_ATTACH_BPF: what it does to every segment. depends: to some, or it cannot
  // be read.
  enum class Filter : std::uint8_t { none, passes, drops, depends };
  Filter filter = Filter::none;
  bool ao = false;         // it has keys of TCP-AO (RFC 5925)
  int min_ttl = 0;         // IP_MINTTL; 0: none
  int min_hop_count = 0;   // IPV6_MINHOPCOUNT
  std::uint32_t mark = 0;  // SO_MARK, which its answers have
};

// What may drop, refuse or redirect a segment outside of TCP.
struct Filters {
  // The rules that could match the SYN, "rule 'tcp dport 80 drop' (handle 4) of chain inet t i";
  // where they cannot be read, the chains. Nothing: not to be seen.
  std::optional<std::vector<std::string>> netfilter;
  // "xdp (id 12) on eth0"; the BPF programs, tc filters and queueing disciplines that may drop it.
  // Nothing: not to be seen.
  std::optional<std::vector<std::string>> bpf;
  // The policies of IPsec that do not simply let the SYN or its answer pass, in the order in which
  // the kernel asks them. Nothing: not to be seen.
  std::optional<std::vector<IpsecPolicy>> ipsec = std::nullopt;
  // Rules that could set the mark of the SYN or of its answer, in the same words.
  std::vector<std::string> marking = {};
  // Those that could match the answer.
  std::vector<std::string> netfilter_of_answer = {};
  // What certainly ends the SYN here, or would end its answer.
  std::optional<RuleThatEnds> ends_syn = {}, ends_answer = {};
  // Those that may drop the ARP or neighbour discovery for the next hop of what is sent back, and
  // that by which the one that sends the SYN here finds this host.
  std::vector<std::string> discovery_of_answer = {}, discovery_by_sender = {};
  // Those that may drop the packets of a tunnel in which the SYN or its answer is.
  std::vector<std::string> outer_packets = {};
  // The services of IPVS that take the SYN, or may: "TCP 10.0.0.2:80 rr → 172.17.0.3:80 (Masq)".
  // Nothing: not to be seen.
  std::optional<std::vector<std::string>> ipvs = std::vector<std::string>{};

  // It can be seen that no rule may act on the SYN or on its answer, nor IPVS.
  bool no_rule_acts() const {
    return netfilter && netfilter->empty() && netfilter_of_answer.empty() && !ends_syn &&
           !ends_answer && ipvs && ipvs->empty();
  }
};

struct Facts {
  Question question;
  Kernel kernel;
  bool as_root = false;  // root looked; even root may not see all
  Arrival arrival;
  std::vector<Interface> interfaces;
  Tables tables;
  std::vector<UdpSocket> udp;  // on the destination's port
  Sysctls sysctls;
  Processes processes;
  OtherNamespaces others;
  // The link-layer address at which the destination is reached, if it is a
  // neighbour: many namespaces may have the same IP address, but one has this.
  std::string neighbour;
  // Of the SYN, if it leaves this namespace; else of its answer. Nothing: there is none, or its
  // interface needs no neighbours.
  std::optional<NextHop> next_hop = {};
  // The answer leaves by an interface on which ARP is off, and its next hop has a permanent
  // neighbour entry there, as both ends of such a link need.
  bool is_entered_by_hand = false;
  // Of what a rule or this router sends back instead, if the SYN leaves this namespace.
  std::optional<NextHop> hop_of_refusal = {};
  // The module's answer; nothing: why_no_answer says why.
  std::optional<LookupAnswer> answer;
  std::string why_no_answer;
  // Of the destination's family.
  std::vector<PolicyRule> rules = {};
  bool local_table_is_first = true;
  SourcePorts source_ports = {};  // for a connect() from here without a port of its own
  Filters filters = {};
  // By inode, of the listeners on the destination's port that could be looked at.
  std::map<std::uint64_t, ListenerOptions> listener_options = {};
  // By inode, of the sockets that have the question's source port: they certainly have
  // SO_REUSEADDR. Looked for only if the sender has it.
  std::set<std::uint64_t> reusing = {};
  // Of the same question, for each of `arrival.other_devices`.
  std::vector<Facts> by_other_device = {};
};

// Of the answer, or of what is sent back in its place; null: there is none, or its interface needs
// no neighbours.
const NextHop* hop_of_answer(const Facts& facts);
// A route to others that leads over lo, where nobody else is.
bool leads_over_loopback(const RouteAnswer& route, const Facts& facts);

// The interface of that name; null: there is none.
const Interface* find_interface(const std::vector<Interface>& interfaces, const std::string& name);
// The interface that has the address; null: none has it.
const Interface* owner_of(const std::vector<Interface>& interfaces, const Address& address);
// It is in a subnet of the interface.
bool is_on_link(const Interface& interface, const Address& address);
// Whether a packet for `address` may be meant for the host that has these
// interfaces. `neighbour`: the link-layer address to which it goes; empty: not
// known.
bool may_be_at(const std::vector<Interface>& interfaces, const Address& address,
               const std::string& neighbour);

}  // namespace lab
