// SPDX-License-Identifier: MIT
#include "explain_probe/unexplained.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "explain_probe/probe_words.hpp"

namespace lab::explain {
namespace {

// Empty: the one with which it was sent.
std::string source_it_has_there(const Probe& probe) {
  const Ends there = ends_of(probe).back();
  if (there.source == probe.source) return "";
  return fmt::format("; NAT sends it from {}, so the answer must find its way back to that address",
                     there.source.str());
}

}  // namespace

std::optional<Conclusion> connected_to_itself(const Probe& probe, Answer answer) {
  if (!is_success(answer) || probe.source != probe.destination || probe.was_redirected())
    return std::nullopt;
  return Conclusion{"self-connect", Answer::simultaneous_open,
                    "the probe's socket has connected to itself: its source and its destination "
                    "are the same",
                    ""};
}

Conclusion from_difference(const Probe& probe, Answer answer, const Diagnosis& predicted) {
  const bool predicted_answer = is_success(predicted.conclusion.answer);
  const std::string outcome = outcome_in_words(probe);
  if (predicted_answer && answer == Answer::rst)
    return {"refused-before-tcp",
            answer,
            outcome +
                ", although somebody listens: most likely a firewall that rejects, or one "
                "that sends it elsewhere; or the listener has gone meanwhile",
            list_the_rules,
            rules_of(probe.here_netns),
            ECONNREFUSED};
  if (answer == Answer::nothing)
    return {"dropped-before-tcp", answer,
            outcome +
                ", although TCP would have sent one: most likely a firewall drops it, or "
                "the answer",
            "look for the rule; with the module the probe shows where it is lost",
            rules_of(probe.here_netns)};
  if (is_success(answer))
    return {"answered-all-the-same", answer,
            outcome +
                ", although the tables had nobody for it: most likely a NAT rule or a BPF "
                "program sends it elsewhere; or the server has just been started",
            ""};
  return {"not-sent",
          answer,
          outcome + ", and no SYN was sent",
          "look at the routes, the policy rules and the ports in use in the sender's namespace; "
          "ask again there, without --probe",
          {},
          probe.error};
}

Conclusion elsewhere(const Probe& probe, Answer answer) {
  const std::string place = probe.destination.str();
  switch (answer) {
    case Answer::syn_ack:
    case Answer::simultaneous_open:
      return {"answered-elsewhere", answer, fmt::format("{} has answered", place), ""};
    case Answer::rst:
      return {"refused-elsewhere", answer, fmt::format("{} has refused it", place),
              "ask there why: orchestrator explain on that host or in that namespace"};
    case Answer::not_sent:
      return from_difference(probe, answer, {});
    default:
      return {"silent-elsewhere", answer,
              fmt::format("{} did not answer within {} ms{}", place, probe.waited.count(),
                          source_it_has_there(probe)),
              "ask there: is the host up, and does a firewall drop it on the way?"};
  }
}

std::optional<Conclusion> refused_by_program(const Probe& probe, Answer answer,
                                             const Filters& filters) {
  if (answer != Answer::not_sent || probe.error != EPERM || !filters.bpf) return std::nullopt;
  const auto program = std::ranges::find_if(
      *filters.bpf, [](const std::string& each) { return each.starts_with("cgroup connect"); });
  if (program == filters.bpf->end()) return std::nullopt;
  return Conclusion{
      "bpf-program",
      answer,
      fmt::format("connect() failed with EPERM, and no SYN was sent: the sender's cgroup has a BPF "
                  "program that may refuse it ({})",
                  *program),
      "look at what the program refuses, or connect from another cgroup",
      {"bpftool cgroup tree"},
      EPERM};
}

}  // namespace lab::explain
