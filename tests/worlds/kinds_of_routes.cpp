// SPDX-License-Identifier: MIT
//
// Routes, policy rules, neighbours, links and sysctls.
#include "worlds/draft.hpp"

namespace lab::worlds {
namespace {

const char* refusing(Draft& draft) {
  return draft.one_of({"blackhole", "prohibit", "unreachable", "throw"});
}

std::string whole(const Draft& draft, const Address& address) {
  return fmt::format("{}/{}", address.str(), draft.whole());
}

// An IPv6 address is tentative until a kernel thread has looked at it, even where duplicate
// address detection is off (addrconf_dad_work()): no route has it as its source until then. With
// nodad it is there at once.
void add_address(Draft& draft, Host host, const std::string& address, const char* device) {
  draft.add<Ip>(host,
                fmt::format("addr add {} dev {}{}", address, device, draft.ipv4() ? "" : " nodad"));
}

// The sender, or a host on the way or at its end.
Host some_host(Draft& draft) {
  const Question& question = draft.world.question;
  return draft.one_of({question.sender, question.receiver, Host::server});
}

void refused_destination(Draft& draft) {
  const Host host = draft.one_of({draft.question().sender, Host::server});
  draft.add<Ip>(host, fmt::format("{}route replace {} {}", draft.ip(), refusing(draft),
                                  whole(draft, draft.question().destination)));
}

void refused_network(Draft& draft) {
  const char* network = draft.ipv4()
                            ? draft.one_of({"198.51.100.0/24", "10.0.0.96/28", "10.0.1.0/28"})
                            : draft.one_of({"2001:db8::/64", "fd00::100/120", "fd01::/120"});
  draft.add<Ip>(draft.one_of({draft.question().sender, Host::server}),
                fmt::format("{}route replace {} {}", draft.ip(), refusing(draft), network));
}

void refused_source(Draft& draft) {
  draft.add<Ip>(draft.question().receiver,
                fmt::format("{}route replace {} {}", draft.ip(), refusing(draft),
                            whole(draft, draft.source())));
}

void no_default(Draft& draft) {
  draft.add<Ip>(draft.one_of({Host::client, Host::backend}),
                fmt::format("{}route flush exact default", draft.ip()), Phase::last);
}

void local_route(Draft& draft) {
  const char* network = draft.ipv4() ? draft.one_of({"198.51.100.0/24", "10.0.0.100/32"})
                                     : draft.one_of({"2001:db8::/64", "fd00::100/128"});
  draft.add<Ip>(Host::server, fmt::format("{}route replace local {} dev lo", draft.ip(), network));
}

// By another interface than the packets come in on.
void asymmetric(Draft& draft) {
  draft.add<Ip>(Host::server, fmt::format("{}route replace {} dev eth1", draft.ip(),
                                          whole(draft, draft.source())));
}

void preferred_source(Draft& draft) {
  if (draft.question().destination.is_any()) return;
  add_address(draft, Host::client, draft.ipv4() ? "10.0.0.11/24" : "fd00::11/64", "eth0");
  draft.add<Ip>(Host::client, fmt::format("{}route replace {} dev eth0 src {}", draft.ip(),
                                          draft.ipv4() ? "10.0.0.2/32" : "fd00::2/128",
                                          draft.ipv4() ? "10.0.0.11" : "fd00::11"));
}

std::string selector(Draft& draft, Host host) {
  const Question& question = draft.world.question;
  const Address& destination = question.destination;
  switch (draft.below(11)) {
    case 0:
      return fmt::format("to {}", destination.is_any() ? "127.0.0.1" : destination.str());
    case 1:
      return fmt::format("from {}", draft.source().str());
    case 2:
      return fmt::format("ipproto tcp dport {}", question.port + draft.one_of({0, 0, 1}));
    case 3:
      return fmt::format("ipproto tcp sport {}",
                         question.source_port != 0 ? question.source_port : 50000);
    case 4:
      return "uidrange 0-0";
    case 5:
      return "uidrange 1000-2000";
    case 6:
      return fmt::format("fwmark {}", draft.one_of({7, 8}));
    case 7:
      return fmt::format("iif {}",
                         draft.one_of({"eth0", "lo", host == Host::server ? "eth1" : "lo"}));
    case 8:
      return "oif eth0";
    case 9:
      return draft.ipv4() ? "tos 0x10" : "ipproto tcp";
    default:
      return fmt::format("from {} to {}", draft.source().str(),
                         destination.is_any() ? "127.0.0.1" : destination.str());
  }
}

void rule(Draft& draft) {
  const Host host = some_host(draft);
  if (draft.chance(10)) draft.question().mark = 7;
  const std::string which = selector(draft, host);
  // Before the table "local", and after it.
  const bool first = draft.chance(40);
  if (first) {
    draft.add<Ip>(host, fmt::format("{}rule add pref 100 lookup local", draft.ip()));
    draft.add<Ip>(host, fmt::format("{}rule del pref 0", draft.ip()));
  }
  // Each has its own: fib_nl_newrule() takes "to X" for there where "from Y to X" is.
  const std::size_t preference = (first ? 50 : 150) + draft.world.elements.size();
  if (draft.chance(75)) {
    draft.add<Ip>(host, fmt::format("{}rule add pref {} {} {}", draft.ip(), preference, which,
                                    draft.one_of({"blackhole", "prohibit", "unreachable"})));
    return;
  }
  draft.add<Ip>(host,
                fmt::format("{}route replace {} default table 100", draft.ip(), refusing(draft)));
  draft.add<Ip>(host,
                fmt::format("{}rule add pref {} {} lookup 100", draft.ip(), preference, which));
}

void link_down(Draft& draft) {
  const Host host = some_host(draft);
  draft.add<Ip>(host, fmt::format("link set {} down", draft.one_of({"eth0", "lo", "lo"})),
                Phase::last);
}

void no_address(Draft& draft) {
  const Host host = some_host(draft);
  draft.add<Ip>(
      host,
      fmt::format("addr flush dev eth0 to {}", whole(draft, address_of(host, draft.family()))),
      Phase::last);
}

// An address of an interface that the SYN does not come in on.
void address_of_another(Draft& draft) {
  draft.add<Ip>(Host::server, "link add eth7 type veth peer name eth8");
  draft.add<Ip>(Host::server, "link set eth8 up");
  if (draft.chance(60)) draft.add<Ip>(Host::server, "link set eth7 up");
  add_address(draft, Host::server, draft.ipv4() ? "10.0.0.100/32" : "fd00::100/128", "eth7");
}

void neighbour(Draft& draft) {
  const bool at_client = draft.chance(50);
  const Host host = at_client ? Host::client : Host::server;
  const Address of = at_client ? address_of(Host::server, draft.family())
                               : draft.one_of({address_of(Host::client, draft.family()),
                                               address_of(Host::backend, draft.family())});
  const bool behind = of == address_of(Host::backend, draft.family());
  draft.add<Ip>(host, fmt::format("neigh replace {} lladdr 02:00:00:00:00:99 dev {} nud permanent",
                                  of.str(), behind ? "eth1" : "eth0"));
}

// The host does not answer for its addresses.
void silent(Draft& draft) {
  if (!draft.ipv4()) return;
  draft.add<Ip>(draft.one_of({Host::server, Host::backend}), "link set eth0 arp off");
}

// A link with less than 1280 bytes has no IPv6 (IPV6_MIN_MTU).
void small_mtu(Draft& draft) {
  draft.add<Ip>(some_host(draft),
                fmt::format("link set eth0 mtu {}", draft.ipv4() ? draft.one_of({1000, 1280, 576})
                                                                 : draft.one_of({1280, 1400})));
}

void vrf(Draft& draft) {
  // The server would not forward between the VRF and eth1.
  if (!draft.vrf || draft.world.question.receiver == Host::backend) return link_down(draft);
  draft.add<Sysctl>(Host::server, "net/ipv4/tcp_l3mdev_accept", draft.one_of({"0", "0", "1"}),
                    Phase::before_sockets);
  draft.add<Ip>(Host::server, "link add red type vrf table 77", Phase::before_sockets);
  draft.add<Ip>(Host::server, "link set red up", Phase::before_sockets);
  draft.add<Ip>(Host::server,
                fmt::format("link set {} master red", draft.one_of({"eth0", "eth0", "eth1"})),
                Phase::before_sockets);
  if (draft.chance(40))
    draft.add<Listener>(Host::server, Endpoint{Address::any(draft.family()), draft.question().port},
                        ListenerOptions{.device = "red"});
}

// --- sysctls ---

void set(Draft& draft, Host host, const std::string& name, std::string value) {
  draft.add<Sysctl>(host, name, std::move(value));
}

void reverse_path(Draft& draft) {
  set(draft, draft.question().receiver,
      fmt::format("net/ipv4/conf/{}/rp_filter", draft.one_of({"eth0", "all"})),
      draft.one_of({"1", "2", "1"}));
  if (draft.chance(50)) asymmetric(draft);
}

void forwarding(Draft& draft) {
  set(draft, Host::server,
      draft.ipv4() ? draft.one_of({"net/ipv4/conf/all/forwarding", "net/ipv4/conf/eth0/forwarding"})
                   : "net/ipv6/conf/all/forwarding",
      "0");
}

void accept_local(Draft& draft) {
  set(draft, Host::server, "net/ipv4/conf/eth0/accept_local", "1");
  // A stranger has the client's address, too.
  add_address(draft, Host::server, whole(draft, address_of(Host::client, draft.family())), "lo");
}

void own_address_comes_in(Draft& draft) {
  add_address(draft, Host::server, whole(draft, address_of(Host::client, draft.family())), "lo");
}

void route_localnet(Draft& draft) {
  set(draft, Host::server, "net/ipv4/conf/eth0/route_localnet", "1");
}

void cookies(Draft& draft) {
  set(draft, draft.question().receiver, "net/ipv4/tcp_syncookies", draft.one_of({"0", "0", "2"}));
}

void few_requests(Draft& draft) {
  set(draft, draft.question().receiver, "net/ipv4/tcp_max_syn_backlog",
      draft.one_of({"1", "2", "4", "8"}));
  if (draft.chance(60)) set(draft, draft.question().receiver, "net/ipv4/tcp_syncookies", "0");
}

void abort_on_overflow(Draft& draft) {
  set(draft, draft.question().receiver, "net/ipv4/tcp_abort_on_overflow", "1");
}

void no_ipv6(Draft& draft) {
  // A link that is too small for IPv6 has no such sysctl.
  const char* device =
      draft.ipv4() ? draft.one_of({"lo", "default"}) : draft.one_of({"lo", "eth0", "all"});
  draft.add<Sysctl>(some_host(draft), fmt::format("net/ipv6/conf/{}/disable_ipv6", device), "1",
                    Phase::last);
}

void harmless(Draft& draft) {
  static constexpr const char* names[][2] = {{"net/ipv4/tcp_timestamps", "0"},
                                             {"net/ipv4/ip_early_demux", "0"},
                                             {"net/ipv4/tcp_fwmark_accept", "1"},
                                             {"net/ipv4/fwmark_reflect", "1"},
                                             {"net/ipv4/tcp_sack", "0"},
                                             {"net/ipv4/conf/eth0/arp_ignore", "1"},
                                             {"net/ipv4/conf/all/log_martians", "1"},
                                             {"net/ipv4/tcp_ecn", "1"},
                                             {"net/ipv4/tcp_fin_timeout", "10"},
                                             {"net/ipv4/tcp_rfc1337", "1"},
                                             {"net/ipv4/ip_autobind_reuse", "1"},
                                             {"net/ipv6/bindv6only", "1"}};
  const auto& [name, value] = names[draft.below(std::size(names))];
  draft.add<Sysctl>(some_host(draft), name, value, Phase::before_sockets);
}

}  // namespace

std::vector<Kind> kinds_of_routes() {
  return {{6, refused_destination},
          {4, refused_network},
          {4, refused_source},
          {3, no_default},
          {3, local_route},
          {2, asymmetric},
          {2, preferred_source},
          {14, rule},
          {4, link_down},
          {3, no_address},
          {2, address_of_another},
          {3, neighbour},
          {2, silent},
          {2, small_mtu},
          {3, vrf}};
}

std::vector<Kind> kinds_of_settings() {
  return {{5, reverse_path},   {6, forwarding}, {1, accept_local}, {2, own_address_comes_in},
          {1, route_localnet}, {6, cookies},    {4, few_requests}, {3, abort_on_overflow},
          {4, no_ipv6},        {6, harmless}};
}

}  // namespace lab::worlds
