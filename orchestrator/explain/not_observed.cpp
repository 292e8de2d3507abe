// SPDX-License-Identifier: MIT
//
// What was not looked at or cannot be seen. What of it may change the answer or its cause makes
// the verdict uncertain.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/infer.hpp"

namespace lab::explain {
namespace {

bool somebody_is_unnamed(const Facts& facts) {
  const auto unnamed = [&](const Row& row) {
    return row.local.port == facts.question.destination.port && row.inode.value_or(0) != 0 &&
           !facts.processes.by_inode.contains(*row.inode);
  };
  const auto& tables = facts.tables;
  return std::ranges::any_of(tables.listeners, unnamed) ||
         std::ranges::any_of(tables.ehash, unnamed) ||
         (tables.bound_only && std::ranges::any_of(*tables.bound_only, unnamed));
}

// Where nobody here has to do with the SYN, somebody elsewhere might.
bool others_would_matter(const Diagnosis& diagnosis) {
  const std::string& cause = diagnosis.conclusion.cause;
  return cause == "nothing-bound" || cause == "nobody-listens" || cause == "not-local" ||
         cause == "no-route";
}

// "a, b, c and 4 more"
std::string some_of(const std::vector<std::string>& all) {
  constexpr std::size_t most = 3;
  const std::vector<std::string> first(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), most)));
  std::string text = fmt::format("{}", fmt::join(first, ", "));
  if (all.size() > most) text += fmt::format(" and {} more", all.size() - most);
  return text;
}

// connect() asks routing, and finds its port, before any filter sees a segment.
bool fails_before_a_segment(const Diagnosis& diagnosis) {
  return diagnosis.conclusion.answer == Answer::not_sent;
}

// The answer, if there is one, comes to the hooks here.
bool is_answered_here(Answer answer) {
  return answer != Answer::nothing && answer != Answer::not_sent && answer != Answer::elsewhere;
}

// Rules that may change the verdict, in words.
std::vector<std::string> rules_that_matter(const Facts& facts, const Conclusion& conclusion) {
  const Filters& filters = facts.filters;
  // Nothing may act before the rule that ends the SYN, or on what it sends back. One that ends the
  // answer was only looked at on the answer's way.
  if (conclusion.cause == firewall_cause && !conclusion.ends_answer) return {};
  std::vector<std::string> rules = *filters.netfilter;
  const auto add = [&](const std::string& text) {
    if (std::ranges::find(rules, text) == rules.end()) rules.push_back(text);
  };
  if (filters.ends_syn) add(filters.ends_syn->text);
  // An answer that stays here comes to the hooks, too.
  const bool is_kept = conclusion.cause == "no-return-route" && facts.arrival.back.error == 0;
  if (!is_kept && !is_answered_here(conclusion.answer)) return rules;
  std::ranges::for_each(filters.netfilter_of_answer, add);
  if (filters.ends_answer) add(filters.ends_answer->text);
  return rules;
}

void netfilter(const Facts& facts, const char* probe, Diagnosis& diagnosis) {
  if (!facts.filters.netfilter) {
    diagnosis.not_observed.push_back(
        {"netfilter",
         fmt::format(
             "whether a firewall (nftables, iptables) drops, refuses or redirects the SYN "
             "or its answer: {}; {}",
             facts.as_root ? "its rules could not be listed" : "only root may list its rules",
             probe),
         true});
    return;
  }
  const auto rules = rules_that_matter(facts, diagnosis.conclusion);
  if (!rules.empty())
    diagnosis.not_observed.push_back(
        {"netfilter",
         fmt::format("whether a rule of the firewall drops, refuses or redirects the SYN or its "
                     "answer: {}; {}",
                     some_of(rules), probe),
         true});
}

// ip_vs_ops4[], ip_vs_ops6[]: it takes what is delivered here, and what is sent here.
void ipvs(const Facts& facts, const char* probe, Diagnosis& diagnosis) {
  const Arrival& arrival = facts.arrival;
  const bool is_asked =
      arrival.local_sender || (arrival.there.error == 0 && arrival.there.type == RouteType::local);
  const auto& services = facts.filters.ipvs;
  if (!is_asked || (services && services->empty())) return;
  diagnosis.not_observed.push_back(
      {"ipvs",
       services ? fmt::format("to which real server IPVS sends the SYN: {}; {}", some_of(*services),
                              probe)
                : fmt::format("whether IPVS sends the SYN to a real server: {}; {}",
                              facts.as_root ? "its services could not be listed"
                                            : "only root may list its services",
                              probe),
       true});
}

