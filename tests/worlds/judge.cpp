// SPDX-License-Identifier: MIT
#include "worlds/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "collect/facts.hpp"
#include "collect/target.hpp"
#include "collect_probe/continued.hpp"
#include "collect_probe/probe.hpp"
#include "explain/diagnosis.hpp"
#include "explain_probe/probe.hpp"
#include "util/error.hpp"

namespace lab::worlds {
namespace {

using explain::Answer;

bool is_senders(View view) { return view == View::sender || view == View::probe_by_sender; }

// The words of `orchestrator explain`.
std::vector<std::string> words_of(const Question& question, View view) {
  const bool here = is_senders(view);
  std::string to = question.to().str();
  // "[fe80::2%eth0]:80", named as where it is asked: the interface is eth0 on each host.
  if (!question.scope.empty())
    to = fmt::format("[{}%{}]:{}", question.destination.str(), "eth0", question.port);
  std::vector<std::string> words{to};
  if (here && !question.source && question.source_port == 0) return words;
  const Address source = question.source ? *question.source
                         : question.scope.empty()
                             ? address_of(question.sender, question.destination.family())
                             : link_local(question.sender);
  words.emplace_back("from");
  words.push_back(question.source_port != 0 ? Endpoint{source, question.source_port}.str()
                                            : source.str());
  return words;
}

Facts facts_of(const Question& question, const Machine& machine, View view) {
  const Host host = is_senders(view) ? question.sender : question.receiver;
  collect::Wanted wanted;
  wanted.target = collect::parse_target(words_of(question, view));
  wanted.netns = fmt::format("/proc/self/fd/{}", machine.at(host).fd());
  if (!is_senders(view) && question.names_device && !question.is_local()) wanted.device = "eth0";
  if (is_senders(view)) wanted.mark = question.mark.value_or(0);
  if (is_senders(view)) wanted.uid = 0;
  wanted.reuses_address = is_senders(view) && question.source_port != 0;  // as attempt() has it
  return collect::look(machine.at(host), wanted);
}

void add_doubts(const std::vector<explain::Unseen>& all, Verdict& into) {
  for (const explain::Unseen& each : all)
    if (each.decides) {
      into.doubts.push_back(each.id);
      into.reasons.push_back(fmt::format("{}: {}", each.id, each.text));
    }
  into.certain = into.doubts.empty();
}

void add_conclusion(const explain::Conclusion& conclusion, Verdict& into) {
  into.answer = to_string(conclusion.answer);
  into.cause = conclusion.cause;
  into.text = conclusion.summary;
  into.error = conclusion.error;
}

bool grew(const std::map<std::string, long>& counters, const char* name) {
  return counters.contains(name);
}

// A counter that grows with a cause, at the receiver; null: none does.
const char* counter_of(const std::string& cause) {
  struct Pair {
    const char *cause, *counter;
  };
  static constexpr std::array<Pair, 13> counters{{
      {"accept-queue-full", "TcpExtListenOverflows"},
      {"syn-cookies", "TcpExtSyncookiesSent"},
      {"signature-missing", "TcpExtTCPMD5NotFound"},
      {"nothing-bound", "TcpOutRsts"},
      {"nobody-listens", "TcpOutRsts"},
      {"not-listening", "TcpOutRsts"},
      {"other-address", "TcpOutRsts"},
      {"other-device", "TcpOutRsts"},
      {"other-vrf", "TcpOutRsts"},
      {"ipv6-only", "TcpOutRsts"},
      {"ipv4-only", "TcpOutRsts"},
      {"other-namespace", "TcpOutRsts"},
      {"reverse-path-filter", "TcpExtIPReversePathFilter"},
  }};
  const auto found = std::ranges::find(counters, cause, &Pair::cause);
  return found == counters.end() ? nullptr : found->counter;
}

long syns_sent_again(const Happened& happened) {
  const auto found = happened.senders.find("TcpExtTCPSynRetrans");
  return found == happened.senders.end() ? 0 : found->second;
}

// Causes that only a firewall's rule makes.
bool blames_firewall(const std::string& cause) {
  return cause == "firewall" || cause == "dropped-on-the-way-out" || cause == "answer-dropped" ||
         cause == "refused-before-tcp" || cause == "dropped-before-tcp";
}

// The cause, by what was counted. Only where the answer is the one that came.
std::string wrong_cause(const Verdict& verdict, const Happened& happened, bool local,
                        long refused) {
  if (blames_firewall(verdict.cause) && refused == 0 && happened.redirected == 0)
    return "no rule of a firewall has refused anything";
  const bool failed =
      verdict.answer == "rst" || verdict.answer == "nothing" || verdict.answer == "icmp";
  const bool by_icmp = verdict.cause == "icmp-refused";  // whose it is, it does not say
  const char* counter = counter_of(verdict.cause);
  // A key of TCP-AO has another counter than one of TCP-MD5.
  if (verdict.cause == "signature-missing" &&
      grew(local ? happened.senders : happened.receivers, "TcpExtTCPAORequired"))
    counter = "TcpExtTCPAORequired";
  // A rule that sends it on has it answered by another host than the one that was asked about.
  const auto has_grown = [&](const char* name) {
    return grew(local ? happened.senders : happened.receivers, name) ||
           (happened.redirected > 0 && grew(happened.others, name));
  };
  // A rule may have dropped the first SYN, or others, and TCP have refused this one.
  const bool by_tcp = (counter && has_grown(counter)) || has_grown("TcpExtListenDrops");
  // One SYN that no rule refused has met something else.
  const bool one_passed = verdict.answer == "nothing" && refused <= syns_sent_again(happened);
  // Over IPv6 a rule there may be why nobody answers.
  const bool by_nobody = verdict.cause == "no-neighbour";
  if (failed && refused > 0 && !one_passed && !by_tcp && !by_nobody &&
      !blames_firewall(verdict.cause) && !by_icmp && verdict.answer != "elsewhere" &&
      !verdict.cause.ends_with("elsewhere"))
    return "a rule of a firewall has refused it";
  // What is dropped there may be an ARP request, which no counter of IP counts.
  const bool is_arp =
      verdict.cause == "reverse-path-filter" && !happened.arrived && happened.asked_neighbour;
  if (counter && !is_arp && !has_grown(counter)) return fmt::format("{} has not grown", counter);
  if (verdict.cause == "listening" && has_grown("TcpExtSyncookiesSent"))
    return "it was a SYN cookie";
  return "";
}

bool is_syn_acks(const std::string& answer) {
  return answer == "syn-ack" || answer == "simultaneous-open";
}

// A sender that a connection is in the way of, or none: each of these is "ack".
std::string compare(const std::string& answer, const std::string& reply) {
  const std::string predicted = is_syn_acks(answer) ? "syn-ack" : answer;
  const std::string came = reply.empty() ? "nothing" : reply;
  return predicted == came ? ""
                           : fmt::format("predicted {}, and what came back is {}", predicted, came);
}

std::string wrong_error(const Verdict& verdict, const Happened& happened) {
  if (verdict.error == 0 || verdict.error == happened.error) return "";
  // An ICMP error that comes while connect() still holds the socket is left out; a later one, of
  // which a router sends few, ends it.
  if (happened.error == EINPROGRESS && grew(happened.senders, "TcpExtLockDroppedIcmps")) return "";
  return fmt::format("predicted {}, and connect() got {}", errno_name(verdict.error),
                     happened.error == 0             ? "connected"
                     : happened.error == EINPROGRESS ? "no answer"
                                                     : errno_name(happened.error));
}

std::string wrong_for_sender(bool local, const Verdict& verdict, const Happened& happened) {
  if (verdict.answer == "elsewhere") {
    if (happened.at_once)
      return fmt::format("predicted that a SYN leaves, and connect() got {}",
                         errno_name(happened.error));
    return happened.sent || happened.asked_neighbour ? "" : "no SYN was sent";
  }
  if (verdict.answer == "not-sent") {
    if (happened.sent) return "predicted that no SYN is sent: one was";
    if (!happened.at_once) return "predicted that connect() fails at once: it did not";
    return wrong_error(verdict, happened);
  }
  if (verdict.cause == "no-carrier")
    return happened.arrived || happened.error == 0 ? "predicted that nothing leaves" : "";
  // Both ends are here, or a rule here ends the SYN.
  if (happened.at_once)
    return fmt::format("predicted {}, and connect() got {}", verdict.answer,
                       errno_name(happened.error));
  if (!local && happened.arrived) return "predicted that the SYN does not arrive: it did";
  // On lo a reply is captured before the rules at the hook "input": one that connect() still waits
  // for has not come through.
  const bool was_stopped = local && happened.error == EINPROGRESS &&
                           (happened.reply == "syn-ack" || happened.reply == "rst" ||
                            (happened.reply == "ack" && happened.refused_by_sender > 0 &&
                             blames_firewall(verdict.cause)));
  const std::string came = was_stopped ? "" : local ? happened.reply : happened.got;
  if (auto text = compare(verdict.answer, came); !text.empty()) return text;
  if (auto text = wrong_error(verdict, happened); !text.empty()) return text;
  return wrong_cause(verdict, happened, true, happened.refused_by_sender);
}

std::string wrong_for_receiver(const World& world, const Verdict& verdict,
                               const Happened& happened) {
  const Question& question = world.question;
  if (!happened.arrived) return "-";
  // Without --device it says which one it has assumed; the links' ends are all eth0.
  if (!question.names_device && verdict.device != "eth0") return "-";
  const Address asked = question.source ? *question.source
                        : question.scope.empty()
                            ? address_of(question.sender, question.destination.family())
                            : link_local(question.sender);
  if (happened.wire_source != asked || happened.wire_destination != question.to()) return "-";
  if (verdict.answer == "elsewhere") {
    if (happened.went_on) return "";
    // Of a next hop that does not answer the router says so.
    return happened.reply.empty() || happened.reply == "icmp"
               ? ""
               : fmt::format("predicted that the SYN leaves, and what came back is {}",
                             happened.reply);
  }
  if (happened.went_on) return fmt::format("predicted {}: the SYN was forwarded", verdict.answer);
  if (verdict.answer == "not-sent") return "predicted not-sent of a SYN that arrived";
  if (auto text = compare(verdict.answer, happened.reply); !text.empty()) return text;
  // What came back may not have come through, or have met the sender's firewall.
  // That routing at the sender has no way for what comes in is counted there; over IPv6 in counters
  // that are not read.
  const bool refused_by_route =
      happened.error == EINPROGRESS && (happened.got == "rst" || happened.got == "icmp") &&
      (question.destination.family() == Family::inet6 || grew(happened.senders, "IpInAddrErrors") ||
       grew(happened.senders, "IpExtInNoRoutes"));
  if (happened.got == happened.reply && happened.refused == happened.refused_by_receiver &&
      !refused_by_route)
    if (auto text = wrong_error(verdict, happened); !text.empty()) return text;
  return wrong_cause(verdict, happened, false, happened.refused_by_receiver);
}

std::string wrong_for_probe(const World& world, const Verdict& verdict, const Happened& happened) {
  const bool challenged = happened.got == "ack" || happened.reply == "ack";
  if (is_syn_acks(verdict.answer) != (happened.error == 0))
    return fmt::format("it says {}, and connect() got {}", verdict.answer,
                       errno_name(happened.error));
  if (verdict.answer == "not-sent" && happened.sent) return "it says not-sent: a SYN was sent";
  // It may come after a SYN-ACK, for the ACK: connect() then ends with its errno.
  const bool has_its_errno = verdict.error != 0 && verdict.error == happened.error;
  if (verdict.answer == "rst" && happened.got != "rst" && !challenged && !has_its_errno)
    return fmt::format("it says rst, and the sender got {}", happened.got);
  if (verdict.answer == "icmp" && happened.got != "icmp" && happened.reply != "icmp" &&
      !has_its_errno && !happened.asked_neighbour)
    return "it says icmp: none was seen";
  if (auto text = wrong_error(verdict, happened); !text.empty()) return text;
  // What the sender's rules refuse then is something else, as neighbour discovery.
  const bool came_through =
      verdict.answer == "icmp" && happened.reply == "icmp" && happened.got == "icmp";
  return wrong_cause(verdict, happened, world.question.is_local(),
                     came_through ? happened.refused_by_receiver : happened.refused);
}

}  // namespace

const char* name_of(View view) {
  constexpr std::array<const char*, 4> names{"sender", "receiver", "sender, --probe",
                                             "receiver, --probe"};
  return names[static_cast<std::size_t>(view)];
}

Verdict ask(const World& world, const Machine& machine, View view) try {
  const Facts facts = facts_of(world.question, machine, view);
  const explain::Diagnosis diagnosis = explain::diagnose(facts);
  Verdict verdict;
  verdict.view = view;
  verdict.of_local_sender = facts.arrival.local_sender || !facts.question.source;
  verdict.device = facts.arrival.device;
  add_conclusion(diagnosis.conclusion, verdict);
  add_doubts(diagnosis.not_observed, verdict);
  return verdict;
} catch (const UsageError& error) {
  Verdict refused;
  refused.view = view;
  refused.asked = false;
  refused.text = error.what();
  return refused;
}

Verdict probe(const World& world, const Machine& machine, View view, Happened& happened) {
  Verdict verdict;
  verdict.view = view;
  try {
    const Facts facts = facts_of(world.question, machine, view);
    const explain::Diagnosis predicted = explain::diagnose(facts);
    Watch watch(world, machine);
    constexpr std::chrono::milliseconds patience{3500};
    const Probe sent = collect::send_probe(
        machine.at(is_senders(view) ? world.question.sender : world.question.receiver), facts,
        patience);
    watch.drain(sent.source.port, happened);
    happened.error = sent.error;
    watch.count(happened);
    std::optional<explain::Diagnosis> there;
    if (const auto found = collect::look_where_it_went(sent, facts))
      there = explain::diagnose(*found);
    const explain::Probed probed =
        explain::judge(sent, predicted, facts.filters, there ? &*there : nullptr);
    verdict.of_local_sender = facts.arrival.local_sender || !facts.question.source;
    verdict.expected_before = to_string(predicted.conclusion.answer);
    add_conclusion(probed.conclusion, verdict);
    add_doubts(probed.not_observed, verdict);
  } catch (const UsageError& error) {
    verdict.asked = false;
    verdict.text = error.what();
  } catch (const EnvironmentError& error) {
    verdict.asked = false;
    verdict.text = error.what();
  }
  return verdict;
}

std::string wrong(const World& world, const Verdict& verdict, const Happened& happened) {
  // The source is not an address of the sender any more: the question means another sender. One of
  // the loopback is always here, even where bind() refuses it.
  if (is_senders(verdict.view) != verdict.of_local_sender) {
    const auto& source = world.question.source;
    return is_senders(verdict.view) && source && source->is_loopback()
               ? "it takes a loopback address for another host's"
               : "-";
  }
  switch (verdict.view) {
    case View::sender:
      return wrong_for_sender(world.question.is_local(), verdict, happened);
    case View::receiver:
      return wrong_for_receiver(world, verdict, happened);
    default:
      return wrong_for_probe(world, verdict, happened);
  }
}

}  // namespace lab::worlds
