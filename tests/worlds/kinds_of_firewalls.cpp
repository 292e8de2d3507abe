// SPDX-License-Identifier: MIT
//
// Rules of nftables that drop, refuse or redirect, and some that do nothing.
#include "worlds/draft.hpp"

namespace lab::worlds {
namespace {

struct Place {
  Host host;
  const char* hook;
};

Place place_of_syn(Draft& draft) {
  const Question& question = draft.world.question;
  if (question.is_local())
    return {question.sender, draft.one_of({"input", "output", "prerouting", "postrouting"})};
  switch (draft.below(5)) {
    case 0:
      return {question.sender, "output"};
    case 1:
      return {question.sender, "postrouting"};
    case 2:
      return {question.receiver, "prerouting"};
    case 3:
      if (question.receiver == Host::backend) return {Host::server, "forward"};
      [[fallthrough]];
    default:
      return {question.receiver, "input"};
  }
}

std::string refusal(Draft& draft, const char* hook) {
  const bool may_reject = std::string_view(hook) != "postrouting";
  if (!may_reject || draft.chance(40)) return "drop";
  if (draft.chance(30)) return "reject with tcp reset";
  if (draft.ipv4())
    return fmt::format(
        "reject with icmp type {}",
        draft.one_of({"port-unreachable", "net-unreachable", "host-unreachable", "prot-unreachable",
                      "net-prohibited", "host-prohibited", "admin-prohibited"}));
  return fmt::format("reject with icmpv6 type {}",
                     draft.one_of({"no-route", "admin-prohibited", "addr-unreachable",
                                   "port-unreachable", "policy-fail", "reject-route"}));
}

std::string table(const char* family, const char* type, const char* hook, int priority,
                  const std::string& rule) {
  return fmt::format("table {} w {{ chain c {{ type {} hook {} priority {}; {}; }}; }}", family,
                     type, hook, priority, rule);
}

void refuses_syn(Draft& draft) {
  const Place place = place_of_syn(draft);
  const char* family = draft.chance(50) ? "inet" : draft.nft_family();
  draft.add<Nft>(place.host, table(family, "filter", place.hook, 0,
                                   fmt::format("tcp dport {} counter {} comment \"refuses\"",
                                               draft.question().port, refusal(draft, place.hook))));
}

void refuses_answer(Draft& draft) {
  const Question& question = draft.world.question;
  const bool at_receiver = draft.chance(60);
  const char* hook = at_receiver ? "output" : "input";
  draft.add<Nft>(
      at_receiver ? question.receiver : question.sender,
      table("inet", "filter", hook, 0,
            fmt::format("tcp sport {} counter drop comment \"refuses\"", question.port)));
}

void refuses_other_port(Draft& draft) {
  const Place place = place_of_syn(draft);
  draft.add<Nft>(place.host, table("inet", "filter", place.hook, 0,
                                   fmt::format("tcp dport {} counter drop comment \"refuses\"",
                                               draft.question().port + 1)));
}

void accepts_all(Draft& draft) {
  const Place place = place_of_syn(draft);
  draft.add<Nft>(place.host, table("inet", "filter", place.hook, 0, "counter accept"));
}

void redirects(Draft& draft) {
  const Question& question = draft.world.question;
  const auto to = static_cast<std::uint16_t>(question.port + draft.one_of({1, 1, 0}));
  const bool output = question.is_local();
  draft.add<Nft>(question.is_local() ? question.sender : Host::server,
                 table(draft.nft_family(), "nat", output ? "output" : "prerouting", -100,
                       fmt::format("tcp dport {} counter redirect to :{} comment \"redirects\"",
                                   question.port, to)));
  if (draft.chance(60))
    draft.add<Listener>(question.is_local() ? question.sender : Host::server,
                        Endpoint{Address::any(draft.family()), to}, ListenerOptions{});
}

void publishes(Draft& draft) {
  const Question& question = draft.world.question;
  const Address backend = address_of(Host::backend, draft.family());
  draft.add<Nft>(Host::server,
                 table(draft.nft_family(), "nat", "prerouting", -100,
                       fmt::format("tcp dport {} counter dnat to {} comment \"redirects\"",
                                   question.port, Endpoint{backend, 80}.str())));
  if (draft.chance(70))
    draft.add<Listener>(Host::backend, Endpoint{Address::any(draft.family()), 80},
                        ListenerOptions{});
}

void masquerades(Draft& draft) {
  draft.add<Nft>(draft.one_of({Host::client, Host::server}),
                 table(draft.nft_family(), "nat", "postrouting", 100,
                       "tcp flags syn counter masquerade comment \"redirects\""));
}

void intercepts(Draft& draft) {
  const Question& question = draft.world.question;
  if (question.is_local()) return refuses_syn(draft);
  draft.add<Ip>(Host::server, fmt::format("{}rule add fwmark 1 lookup 100", draft.ip()));
  draft.add<Ip>(Host::server,
                fmt::format("{}route add local default dev lo table 100", draft.ip()));
  draft.add<Listener>(Host::server, Endpoint{Address::loopback(draft.family()), 1234},
                      ListenerOptions{.transparent = true});
  draft.add<Nft>(
      Host::server,
      table(draft.nft_family(), "filter", "prerouting", -150,
            fmt::format(
                "tcp dport {} counter tproxy to {} meta mark set 1 accept comment \"redirects\"",
                question.port, Endpoint{Address::loopback(draft.family()), 1234}.str())));
}

// A rule that looks at the mark.
void marks(Draft& draft) {
  const Question& question = draft.world.question;
  const bool local = question.is_local();
  draft.add<Nft>(local ? question.sender : question.receiver,
                 table("inet", local ? "route" : "filter", local ? "output" : "prerouting", -150,
                       fmt::format("tcp dport {} counter meta mark set 7 comment \"redirects\"",
                                   question.port)));
  draft.add<Ip>(local ? question.sender : question.receiver,
                fmt::format("{}rule add fwmark 7 {}", draft.ip(),
                            draft.one_of({"blackhole", "prohibit", "unreachable"})));
}

}  // namespace

std::vector<Kind> kinds_of_firewalls() {
  return {{9, refuses_syn}, {3, refuses_answer}, {2, refuses_other_port},
          {2, accepts_all}, {3, redirects},      {3, publishes},
          {1, masquerades}, {2, intercepts},     {1, marks}};
}

}  // namespace lab::worlds
