// SPDX-License-Identifier: MIT
#include "explain_probe/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "explain_probe/after_challenge.hpp"
#include "explain_probe/by_icmp.hpp"
#include "explain_probe/by_router.hpp"
#include "explain_probe/by_rule.hpp"
#include "explain_probe/no_neighbour.hpp"
#include "explain_probe/probe_trace.hpp"
#include "explain_probe/probe_words.hpp"
#include "explain_probe/reset_after_answer.hpp"
#include "explain_probe/translated.hpp"
#include "explain_probe/unexplained.hpp"
#include "record/exchange.hpp"
#include "util/error.hpp"

namespace lab::explain {
namespace {

int errno_of(const IcmpError& icmp) { return icmp_errno(icmp.code, icmp.source.family()); }

// What came back, by what was captured and by connect()'s errno.
Answer answer_of(const Probe& probe, const Exchange& exchange, const Diagnosis& predicted) {
  const Answer expected = predicted.conclusion.answer;
  switch (probe.error) {
    case 0:
      return expected == Answer::simultaneous_open ? expected : Answer::syn_ack;
    // A RST, or one of the ICMP errors that have the same errno.
    case ECONNREFUSED:
      return exchange.icmp && errno_of(*exchange.icmp) == probe.error ? Answer::icmp : Answer::rst;
    case ECONNRESET:  // a RST after a SYN-ACK (tcp_reset())
      return Answer::rst;
    // No answer, or one that connect() does not take for one: an ACK. An ICMP error that was sent,
    // too, has not reached the socket: its sender gets none.
    case EINPROGRESS:
    case ETIMEDOUT:
      if (exchange.observed)
        return exchange.first == Exchange::Reply::ack ? Answer::ack : Answer::nothing;
      return expected == Answer::ack ? expected : Answer::nothing;
    default:
      // A SYN that was sent again was sent.
      return exchange.icmp || exchange.syns_left > 0 || probe.retransmissions > 0
                 ? Answer::icmp
                 : Answer::not_sent;
  }
}

// An ICMP error and a failure to send have errnos, and another one is of another cause.
bool same_error(const Probe& probe, const Exchange& exchange, Answer answer,
                const Diagnosis& predicted) {
  const int expected = predicted.conclusion.error;
  if (expected == 0) return true;
  if (answer == Answer::not_sent) return expected == probe.error;
  if (answer != Answer::icmp || !exchange.icmp) return true;
  return expected == errno_of(*exchange.icmp);
}

bool bpf_may_interfere(const Filters& filters) { return !filters.bpf || !filters.bpf->empty(); }

// Something besides TCP may have acted, and was not seen.
bool may_interfere(const Filters& filters, const Probe& probe) {
  return (!filters.no_rule_acts() && !rules_passed(probe)) || bpf_may_interfere(filters);
}

long counted(const Probe& probe, const char* name) {
  const auto found = probe.counted.find(name);
  return found == probe.counted.end() ? 0 : found->second;
}

struct Counted {
  Conclusion conclusion;
  bool by_others = false;  // it grew by more than the probe's SYNs: it counts others', too
};

// A listener's own refusal, which leaves a counter (include/uapi/linux/snmp.h).
std::optional<Counted> by_counter(const Probe& probe, Answer answer) {
  struct Refusal {
    const char *counter, *cause, *what, *remedy;
  };
  static constexpr Refusal refusals[]{
      {"TcpExtTCPMD5NotFound", "signature-missing",
       "the listener has a TCP-MD5 key for this sender, and the SYN is not signed",
       "set the same key on the client's socket (TCP_MD5SIG)"},
      {"TcpExtTCPAORequired", "signature-missing",
       "the listener asks for TCP-AO, and the SYN is not signed",
       "set the same key on the client's socket (TCP_AO_ADD_KEY)"},
      {"TcpExtTCPAOKeyNotFound", "signature-missing",
       "the listener has no TCP-AO key that fits this SYN",
       "set the same key on both sockets (TCP_AO_ADD_KEY)"},
      {"TcpExtTCPMinTTLDrop", "ttl-too-small", "the listener asks for a greater TTL (IP_MINTTL)",
       "send from the same link, or lower IP_MINTTL"},
      {"TcpExtListenOverflows", "accept-queue-full", "the accept queue of the listener is full",
       "see why the server does not call accept()"},
      {"TcpExtTCPReqQFullDrop", "request-queue-full",
       "the request queue of the listener is full, and SYN cookies are off",
       "switch SYN cookies on, or give listen() a greater backlog"},
      {"TcpExtIPReversePathFilter", "reverse-path-filter",
       "the reverse path filter dropped it (rp_filter)",
       "give the source a route over the "
       "interface that it comes in on"}};
  if (answer != Answer::nothing) return std::nullopt;
  for (const Refusal& each : refusals)
    if (counted(probe, each.counter) > 0)
      return Counted{
          {each.cause, answer,
           fmt::format("{}: {} (counter {})", outcome_in_words(probe), each.what, each.counter),
           each.remedy},
          counted(probe, each.counter) > 1 + static_cast<long>(probe.retransmissions)};
  return std::nullopt;
}

// "an answer", "ICMP admin-prohibited from 10.0.0.2"
std::string answer_in_words(const Exchange& exchange) {
  if (exchange.first != Exchange::Reply::icmp) return "an answer";
  return fmt::format("ICMP {} from {}", name_of(*exchange.icmp), exchange.icmp->source.str());
}

// How far the segments came, as the captures saw it.
std::optional<Conclusion> by_place(const Probe& probe, const Exchange& exchange, Answer answer) {
  if (!exchange.observed || answer != Answer::nothing) return std::nullopt;
  const auto lost = [&](const char* cause, std::string where) {
    const bool at_sender = std::string_view(cause) != "answer-lost";
    return Conclusion{cause, answer, outcome_in_words(probe) + ": " + where, list_the_rules,
                      rules_of(at_sender ? probe.sender_netns : probe.here_netns)};
  };
  if (auto silent = no_neighbour(probe, exchange)) return silent;
  if (exchange.syns_left == 0)
    return lost("dropped-on-the-way-out",
                fmt::format("no SYN left {}: a firewall or BPF program drops it on the way out",
                            probe.from));
  if (exchange.reply_arrived)
    return lost("answer-dropped",
                fmt::format("{} came back to {}, and did not reach the socket: a firewall, or a "
                            "policy rule, there drops what comes in",
                            answer_in_words(exchange), probe.from));
  if (auto at_router = lost_at_router(probe, exchange, answer)) return at_router;
  if (!exchange.one_host && exchange.reply_left) {
    const bool firewalls = router_may_have_rules(probe);
    Conclusion conclusion = lost(
        "answer-lost",
        fmt::format("an answer was sent, and did not come back: it is lost on the way, or a router "
                    "drops it, by a route{} policy rule{}",
                    firewalls ? "," : " or", firewalls ? " or a rule of its firewall" : ""));
    conclusion.remedy = fmt::format(
        "look at what is between the two: the routes and policy rules of the routers for the way "
        "back{}",
        firewalls ? ", and the rules of their firewalls" : "");
    conclusion.commands = looks_at_routers(probe);
    return conclusion;
  }
  if (!exchange.one_host && !exchange.syn_arrived) {
    Conclusion conclusion =
        lost("lost-on-the-way", fmt::format("the SYN left {}, and did not arrive", probe.from));
    conclusion.remedy =
        "look at what is between the two, a bridge or router, and at the rules of its firewall";
    conclusion.commands.clear();
    return conclusion;
  }
  return std::nullopt;
}

// Whether it was TCP that sent the RST, and not a firewall in its place: nf_send_reset() does
// not count in TcpOutRsts.
enum class Sure { yes, no, unknown };
Sure is_tcps_reset(const Probe& probe, const Exchange& exchange) {
  if (tcp_reset_is_in_trace(probe)) return Sure::yes;
  // Of a RST that came from elsewhere the counters here say nothing.
  if (!exchange.observed || !exchange.reply_left) return Sure::unknown;
  const auto by_tcp = static_cast<std::size_t>(counted(probe, "TcpOutRsts"));
  if (by_tcp == 0) return Sure::no;
  // Fewer: a firewall has sent some. More: TCP has sent others that were not captured, and
  // perhaps not this one.
  return by_tcp == exchange.resets_left ? Sure::yes : Sure::unknown;
}

Conclusion reset_by_firewall(const Probe& probe) {
  return {"firewall",
          Answer::rst,
          "the probe was refused by a RST that TCP did not send (it is not counted in "
          "TcpOutRsts): a firewall rejects the SYN",
          list_the_rules,
          rules_of(probe.here_netns),
          ECONNREFUSED};
}

void doubt(Probed& probed, const char* id, std::string text) {
  probed.not_observed.push_back({id, std::move(text), true});
}

// Equal outcomes are not equal causes.
void doubt_equal_outcome(const Probe& probe, const Exchange& exchange, const Filters& filters,
                         Answer answer, Probed& probed) {
  if (!may_interfere(filters, probe) || answer == Answer::not_sent || answer == Answer::ack) return;
  const bool traced = probe.no_trace.empty() && tcp_is_in_trace(probe);
  if (answer == Answer::rst && is_tcps_reset(probe, exchange) == Sure::unknown)
    doubt(probed, "who-refused", "whether TCP or a firewall sent the RST: both may have refused");
  if (answer == Answer::nothing && !traced) {
    const auto seen = by_counter(probe, answer);
    if (!seen || seen->by_others)
      doubt(probed, "who-dropped", "whether TCP or a firewall dropped the SYN: both may have");
  }
  // A rule that drops a later segment has not sent the SYN elsewhere.
  if (is_success(answer) && !traced && (bpf_may_interfere(filters) || !nothing_redirects(probe)))
    doubt(probed, "who-answered", "whether a NAT rule has sent the SYN to another socket");
  if (answer == Answer::icmp && !traced)
    doubt(probed, "who-refused", "whether the route or a firewall sent the ICMP error");
}

// Of the sender's firewall only a probe from its own namespace, or the trace of its rules, knows;
// and that no SYN was captured does not tell what has kept it.
void doubt_way_out(const Probe& probe, const Filters& filters, Probed& probed) {
  const bool is_here = probe.sender_netns == probe.here_netns;
  const bool passed =
      rules_passed_at(probe, probe.sender_netns) || (is_here && !may_interfere(filters, probe));
  if (probed.conclusion.cause == "no-neighbour" && !passed)
    doubt(probed, "who-refused",
          "whether a firewall in the sender's namespace stopped the SYN, and not the lack of an "
          "answer from the neighbour");
  if (const auto& rules = filters.discovery_by_sender;
      probed.conclusion.cause == "no-neighbour" && !is_here && !rules.empty()) {
    doubt(probed, "who-refused",
          fmt::format("whether a rule of the receiver's firewall drops the ARP requests or "
                      "neighbour solicitations, or their answers: {}",
                      rules.front()));
    probed.conclusion.remedy = fmt::format(
        "let ARP or neighbour discovery pass the receiver's "
        "firewall, where a rule may drop it: {}",
        rules.front());
    Question there;
    there.netns = probe.here_netns;
    probed.conclusion.commands.push_back(command_in(there, "nft -a list ruleset"));
  }
  if (probed.conclusion.cause == "no-neighbour" && !is_here && bpf_may_interfere(filters))
    doubt(probed, "bpf",
          "whether a BPF program or filter in the receiver's namespace drops the ARP requests, or "
          "the neighbour solicitations");
  // Over IPv6 rules see neighbour discovery, too.
  if (probed.conclusion.cause == "lost-on-the-way" && !filters.no_rule_acts() &&
      probe.destination.address.family() == Family::inet6)
    doubt(probed, "where",
          "whether a rule of the receiver's firewall drops neighbour discovery, without which a "
          "router does not send the SYN on");
  if (probed.conclusion.cause == "answer-dropped")
    doubt(probed, "where",
          "what drops the answer there: a firewall, a policy rule or the reverse path filter");
  if (probed.conclusion.cause == "dropped-on-the-way-out")
    doubt(probed, "where",
          "what keeps the SYN in the sender's namespace: a firewall, or a link without a carrier");
}

Conclusion unpredicted(const Probe& probe, const Exchange& exchange, const Filters& filters,
                       Answer answer, const Diagnosis& predicted, Probed& probed) {
  if (auto itself = connected_to_itself(probe, answer)) return *itself;
  if (answer == Answer::icmp) {
    if (!exchange.icmp) doubt(probed, "icmp", "who sent the error that connect() reports");
    return by_icmp(probe, exchange);
  }
  const auto counted = by_counter(probe, answer);
  if (auto seen = from_trace(probe, answer)) {
    // A counter says more than the reason of a drop, as TCP_AONOTFOUND.
    return seen->cause == "dropped" && counted && !counted->by_others ? counted->conclusion : *seen;
  }
  if (auto seen = by_place(probe, exchange, answer)) return *seen;
  if (counted) {
    if (counted->by_others)
      doubt(probed, "who-counted",
            "whether this SYN was counted: the counter grew by more than the probe's SYNs, so "
            "others were refused, too");
    return counted->conclusion;
  }
  if (answer == Answer::rst) {
    const Sure by_tcp = is_tcps_reset(probe, exchange);
    if (by_tcp == Sure::no) return reset_by_firewall(probe);
    if (by_tcp == Sure::yes && !may_interfere(filters, probe))
      return {"nobody-listens",
              answer,
              "the probe was refused by TCP, so the tables have changed since",
              "ask again without --probe",
              {},
              ECONNREFUSED};
  }
  if (auto silent = no_neighbour_for_answer(probe, exchange, predicted.conclusion.answer,
                                            filters.discovery_of_answer)) {
    if (may_interfere(filters, probe))
      doubt(probed, "where",
            "whether a firewall or BPF program here has stopped the SYN or its answer");
    return *silent;
  }
  // A full request queue is no certain end, but certain for the first SYN.
  const bool first_is_dropped =
      predicted.conclusion.answer == Answer::nothing &&
      (predicted.certain() || predicted.conclusion.cause == "request-queue-full");
  if (is_success(answer) && first_is_dropped && probe.retransmissions > 0)
    return {"answered-later", answer,
            fmt::format("the first SYN got no answer, as predicted, and one that was sent again "
                        "did: what was in its way has passed meanwhile ({})",
                        predicted.conclusion.summary),
            predicted.conclusion.remedy, predicted.conclusion.commands};
  const std::string socket_filter = [&] {
    for (const Unseen& each : predicted.not_observed)
      if (each.id == "socket-filter") return each.text;
    return std::string();
  }();
  if (answer == Answer::nothing && !socket_filter.empty() && !may_interfere(filters, probe))
    return {"socket-filter", answer,
            outcome_in_words(probe) +
                ": the listener has a socket filter (SO_ATTACH_FILTER), and "
                "nothing else here may drop the SYN",
            "look at the filter that the server attaches: it must pass SYNs"};
  if (answer != Answer::not_sent)
    doubt(probed, "where",
          "where the SYN or its answer was lost or changed: the likeliest is named");
  return from_difference(probe, answer, predicted);
}

void add_not_observed(const Probe& probe, const Diagnosis& predicted, Probed& probed) {
  if (!probe.no_trace.empty())
    probed.not_observed.push_back(
        {"path", fmt::format("the path of the SYN through the kernel: {}", probe.no_trace), false});
  if (!probe.no_packets.empty())
    probed.not_observed.push_back(
        {"packets", fmt::format("the packets on the interfaces: {}", probe.no_packets), false});
  for (const TracedPlace& place : probe.places)
    if (!place.complete())
      probed.not_observed.push_back(
          {"rules",
           fmt::format("what the rules of the firewall in {} did: {}", place.name,
                       place.lost ? "some messages of their trace were lost" : place.why_not),
           false});
  if (!probe.no_conntrack.empty())
    probed.not_observed.push_back(
        {"translation", fmt::format("whether NAT has changed addresses: {}", probe.no_conntrack),
         false});
  if (probe.trace_lost > 0)
    probed.not_observed.push_back(
        {"lost",
         fmt::format("{} events of the trace: too much else was going on", probe.trace_lost),
         true});
  // The hash of another port's 4-tuple chooses another member of the group.
  for (const Unseen& each : predicted.not_observed)
    if (each.id == "reuseport-choice" && each.decides) probed.not_observed.push_back(each);
}

}  // namespace

bool Probed::certain() const { return std::ranges::none_of(not_observed, &Unseen::decides); }

Probed judge(const Probe& probe, const Diagnosis& predicted, const Filters& filters,
             const Diagnosis* there) {
  const Exchange exchange = exchange_of(probe);
  const Answer answer = answer_of(probe, exchange, predicted);
  const Answer expected = predicted.conclusion.answer;
  Probed probed;
  const bool challenged =
      expected == Answer::ack &&
      (exchange.observed ? exchange.first == Exchange::Reply::ack : probe.retransmissions > 0);
  // Reading the rules has proven it, whatever else is behind them.
  const bool a_rule_ends_it = predicted.conclusion.cause == firewall_cause && predicted.certain();
  // What refused it then is another one, even if the outcome is the same.
  const bool never_arrived = exchange.observed && !exchange.one_host && !exchange.syn_arrived;
  // What the sender's own firewall does TCP never hears of.
  auto by_sender = by_place(probe, exchange, answer);
  // A SYN that has not arrived has not met what was predicted.
  const bool is_lost =
      by_sender && by_sender->cause == "lost-on-the-way" && expected == Answer::nothing;
  if (by_sender && !is_lost && by_sender->cause != "dropped-on-the-way-out" &&
      by_sender->cause != "no-neighbour" && by_sender->cause != "answer-dropped")
    by_sender.reset();
  const auto counted = by_counter(probe, answer);
  auto by_firewall = by_rule(probe, answer);
  if (by_firewall && !rule_is_certain(probe))
    doubt(probed, "hook", "what at that hook has taken the segment");
  if (!by_firewall) by_firewall = firewall_in_trace(probe, answer);
  if (by_firewall) {
    probed.as_predicted = a_rule_ends_it && is_same(answer, expected);
    probed.conclusion = *by_firewall;
  } else if (probe.error == ECONNRESET) {
    probed.conclusion = reset_after_answer(probe);
  } else if (const auto proxied = by_tproxy(probe, answer)) {
    probed.as_predicted = is_same(answer, expected);
    probed.conclusion = *proxied;
  } else if (auto program = refused_by_program(probe, answer, filters)) {
    probed.conclusion = std::move(*program);
    doubt(probed, "who-refused",
          "whether that program refused connect(), or a security module of the kernel (LSM)");
  } else if (probe.was_redirected()) {
    probed = judge_redirected(probe, exchange, answer, predicted, there);
  } else if (challenged) {
    probed.as_predicted = true;
    probed.conclusion = after_challenge(probe, predicted, answer);
    if (!exchange.observed && !tcp_is_in_trace(probe))
      doubt(probed, "challenge", "whether an ACK came back: no packets were captured");
  } else if (expected == Answer::elsewhere) {
    probed.as_predicted = !by_sender;
    if (auto at_router = lost_at_router(probe, exchange, answer))
      probed.conclusion = std::move(*at_router);
    else
      probed.conclusion = answer == Answer::icmp
                              ? by_icmp(probe, exchange)
                              : silent_behind_router(probe, elsewhere(probe, answer));
    if (by_sender) probed.conclusion = *by_sender;
    doubt_way_out(probe, filters, probed);
  } else if (auto filtered = refuses_arp(probe, exchange, predicted)) {
    probed.as_predicted = true;
    probed.conclusion = std::move(*filtered);
  } else if (answer == Answer::icmp && exchange.icmp && never_arrived) {
    probed.conclusion = by_icmp(probe, exchange);
    doubt_way_out(probe, filters, probed);
  } else if (answer == Answer::rst && a_rule_ends_it && never_arrived) {
    probed.conclusion = reset_by_firewall(probe);
    doubt(probed, "where", "who on the way sent the RST: no SYN arrived");
  } else if (by_sender && (is_lost || !a_rule_ends_it) &&
             predicted.conclusion.cause != "interface-down" &&
             predicted.conclusion.cause != "no-carrier") {
    probed.conclusion = *by_sender;
    doubt_way_out(probe, filters, probed);
  } else if (counted && !counted->by_others && is_same(answer, expected) && !a_rule_ends_it &&
             counted->conclusion.cause != predicted.conclusion.cause) {
    // As when the SYN came in on another interface, or there was no answer that a rule could end.
    probed.conclusion = counted->conclusion;
  } else if (is_same(answer, expected) && answer == Answer::rst && !a_rule_ends_it &&
             is_tcps_reset(probe, exchange) == Sure::no) {
    probed.conclusion = reset_by_firewall(probe);
  } else if (is_same(answer, expected) && same_error(probe, exchange, answer, predicted)) {
    probed.as_predicted = probed.is_the_predicted = true;
    probed.conclusion = predicted.conclusion;
    if (!a_rule_ends_it) doubt_equal_outcome(probe, exchange, filters, answer, probed);
  } else {
    probed.conclusion = unpredicted(probe, exchange, filters, answer, predicted, probed);
    doubt_way_out(probe, filters, probed);
  }
  // conntrack forgets a connection whose only answer is a RST (nf_conntrack_tcp_packet()).
  if (const std::string rule = rule_that_redirects(probe); !rule.empty() && !probe.was_redirected())
    doubt(probed, "translation", "where " + rule + " has sent the SYN, and what it met there");
  add_not_observed(probe, predicted, probed);
  return probed;
}

}  // namespace lab::explain
