// SPDX-License-Identifier: MIT
//
// Sockets at the receiver's and at the sender's end.
#include "worlds/draft.hpp"

namespace lab::worlds {
namespace {

using Options = ListenerOptions;
using Filter = ListenerOptions::Filter;
using State = Earlier::State;

Endpoint any(const Draft& draft) {
  return {Address::any(draft.family()), draft.world.question.port};
}

void listen_at(Draft& draft, const Endpoint& local, Options options) {
  draft.add<Listener>(draft.question().receiver, local, std::move(options));
}

// Where a server listens so that the SYN finds it.
Endpoint good_place(Draft& draft) {
  const Question& question = draft.question();
  const Family family = draft.family();
  const bool is_own = question.destination == address_of(question.receiver, family) ||
                      question.destination == Address::loopback(family);
  return is_own && draft.chance(40) ? question.to() : any(draft);
}

void plain(Draft& draft) {
  listen_at(draft, good_place(draft), {.backlog = draft.one_of({0, 1, 8, 128})});
}

void bound_only(Draft& draft) { listen_at(draft, good_place(draft), {.listens = false}); }

void elsewhere(Draft& draft) {
  const Family family = draft.family();
  const Address where = draft.one_of(
      {Address::loopback(family), second_address(family), address_of(Host::server, family)});
  draft.add<Listener>(Host::server, Endpoint{where, draft.question().port}, Options{});
}

void other_port(Draft& draft) {
  Endpoint local = any(draft);
  ++local.port;
  listen_at(draft, local, {});
}

void other_family(Draft& draft) {
  const Family other = draft.ipv4() ? Family::inet6 : Family::inet;
  const Endpoint local{Address::any(other), draft.question().port};
  listen_at(draft, local,
            {.v6only = draft.ipv4() ? std::optional(draft.chance(50)) : std::nullopt});
}

// ::ffff:10.0.0.2
void mapped(Draft& draft) {
  const Address address = address_of(draft.question().receiver, Family::inet).mapped();
  listen_at(draft, {address, draft.question().port}, {.v6only = false});
}

// A wildcard of one family, and an address of the other.
void both_families(Draft& draft) {
  const Host host = draft.question().receiver;
  listen_at(draft, {Address::any(Family::inet6), draft.question().port}, {.v6only = true});
  listen_at(draft,
            {draft.one_of({Address::any(Family::inet), address_of(host, Family::inet),
                           Address::loopback(Family::inet)}),
             draft.question().port},
            {});
}

void on_device(Draft& draft) {
  const char* device = draft.one_of({"eth0", "eth0", "lo"});
  listen_at(draft, any(draft), {.device = device});
}

void full(Draft& draft) {
  const int backlog = draft.one_of({0, 0, 1, 3});
  listen_at(draft, good_place(draft),
            {.backlog = backlog, .waiting = backlog + draft.one_of({0, 1, 1, 2})});
}

void full_of_requests(Draft& draft) {
  const int backlog = draft.one_of({0, 1, 2, 4});
  listen_at(draft, good_place(draft),
            {.backlog = backlog, .defer = true, .waiting = backlog + draft.one_of({0, 1, 2})});
}

void signed_only(Draft& draft) {
  const Family family = draft.family();
  const Address peer = draft.one_of({draft.source(), second_address(family)});
  // Not before Linux 6.7, nor in all kernels after it.
  if (draft.chance(30))
    listen_at(draft, good_place(draft), {.ao_peer = peer});
  else
    listen_at(draft, good_place(draft), {.md5_peer = peer});
}

void filtered(Draft& draft) {
  listen_at(draft, good_place(draft),
            {.filter = draft.one_of({Filter::passes, Filter::drops, Filter::drops})});
}

void near_only(Draft& draft) {
  listen_at(draft, good_place(draft), {.min_ttl = draft.one_of({1, 64, 255})});
}

void group(Draft& draft) { listen_at(draft, any(draft), {.members = draft.one_of({2, 3})}); }

void group_with_full_member(Draft& draft) {
  listen_at(draft, any(draft),
            {.backlog = 0, .members = draft.one_of({2, 3}), .waiting = draft.one_of({1, 2})});
}

void freebind(Draft& draft) {
  const Address vip = *Address::parse(draft.ipv4() ? "10.0.0.100" : "fd00::100");
  listen_at(draft, {vip, draft.question().port},
            draft.chance(50) ? Options{.freebind = true} : Options{.transparent = true});
}

void nonlocal(Draft& draft) {
  const Address vip = *Address::parse(draft.ipv4() ? "10.0.0.100" : "fd00::100");
  draft.add<Sysctl>(draft.question().receiver,
                    fmt::format("net/{}/ip_nonlocal_bind", draft.sysctl_family()), "1",
                    Phase::before_sockets);
  listen_at(draft, {vip, draft.question().port}, {});
}

void multipath(Draft& draft) {
  listen_at(draft, good_place(draft), {.listens = draft.chance(80), .mptcp = true});
}

void inherited(Draft& draft) { listen_at(draft, good_place(draft), {.child_holds_it = true}); }

void marked(Draft& draft) { listen_at(draft, good_place(draft), {.mark = 7}); }

// Somebody else has a listener on the port.
void in_another_namespace(Draft& draft) {
  const Host other = draft.question().receiver == Host::backend ? Host::server : Host::backend;
  draft.add<Listener>(other, any(draft), Options{});
}

// --- with the 4-tuple of the question ---

bool can_connect(const Draft& draft) {
  const Question& question = draft.world.question;
  const Family family = question.destination.family();
  return question.destination == address_of(question.receiver, family) ||
         (question.is_local() && question.destination == Address::loopback(family));
}

// The source port is given from now on.
void fix_source(Draft& draft) {
  Question& question = draft.question();
  if (!question.source)
    question.source = question.destination == Address::loopback(draft.family())
                          ? question.destination
                          : address_of(question.sender, draft.family());
  if (question.source_port == 0) question.source_port = 40000;
}

void earlier(Draft& draft) {
  if (!can_connect(draft)) return plain(draft);
  fix_source(draft);
  const Question& question = draft.question();
  if (question.source_port == question.port) return plain(draft);
  const State state = draft.one_of(
      {State::alive, State::forgotten, State::forgotten, State::close_wait, State::fin_wait_2,
       State::receivers_wait, State::receivers_wait, State::senders_wait, State::receiver_forgot});
  draft.add<Earlier>(question.sender, Endpoint{*question.source, question.source_port},
                     question.receiver, question.to(), state);
  if (draft.chance(65)) plain(draft);
}

void connecting(Draft& draft) {
  if (!can_connect(draft) || draft.question().sender != Host::client ||
      draft.question().receiver != Host::server)
    return plain(draft);
  fix_source(draft);
  const Question& question = draft.question();
  if (question.source_port == question.port) return plain(draft);
  draft.add<Connecting>(question.receiver, question.to(),
                        Endpoint{*question.source, question.source_port});
}

// --- at the sender ---

// A short range of ephemeral ports, and what takes them.
void short_of_ports(Draft& draft) {
  Question& question = draft.question();
  const Host host = question.sender;
  const Family family = draft.family();
  question.source_port = 0;
  if (draft.chance(50)) question.source.reset();
  constexpr std::uint16_t first = 40100;
  const auto ports = static_cast<std::uint16_t>(draft.one_of({1, 2, 3}));
  const bool connects = can_connect(draft);
  for (std::uint16_t each = 0; each < ports; ++each) {
    const auto port = static_cast<std::uint16_t>(first + each);
    const auto pick = draft.below(connects ? 7 : 3);
    const Address own = question.destination == Address::loopback(family)
                            ? question.destination
                            : address_of(host, family);
    if (pick == 0) {
      draft.add<Listener>(host, Endpoint{draft.one_of({Address::any(family), own}), port},
                          Options{.listens = draft.chance(30)});
    } else if (pick == 1) {
      draft.add<Sysctl>(host, "net/ipv4/ip_local_reserved_ports", std::to_string(port));
    } else if (pick >= 3) {
      Endpoint to = question.to();
      if (pick == 6) ++to.port;
      draft.add<Earlier>(host, Endpoint{own, port}, question.receiver, to,
                         draft.one_of({State::alive, State::alive, State::senders_wait}));
    }
  }
  draft.add<Sysctl>(host, "net/ipv4/ip_local_port_range",
                    fmt::format("{} {}", first, first + ports - 1));
  if (draft.chance(30))
    draft.add<Sysctl>(host, "net/ipv4/tcp_tw_reuse", draft.one_of({"0", "1", "2"}));
}

void all_reserved(Draft& draft) {
  draft.question().source_port = 0;
  draft.add<Sysctl>(draft.question().sender, "net/ipv4/ip_local_port_range", "40100 40103");
  draft.add<Sysctl>(draft.question().sender, "net/ipv4/ip_local_reserved_ports",
                    draft.one_of({"40100-40103", "40100-40102", "40100,40102"}));
}

// Another socket of the sender has the source.
void source_taken(Draft& draft) {
  fix_source(draft);
  const Question& question = draft.question();
  if (question.source_port == question.port) return;
  const Address address = draft.one_of({*question.source, Address::any(draft.family())});
  draft.add<Listener>(question.sender, Endpoint{address, question.source_port},
                      Options{.listens = draft.chance(50)});
}

}  // namespace

std::vector<Kind> kinds_of_sockets() {
  return {{34, plain},           {8, bound_only},   {8, elsewhere},
          {3, other_port},       {6, other_family}, {4, mapped},
          {4, both_families},    {6, on_device},    {8, full},
          {6, full_of_requests}, {5, signed_only},  {2, filtered},
          {1, near_only},        {3, group},        {2, group_with_full_member},
          {4, freebind},         {2, nonlocal},     {4, multipath},
          {3, inherited},        {1, marked},       {3, in_another_namespace},
          {14, earlier},         {3, connecting}};
}

std::vector<Kind> kinds_of_senders() {
  return {{5, short_of_ports}, {1, all_reserved}, {3, source_taken}};
}

}  // namespace lab::worlds