void filters(const Facts& facts, Diagnosis& diagnosis) {
  if (fails_before_a_segment(diagnosis)) return;
  constexpr const char* probe = "--probe sends a real SYN and finds out";
  netfilter(facts, probe, diagnosis);
  ipvs(facts, probe, diagnosis);
  const auto& bpf = facts.filters.bpf;
  if (!bpf || !bpf->empty())
    diagnosis.not_observed.push_back({"bpf",
                                      fmt::format("whether a BPF program, tc filter or queueing "
                                                  "discipline drops or redirects the SYN or "
                                                  "its answer: {}; {}",
                                                  bpf             ? some_of(*bpf)
                                                  : facts.as_root ? "they could not all be listed"
                                                                  : "only root may list them",
                                                  probe),
                                      true});
  if (!facts.filters.ipsec)
    diagnosis.not_observed.push_back(
        {"ipsec",
         fmt::format("whether a policy of IPsec drops the SYN or its answer: {}; {}",
                     facts.as_root ? "they could not be listed" : "only root may list them", probe),
         true});
}

// The SYN or its answer leaves by a route that wraps it.
void encapsulation(const Facts& facts, Diagnosis& diagnosis) {
  if (fails_before_a_segment(diagnosis)) return;
  const Arrival& arrival = facts.arrival;
  const auto doubt = [&](const char* what) {
    diagnosis.not_observed.push_back(
        {"encap",
         fmt::format("what becomes of the {}: its route wraps it into another packet (ip route: "
                     "encap)",
                     what),
         true});
  };
  if (arrival.there.encapsulates) doubt("SYN");
  if (arrival.back.encapsulates && is_answered_here(diagnosis.conclusion.answer)) doubt("answer");
}

// Each router takes one off, and drops what has none left (ip_forward(), ip6_forward()).
void hop_limit(const Facts& facts, Diagnosis& diagnosis) {
  constexpr int few = 32;  // a way of more routers is rare
  const RouteAnswer& back = facts.arrival.back;
  if (facts.arrival.local_sender || !back.gateway || !is_answered_here(diagnosis.conclusion.answer))
    return;
  const int limit = back.hop_limit.value_or(facts.sysctls.hop_limit.value_or(few));
  if (limit >= few) return;
  diagnosis.not_observed.push_back(
      {"hop-limit",
       fmt::format("whether the answer gets to {}: it leaves with a {} of {}, and {}, the first "
                   "router, takes one off",
                   facts.question.source->address.str(),
                   back.gateway->family() == Family::inet6 ? "hop limit" : "TTL", limit,
                   back.gateway->str()),
       true});
}

// By default one error a second goes to one host, after a few at once, and a thousand to all.
void icmp_limits(const Facts& facts, Diagnosis& diagnosis) {
  constexpr int usual_ms = 1000, few_per_second = 100;
  const IcmpLimits& limits = facts.sysctls.icmp;
  // Over lo there is no limit.
  if (diagnosis.conclusion.answer != Answer::icmp || facts.arrival.local_sender ||
      !limits.is_limited)
    return;
  const bool by_host = limits.rate_limit.value_or(0) > usual_ms;
  const bool by_all = limits.per_second.value_or(few_per_second) < few_per_second;
  if (!by_host && !by_all) return;
  const bool inet6 = destination_of(facts).family() == Family::inet6;
  diagnosis.not_observed.push_back(
      {"icmp-limit",
       by_all
           ? fmt::format("whether the ICMP error is sent: this host sends {} a second at most "
                         "(net.ipv4.icmp_msgs_per_sec)",
                         *limits.per_second)
           : fmt::format("whether the ICMP error is sent: after a few, this host sends one in {} "
                         "ms to a host (net.{})",
                         *limits.rate_limit, inet6 ? "ipv6.icmp.ratelimit" : "ipv4.icmp_ratelimit"),
       true});
}

