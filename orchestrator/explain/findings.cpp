// SPDX-License-Identifier: MIT
//
// What is worth knowing besides the answer.
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"
#include "explain/words.hpp"
#include "record/infer.hpp"
#include "record/owner_names.hpp"
#include "tcp_lookup/contract.h"

namespace lab::explain {
namespace {

std::uint16_t port_of(const Facts& facts) { return facts.question.destination.port; }

void add(Diagnosis& diagnosis, const char* id, std::string text) {
  diagnosis.findings.push_back({id, std::move(text)});
}

bool is_held(const Facts& facts) {
  const auto has_port = [&](const Row& row) { return row.local.port == port_of(facts); };
  return std::ranges::any_of(facts.tables.listeners, has_port) ||
         (facts.tables.bound_only && std::ranges::any_of(*facts.tables.bound_only, has_port));
}

// The sysctl holds one list: what is in it already must stay.
std::string reserved_with(const Sysctls& sysctls, std::uint16_t port) {
  std::string list;
  for (const PortRange& each : sysctls.ip_local_reserved_ports)
    list += each.first == each.last ? fmt::format("{},", each.first)
                                    : fmt::format("{}-{},", each.first, each.last);
  return list + std::to_string(port);
}

// An ephemeral port that nobody holds: sooner or later a connect() to it gets it as its source
// port, too, and connects to itself. connect() passes over ports that bind() holds.
void self_connect_risk(const Facts& facts, Diagnosis& diagnosis) {
  const Sysctls& sysctls = facts.sysctls;
  const std::uint16_t port = port_of(facts);
  const bool reserved =
      std::ranges::any_of(sysctls.ip_local_reserved_ports,
                          [port](const PortRange& each) { return each.contains(port); });
  const bool ephemeral = sysctls.ip_local_port_range && sysctls.ip_local_port_range->contains(port);
  if (reserved)
    return add(diagnosis, "reserved-port",
               fmt::format("port {} is in net.ipv4.ip_local_reserved_ports: the kernel gives it to "
                           "a socket only if it asks for it",
                           port));
  if (!ephemeral || !is_refused(diagnosis) || !facts.arrival.local_sender || is_held(facts)) return;
  diagnosis.findings.push_back(
      {"self-connect-risk",
       fmt::format("port {} is in the ephemeral range ({} to {}): a client that tries again and "
                   "again may be given it as its own source port, and then connects to itself. "
                   "To prevent that, reserve the port",
                   port, sysctls.ip_local_port_range->first, sysctls.ip_local_port_range->last),
       {sysctl_command("net/ipv4/ip_local_reserved_ports", reserved_with(sysctls, port))}});
}

// Who else has to do with a port that is refused.
void others_on_port(const Facts& facts, Diagnosis& diagnosis) {
  if (!is_refused(diagnosis)) return;
  std::vector<std::string> others;
  for (const Row& row : facts.tables.listeners)
    if (row.local.port == port_of(facts))
      others.push_back(fmt::format("{} on {}", holder_of(row, facts.processes), place_of(row)));
  if (others.size() > 1)
    add(diagnosis, "listeners-on-port",
        fmt::format("{} sockets listen on this port, and none gets this SYN: {}", others.size(),
                    fmt::join(others, ", ")));
  if (diagnosis.conclusion.cause != "other-namespace")
    for (const OtherNetns& space : facts.others.namespaces)
      for (const Row& row : space.listeners)
        add(diagnosis, "listens-elsewhere",
            fmt::format("{} listens on {} in {}", holder_of(row, facts.processes), place_of(row),
                        name_of(space)));
}

void connections_on_port(const Facts& facts, Diagnosis& diagnosis) {
  if (!is_refused(diagnosis) || facts.tables.ehash.empty()) return;
  const Row& example = facts.tables.ehash.front();
  add(diagnosis, "connections-on-port",
      fmt::format("{} socket{} port {} at the local end without a listener: {}, held by {}",
                  facts.tables.ehash.size(), facts.tables.ehash.size() > 1 ? "s have" : " has",
                  port_of(facts), describe(example), holder_of(example, facts.processes)));
}

void udp_instead(const Facts& facts, Diagnosis& diagnosis) {
  if (!is_refused(diagnosis) || facts.udp.empty()) return;
  const UdpSocket& socket = facts.udp.front();
  add(diagnosis, "udp",
      fmt::format("{} has UDP port {} ({}): that is another protocol, a SYN never meets it",
                  holder_of(socket.inode, facts.processes), socket.local.port, socket.local.str()));
}

void listening_here(const Facts& facts, Diagnosis& diagnosis) {
  constexpr std::size_t most = 6;
  const std::string& cause = diagnosis.conclusion.cause;
  if (cause != "nothing-bound" && cause != "nobody-listens") return;
  if (facts.tables.listeners.empty())
    return add(diagnosis, "listening-here",
               fmt::format("nothing at all listens in {}", netns_of(facts.question)));
  std::vector<std::string> listeners;
  for (const Row& row : facts.tables.listeners) {
    if (listeners.size() == most) break;
    listeners.push_back(fmt::format("{} on {}", holder_of(row, facts.processes), place_of(row)));
  }
  const std::size_t rest = facts.tables.listeners.size() - listeners.size();
  add(diagnosis, "listening-here",
      fmt::format("listening in {}: {}{}", netns_of(facts.question), fmt::join(listeners, ", "),
                  rest ? fmt::format(", and {} more", rest) : ""));
}

// A listener is there, and yet the client may wait.
void slow_server(const Facts& facts, const Row& listener, Diagnosis& diagnosis) {
  if (listener.accept_queue.value_or(0) > 0 && is_success(diagnosis.conclusion.answer))
    add(diagnosis, "waiting-connections",
        fmt::format("{} of {} connections wait for accept() at {}", *listener.accept_queue,
                    listener.accept_queue_max.value_or(0), place_of(listener)));
  const auto holders = facts.processes.by_inode.find(listener.inode.value_or(0));
  if (holders == facts.processes.by_inode.end()) return;
  const auto& all = holders->second;
  if (!all.empty() && std::ranges::all_of(all, &Holder::stopped))
    add(diagnosis, "stopped",
        fmt::format("{} is stopped: the kernel answers the SYN for it, and nothing more happens",
                    holder_of(listener, facts.processes)));
}

// bind() to it may fail, unless the sockets share it.
void source_is_bound(const Facts& facts, Diagnosis& diagnosis) {
  const Question& question = facts.question;
  if (!facts.arrival.local_sender || !question.source || question.port_is_assumed) return;
  for (const Row& row : facts.tables.senders) {
    const auto address = address_for(row, question.source->address.family());
    if (row.local.port != question.source->port || !address) continue;
    if (!address->is_any() && *address != question.source->address) continue;
    add(diagnosis, "source-in-use",
        fmt::format("the source {} is taken ({}, {}): bind() to it needs SO_REUSEADDR on both "
                    "sockets, or fails with EADDRINUSE",
                    question.source->str(), describe(row), holder_of(row, facts.processes)));
    return;
  }
}

std::string caveat_in_words(std::string_view caveat) {
  if (caveat == TCP_LOOKUP_CAVEAT_SK_LOOKUP)
    return "a BPF program (sk_lookup) in this namespace may choose the socket; the verdict takes "
           "it into account, the steps do not";
  if (caveat == TCP_LOOKUP_CAVEAT_REUSEPORT)
    return "a BPF program chooses within the SO_REUSEPORT group, by the segment's bytes";
  if (caveat == TCP_LOOKUP_CAVEAT_INCOMING_CPU)
    return "SO_INCOMING_CPU decides between the listeners, by the CPU that the SYN comes in on";
  return "a socket that is bound to a device was passed over, because it is not known on which "
         "interface the SYN comes in: say so with --device";
}

void words_of_the_module(const Facts& facts, Diagnosis& diagnosis) {
  if (!facts.answer) return;
  std::string_view rest = facts.answer->caveat;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    add(diagnosis, "caveat", caveat_in_words(rest.substr(0, comma)));
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  if (!facts.answer->agrees)
    add(diagnosis, "witnesses-disagree",
        "the module's walk through the tables and the kernel's own lookup found different sockets");
  const LookupAnswer second = infer(facts);
  if (second.verdict != facts.answer->verdict)
    add(diagnosis, "witnesses-disagree",
        fmt::format("the module says {}, sock_diag's rows say {}: the tables changed in between, "
                    "or something chooses that the rows do not show",
                    to_string(facts.answer->verdict), to_string(second.verdict)));
}

// The SYN leaves all the same.
void rules_for_the_answer(const Facts& facts, Diagnosis& diagnosis) {
  if (diagnosis.conclusion.answer != Answer::elsewhere) return;
  if (const auto& rule = facts.filters.ends_answer)
    add(diagnosis, "answer-rule",
        fmt::format("whatever answers is dropped or rejected where it comes back, by {}",
                    rule->text));
  else if (!facts.filters.netfilter_of_answer.empty())
    add(diagnosis, "answer-rule",
        fmt::format("the answer may be dropped or rejected where it comes back: {}",
                    facts.filters.netfilter_of_answer.front()));
}

}  // namespace

void add_findings(const Facts& facts, Diagnosis& diagnosis) {
  rules_for_the_answer(facts, diagnosis);
  if (!reached_tcp(diagnosis)) return;
  others_on_port(facts, diagnosis);
  connections_on_port(facts, diagnosis);
  udp_instead(facts, diagnosis);
  listening_here(facts, diagnosis);
  if (const Row* listener = infer_listener(facts)) slow_server(facts, *listener, diagnosis);
  self_connect_risk(facts, diagnosis);
  source_is_bound(facts, diagnosis);
  words_of_the_module(facts, diagnosis);
}

}  // namespace lab::explain
