// SPDX-License-Identifier: MIT
//
// The question, and which kinds of elements a world has.
#include "worlds/draft.hpp"

namespace lab::worlds {
namespace {

constexpr std::uint16_t asked_port = 8888, given_source_port = 40000;

Address parsed(const char* text) { return *Address::parse(text); }

void choose_destination(Draft& draft, Family family) {
  Question& question = draft.question();
  const bool inet = family == Family::inet;
  question.port = asked_port;
  const auto pick = draft.below(100);
  if (pick < 56) {
    question.destination = address_of(Host::server, family);
  } else if (pick < 62) {
    question.destination = second_address(family);
  } else if (pick < 70) {  // through the server
    question.receiver = Host::backend;
    question.destination = address_of(Host::backend, family);
  } else if (pick < 76) {  // to itself
    question.sender = Host::server;
    question.destination = address_of(Host::server, family);
  } else if (pick < 83) {
    question.sender = Host::server;
    question.destination = Address::loopback(family);
  } else if (pick < 86) {  // nobody has it
    question.destination = parsed(inet ? "10.0.0.100" : "fd00::100");
  } else if (pick < 90) {  // beyond the server
    question.destination = parsed(inet ? "198.51.100.7" : "2001:db8::7");
  } else if (pick < 92) {
    question.destination = parsed(inet ? "10.0.0.255" : "ff02::1");
  } else if (pick < 93) {
    question.destination = parsed(inet ? "224.0.0.1" : "ff0e::1");
  } else if (pick < 94) {
    question.destination = parsed(inet ? "255.255.255.255" : "ff05::2");
  } else if (pick < 96) {
    question.sender = Host::server;
    question.destination = inet ? parsed("127.0.0.5") : Address::loopback(family);
  } else if (inet) {
    question.sender = Host::server;
    question.destination = Address::any(family);
  } else {
    question.destination = link_local(Host::server);
    question.scope = "eth0";
  }
  if (question.destination.is_any()) question.destination = Address::any(family);
}

void choose_source(Draft& draft) {
  Question& question = draft.question();
  const Family family = question.destination.family();
  if (!question.scope.empty() || question.destination.is_any()) return;
  if (draft.chance(30)) question.source = address_of(question.sender, family);
  if (question.destination == Address::loopback(family) && question.source)
    question.source = Address::loopback(family);
  if (draft.chance(45)) {
    if (!question.source)
      question.source = question.destination == Address::loopback(family)
                            ? Address::loopback(family)
                            : address_of(question.sender, family);
    question.source_port = draft.chance(3) ? asked_port : given_source_port;
  }
  question.names_device = draft.chance(70);
}

// As after an earlier conversation, which most hosts have had with their gateway.
void let_backend_know_gateway(Draft& draft) {
  draft.add<Ip>(Host::backend,
                fmt::format("neigh replace {} lladdr 02:00:00:00:00:03 dev eth0 nud stale",
                            draft.ipv4() ? "10.0.1.1" : "fd01::1"),
                Phase::before_sockets);
}

void add_one(Draft& draft, const std::vector<Kind>& kinds) {
  std::uint64_t all = 0;
  for (const Kind& kind : kinds) all += kind.weight;
  std::uint64_t at = draft.below(all);
  for (const Kind& kind : kinds) {
    if (at < kind.weight) return kind.make(draft);
    at -= kind.weight;
  }
}

}  // namespace

World make_world(std::uint64_t seed, bool vrf) {
  Draft draft(seed, vrf);
  draft.below(1);  // the first numbers of near seeds resemble each other
  choose_destination(draft, draft.chance(55) ? Family::inet : Family::inet6);
  choose_source(draft);
  if (draft.question().receiver == Host::backend && draft.chance(80))
    let_backend_know_gateway(draft);
  if (draft.chance(85)) add_one(draft, kinds_of_sockets());
  if (draft.chance(15)) add_one(draft, kinds_of_sockets());
  if (draft.chance(22)) add_one(draft, kinds_of_senders());
  if (draft.chance(35)) add_one(draft, kinds_of_routes());
  if (draft.chance(12)) add_one(draft, kinds_of_routes());
  if (draft.chance(35)) add_one(draft, kinds_of_settings());
  if (draft.chance(12)) add_one(draft, kinds_of_settings());
  if (draft.chance(8)) add_one(draft, kinds_of_firewalls());
  return std::move(draft.world);
}

Address address_of(Host host, Family family) {
  constexpr const char* inet[] = {"10.0.0.1", "10.0.0.2", "10.0.1.2"};
  constexpr const char* inet6[] = {"fd00::1", "fd00::2", "fd01::2"};
  const auto at = static_cast<std::size_t>(host);
  return parsed(family == Family::inet ? inet[at] : inet6[at]);
}

Address second_address(Family family) {
  return parsed(family == Family::inet ? "10.0.0.22" : "fd00::22");
}

Address link_local(Host host) {
  constexpr const char* all[] = {"fe80::ff:fe00:1", "fe80::ff:fe00:2", "fe80::ff:fe00:4"};
  return parsed(all[static_cast<std::size_t>(host)]);
}

}  // namespace lab::worlds