bool no_mark_is_set(const Facts& facts) {
  const Filters& filters = facts.filters;
  return filters.netfilter && filters.marking.empty() && filters.bpf && filters.bpf->empty();
}

std::string what_may_mark(const Facts& facts, bool sent_here) {
  if (!facts.filters.marking.empty())
    return "the mark, which may be set by " + some_of(facts.filters.marking);
  if (!no_mark_is_set(facts)) return "the mark, which a firewall or a BPF program may set";
  return sent_here ? "the mark, which was not given: none was taken (--mark)"
                   : "the mark of the socket that answers";
}

// A segment from outside has no mark but a firewall's or a BPF program's, and counts as root's.
// Its answer has the mark and the uid of the socket that sends it; a RST for which there is none
// has no mark, and is root's.
bool answers_without_mark_as_root(const Facts& facts) {
  // The mark of what has the 4-tuple already is not to be seen.
  if (!facts.as_root || !no_mark_is_set(facts) || infer_connection(facts)) return false;
  const std::uint16_t port = facts.question.destination.port;
  return std::ranges::all_of(facts.tables.listeners, [&](const Row& row) {
    if (row.local.port != port) return true;
    const auto options = facts.listener_options.find(row.inode.value_or(0));
    return options != facts.listener_options.end() && options->second.mark == 0 && row.uid == 0U;
  });
}

// Both segments are for addresses of this namespace, and its table "local" is asked before all
// other rules (preference 0): nothing that those look at matters.
bool stays_within(const Facts& facts) {
  return facts.arrival.local_sender && facts.arrival.there.error == 0 &&
         facts.arrival.there.type == RouteType::local && facts.local_table_is_first;
}

// TCP here answers, or would: whether the answer has a route matters.
bool answer_needs_a_route(const Conclusion& conclusion) {
  const Answer answer = conclusion.answer;
  return is_success(answer) || answer == Answer::rst || answer == Answer::ack ||
         conclusion.cause == "no-return-route" || conclusion.cause == firewall_cause;
}

// It drops the SYN where routing has not been asked yet.
bool ends_before_routing(const Facts& facts, const Diagnosis& diagnosis) {
  const auto& rule = facts.filters.ends_syn;
  return diagnosis.conclusion.cause == firewall_cause && rule &&
         rule->how == RuleThatEnds::How::drops && rule->hook == "prerouting" &&
         !facts.arrival.local_sender;
}

void rules(const Facts& facts, Diagnosis& diagnosis) {
  if (stays_within(facts) || ends_before_routing(facts, diagnosis)) return;
  const bool sent_here = is_sent_here(facts);
  const bool is_answered = answer_needs_a_route(diagnosis.conclusion);
  const bool is_known = !sent_here && answers_without_mark_as_root(facts);
  // Which entry refuses is told by its errno alone, which a rule for a mark may have, too.
  const bool by_errno = diagnosis.conclusion.cause.ends_with("-route");
  // The mark and the uid of a sender elsewhere do not come with its SYN.
  const bool has_no_mark = is_known || (!sent_here && !is_answered && !by_errno);
  const bool mark_is_known =
      (has_no_mark || (sent_here && facts.question.mark)) && no_mark_is_set(facts);
  const bool uid_is_known =
      is_known || (!sent_here && !is_answered) || (sent_here && facts.question.uid);
  for (const PolicyRule& rule : facts.rules) {
    const bool by_uid = rule.by_uid && !uid_is_known;
    const bool by_mark = rule.by_mark && !mark_is_known;
    // The answer has the ports of the SYN the other way round.
    const bool by_port =
        facts.question.port_is_assumed &&
        (rule.by_source_port || (!sent_here && is_answered && rule.by_destination_port));
    // A sender's packet has not come through a tunnel.
    const bool by_tunnel = rule.by_tunnel && !sent_here;
    if (!by_uid && !by_mark && !by_port && !by_tunnel && !rule.by_tos && !rule.by_other) continue;
    const std::string assumed =
        by_uid      ? sent_here ? "the sender's uid, which was not given: that of this command was "
                                  "taken (--uid)"
                                : "the uid of the socket that answers"
        : by_mark   ? what_may_mark(facts, sent_here)
        : by_port   ? "the source port, which was not given"
        : by_tunnel ? "the tunnel through which it comes"
        : rule.by_tos ? "the type of service: 0 was taken"
                      : "what this program does not know";
    diagnosis.not_observed.push_back(
        {"routing-rule",
         fmt::format("what policy rule {} ({}) does to this SYN: it looks at {}", rule.preference,
                     rule.text, assumed),
         true});
  }
}

