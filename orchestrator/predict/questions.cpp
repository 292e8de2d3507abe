// SPDX-License-Identifier: MIT
#include "predict/questions.hpp"

#include <algorithm>

#include "predict/first_connect.hpp"

namespace lab::predict {
namespace {

// A SYN is sent by connect(), by a program, or by the lab itself.
bool sends_syn(const scenario::Scenario& scenario) {
  return connects(scenario) || std::ranges::any_of(scenario.steps, [](const scenario::Step& step) {
           const auto* inject = std::get_if<scenario::Inject>(&step.action);
           return std::holds_alternative<scenario::Exec>(step.action) ||
                  (inject && inject->segment && inject->segment->flags.syn);
         });
}

}  // namespace

std::vector<Question> questions_about(const scenario::Scenario& scenario) {
  if (!sends_syn(scenario)) return {};
  std::vector<Question> questions{
      {"answer",
       "What answers the first SYN, or the same SYN sent again?",
       {"RST", "SYN-ACK", "ACK", "ICMP error", "silence"}},
      {"ehash",
       "When that SYN arrives, does the lookup in ehash find a socket?",
       {"hit", "miss", "not searched"}},
      {"listener",
       "Which lookup in lhash2 finds a listener?",
       {"exact", "wildcard", "none", "not searched"}},
      {"function",
       "Which of these functions deals with that SYN?",
       {"tcp_v4_send_reset", "tcp_conn_request", "tcp_rcv_synsent_state_process",
        "none of these"}}};
  if (connects(scenario)) {
    questions.push_back({"connect",
                         "How does the first connect() end?",
                         {"it succeeds", "ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH",
                          "ENETUNREACH", "another error"}});
    questions.push_back({"states",
                         "Which states does its socket pass through, until it is ESTABLISHED or "
                         "CLOSED?",
                         {"SYN-SENT, ESTABLISHED", "SYN-SENT, SYN-RECEIVED, ESTABLISHED",
                          "SYN-SENT, CLOSED", "SYN-SENT, SYN-RECEIVED, CLOSED", "others"}});
  }
  return questions;
}

}  // namespace lab::predict
