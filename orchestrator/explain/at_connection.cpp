// SPDX-License-Identifier: MIT
//
// The 4-tuple is in the established hash: the SYN meets a connection, what is
// left of one, or a socket that is connecting itself.
#include <fmt/format.h>

#include "explain/parts.hpp"
#include "record/infer.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

void add_answer(Diagnosis& diagnosis, const char* function, const std::string& text) {
  diagnosis.steps.push_back({"answer", function, text, "inferred"});
}

std::string quoted(const Endpoint& endpoint) {
  const bool needs_quotes = endpoint.address.family() == Family::inet6;
  return needs_quotes ? fmt::format("'{}'", endpoint.str()) : endpoint.str();
}

// "ss -K" with the filter that means this one socket; without the state it leaves requests and
// TIME-WAIT out.
std::string kill_command(const Row& row) {
  return fmt::format("ss -K state connected src {} dst {}", quoted(row.local), quoted(row.remote));
}

// What a sender that knows nothing of the old connection does with the ACK.
constexpr const char* after_the_ack =
    "the sender, which knows nothing of it, answers with RST; that ends the old connection here, "
    "and the SYN that it sends again a second later meets what is left then";

constexpr const char* use_another_port = "use another source port, or end the old connection";

Conclusion simultaneous_open(const Facts& facts, const Row& found, Diagnosis& diagnosis) {
  add_answer(
      diagnosis, "tcp_rcv_synsent_state_process",
      "SYN-ACK: the socket goes to SYN-RECEIVED, and both ends open at once (RFC 9293, 3.5)");
  return {"simultaneous-open", Answer::simultaneous_open,
          fmt::format("{} is connecting to {} at this moment: the two SYNs make one connection, "
                      "and no listener is needed",
                      holder_of(found, facts.processes), found.remote.str()),
          ""};
}

Conclusion request(const Facts& facts, const Row& found, Diagnosis& diagnosis) {
  add_answer(diagnosis, "tcp_check_req",
             "ACK to a SYN with another sequence number; SYN-ACK once more to the same one");
  return {"request-in-the-way",
          Answer::ack,
          fmt::format("{} has answered a SYN with this 4-tuple already and waits for the ACK: a "
                      "new SYN gets an ACK; {}",
                      netns_of(facts.question), after_the_ack),
          "if it is the old one sent again, nothing: it gets its SYN-ACK again. Else use another "
          "source port, or end the request",
          {kill_command(found)}};
}

Conclusion connection(const Facts& facts, const Row& found, Diagnosis& diagnosis) {
  add_answer(diagnosis, "tcp_validate_incoming",
             "challenge ACK: a SYN is never good in this state (RFC 5961, section 4)");
  return {"connection-in-the-way",
          Answer::ack,
          fmt::format("a connection with this 4-tuple exists ({}, {}): it gets a challenge ACK; {}",
                      to_string(found.state), holder_of(found, facts.processes), after_the_ack),
          use_another_port,
          {kill_command(found)}};
}

// struct tcp_timewait_sock stands in for FIN-WAIT-2, too, once the process is gone.
Conclusion fin_wait_2(const Row& found, Diagnosis& diagnosis) {
  add_answer(diagnosis, "tcp_timewait_state_process",
             "ACK: the other end's FIN is still to come, and this SYN is outside the window");
  return {"connection-in-the-way",
          Answer::ack,
          fmt::format("the old connection with this 4-tuple was closed here and not yet by the "
                      "other end (FIN-WAIT-2): it gets an ACK; {}",
                      after_the_ack),
          use_another_port,
          {kill_command(found)}};
}

Conclusion time_wait(const Facts& facts, const Row& found, Diagnosis& diagnosis) {
  if (found.state == TcpState::fin_wait_2) return fin_wait_2(found, diagnosis);
  const Row* listener = infer_listener(facts);
  if (!listener) {
    add_answer(diagnosis, "tcp_v4_timewait_ack",
               "ACK: nobody listens who could begin a new connection");
    return {"time-wait-in-the-way", Answer::ack,
            fmt::format("the old connection with this 4-tuple is in TIME-WAIT, and nobody listens "
                        "on the port any more: an ACK instead of a RST; {}",
                        after_the_ack),
            "start the server again; TIME-WAIT alone does not stand in the way of a listener with "
            "SO_REUSEADDR"};
  }
  diagnosis.steps.push_back(
      {"time-wait", "tcp_timewait_state_process",
       "a SYN with a later sequence number or timestamp than the old connection's last, as a "
       "Linux client's is, may begin a new one: the listener is looked up",
       "inferred"});
  Conclusion conclusion = at_listener(facts, *listener, diagnosis, true);
  if (conclusion.answer == Answer::syn_ack)
    diagnosis.not_observed.push_back(
        {"time-wait",
         "whether the SYN looks newer than the earlier connection with this 4-tuple, which is in "
         "TIME-WAIT: one that does not (RFC 6191; from behind a NAT that mixes clients, for "
         "example) gets an ACK",
         true});
  return conclusion;
}

}  // namespace

Conclusion at_connection(const Facts& facts, const Row& found, Diagnosis& diagnosis) {
  switch (found.kind) {
    case Kind::timewait:
      return time_wait(facts, found, diagnosis);
    case Kind::request:
      return request(facts, found, diagnosis);
    case Kind::full:
      break;
  }
  return found.state == TcpState::syn_sent ? simultaneous_open(facts, found, diagnosis)
                                           : connection(facts, found, diagnosis);
}

}  // namespace lab::explain
