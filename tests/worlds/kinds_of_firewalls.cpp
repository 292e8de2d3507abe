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
                fmt::format("{}route replace local default dev lo table 100", draft.ip()));
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

// Something that matches the SYN, may match it, or does not.
std::string some_match(Draft& draft) {
  const Question& question = draft.world.question;
  const std::string source = draft.source().str();
  switch (draft.below(12)) {
    case 0:
      return fmt::format("tcp dport {{ 22, {} }}", question.port + draft.one_of({0, 1}));
    case 1:
      return fmt::format("{} saddr {}", draft.nft_family(), source);
    case 2:
      return fmt::format("{} saddr != {}", draft.nft_family(), source);
    case 3:
      return fmt::format("ct state {}", draft.one_of({"new", "established,related", "invalid"}));
    case 4:
      return fmt::format("iifname {}", draft.one_of({"eth0", "lo", "eth1"}));
    case 5:
      return fmt::format("oifname {}", draft.one_of({"eth0", "lo", "eth1"}));
    case 6:
      return fmt::format("tcp flags {}", draft.one_of({"syn / fin,syn,rst,ack", "rst", "ack"}));
    case 7:
      return fmt::format("tcp dport {} limit rate {}/minute burst 1 packets", question.port,
                         draft.one_of({1, 100}));
    case 8:
      return fmt::format("tcp dport {} meta mark {}", question.port, draft.one_of({0, 7}));
    case 9:
      return fmt::format("tcp sport {}-{}", draft.one_of({1024, 40000}), 65535);
    case 10:
      return draft.ipv4() ? "meta l4proto { tcp, icmp }" : "meta l4proto { tcp, icmpv6 }";
    default:
      return fmt::format("tcp dport {}", question.port);
  }
}

// What "goto" leaves comes to the policy, and not to the rule that counts for it.
std::string some_rule(Draft& draft, const char* hook, bool may_leave = true) {
  const std::string match = some_match(draft);
  switch (draft.below(7)) {
    case 0:
    case 1:
      return match + " counter accept";
    case 2:
      return match + " counter";
    case 3:
      return match + (may_leave ? " goto other" : " jump other");
    case 4:
      return match + " jump other";
    default: {
      const std::string how = refusal(draft, hook);
      // nft takes a RST for TCP alone.
      const bool is_for_others = match.starts_with("meta l4proto {") && how.ends_with("tcp reset");
      return fmt::format("{} counter {} comment \"refuses\"", match, is_for_others ? "drop" : how);
    }
  }
}

// Some rules, whose order matters, and perhaps a second chain at the hook.
void ruleset(Draft& draft) {
  const Place place = place_of_syn(draft);
  std::string rules;
  const bool drops = draft.chance(30);
  for (std::uint64_t left = 1 + draft.below(4); left > 0; --left)
    rules += some_rule(draft, place.hook, !drops) + "; ";
  // Counts what the policy ends.
  if (drops) rules += "counter comment \"refuses\"; ";
  const std::string other =
      draft.one_of({std::string("counter return"), std::string("counter drop comment \"refuses\""),
                    std::string("ct state new counter accept"), some_rule(draft, place.hook)});
  const bool recurs = other.find(" other") != std::string::npos;
  std::string text = fmt::format(
      "table {} w {{ chain other {{ {}; }}; chain c {{ type filter hook {} priority {}; policy {}; "
      "{} }}; }}",
      draft.nft_family(), recurs ? "counter" : other, place.hook, draft.one_of({0, 0, -150, 10}),
      drops ? "drop" : "accept", rules);
  draft.add<Nft>(place.host, text);
  if (draft.chance(30))
    draft.add<Nft>(place.host,
                   fmt::format("table inet x {{ chain c {{ type filter hook {} priority "
                               "{}; {} counter drop comment \"refuses\"; }}; }}",
                               draft.one_of({place.hook, "output", "input"}),
                               draft.one_of({0, 5, -5}), some_match(draft)));
}

}  // namespace

std::vector<Kind> kinds_of_firewalls() {
  return {{9, refuses_syn}, {3, refuses_answer}, {2, refuses_other_port}, {2, accepts_all},
          {3, redirects},   {3, publishes},      {1, masquerades},        {2, intercepts},
          {1, marks},       {8, ruleset}};
}

}  // namespace lab::worlds