// Sockets that are only bound have ports, too, and are not shown here: they may have the last ones.
void ports_held_unseen(const Facts& facts, Diagnosis& diagnosis) {
  constexpr std::size_t few = 64;
  const SourcePorts& ports = facts.source_ports;
  if (ports.bound_are_seen || ports.unused == 0 || ports.unused > few) return;
  diagnosis.not_observed.push_back(
      {"source-port",
       fmt::format("whether sockets that are only bound have {}: Linux {} shows them through the "
                   "module alone (sock_diag lists them since 6.8)",
                   ports.unused == 1
                       ? "the one ephemeral port that is left"
                       : fmt::format("all {} ephemeral ports that are left", ports.unused),
                   facts.kernel.release),
       true});
}

void source_port(const Facts& facts, Diagnosis& diagnosis) {
  const SourcePorts& ports = facts.source_ports;
  if (!facts.question.port_is_assumed || !facts.arrival.local_sender) return;
  ports_held_unseen(facts, diagnosis);
  if (ports.unused > 0 || ports.shared == 0) return;
  diagnosis.not_observed.push_back(
      {"source-port",
       fmt::format("whether connect() finds a source port: {} connections to other "
                   "destinations, and {} shared unless bind() took {}, or {}; no other port is "
                   "left",
                   ports.shared == 1 ? "1 port has" : fmt::format("{} ports have", ports.shared),
                   ports.shared == 1 ? "is" : "are", ports.shared == 1 ? "it" : "them",
                   ports.shared == 1
                       ? "is the first or last of an odd number, which connect() leaves out"
                       : "are the first and last of an odd number, one of which connect() leaves "
                         "out"),
       true});
}

}  // namespace

void add_not_observed(const Facts& facts, Diagnosis& diagnosis) {
  // Where nothing is sent back, its way does not matter.
  if (diagnosis.conclusion.answer == Answer::nothing)
    std::erase_if(diagnosis.not_observed,
                  [](const Unseen& each) { return each.id == "return-path"; });
  const auto unseen = [&](const char* id, std::string text) {
    diagnosis.not_observed.push_back({id, std::move(text), false});
  };
  filters(facts, diagnosis);
  encapsulation(facts, diagnosis);
  hop_limit(facts, diagnosis);
  icmp_limits(facts, diagnosis);
  rules(facts, diagnosis);
  source_port(facts, diagnosis);
  if (reached_tcp(diagnosis) && !facts.answer)
    unseen("kernel-lookup",
           fmt::format("the kernel's own lookup: the steps were inferred from sock_diag's rows "
                       "({}; docs/proc.md says how to load it by hand)",
                       facts.why_no_answer));
  if (is_refused(diagnosis) && !facts.tables.bound_only)
    unseen("bound-sockets",
           fmt::format("sockets that are bound and do not listen: Linux {} shows them to nobody "
                       "but root, or through the module (sock_diag lists them since 6.8)",
                       facts.kernel.release));
  const std::string more = facts.as_root
                               ? "this root may not see them (another user namespace, or no "
                                 "CAP_SYS_PTRACE)"
                               : "run it as root";
  if (!facts.processes.all_seen && somebody_is_unnamed(facts))
    unseen("processes", fmt::format("which sockets some processes hold: {}", more));
  if (!facts.others.all_seen && others_would_matter(diagnosis))
    unseen("namespaces", fmt::format("some other network namespaces: {}", more));
}

void complete_commands(const Facts& facts, Diagnosis& diagnosis) {
  for (std::string& command : diagnosis.conclusion.commands)
    command = command_in(facts.question, command);
  for (Finding& finding : diagnosis.findings)
    for (std::string& command : finding.commands) command = command_in(facts.question, command);
}

}  // namespace lab::explain
