// SPDX-License-Identifier: MIT
#include "scenario/starting_file.hpp"

#include <string_view>

#include "scenario/parser.hpp"
#include "util/error.hpp"

namespace lab::scenario {
namespace {

// NAME stands for the scenario's name.
constexpr std::string_view template_text = R"(# SPDX-License-Identifier: MIT
#
# The rule: say here what this file shows, by the section of the RFC and the
# function of the kernel, and where Linux departs from the RFC. Then a sketch:
#
#       client                               server:8888
#                                            bind(), listen()
#       SYN-SENT     --- S seq=x --------->  lhash2: hit
#                    <-- S. ack=x+1 -------  request socket
#       ESTABLISHED  --- . --------------->  ESTABLISHED
#
# Look for mistakes with `orchestrator validate NAME.yaml`, play it with
# `orchestrator run NAME.yaml`. docs/scenarios.md has the whole language.
name: NAME
title: One line that says what happens
summary: |
  A paragraph for those who do not know it yet.
rule: RFC 9293, section 3.5; tcp_v4_rcv(), tcp_conn_request()

# Each host is a network namespace, each link a pair of veth. The addresses are
# chosen when it is played, once over IPv4 and once over IPv6.
topology:
  hosts:
    client:
    server:
  links:
    - endpoints: ["client:eth0", "server:eth0"]

# Played in order. A step that expects something waits until it is so, and
# fails at the deadline if it never is.
steps:
  - socket: {name: srv, host: server}
  - bind: {socket: srv, to: "any:8888"}
  - listen: {socket: srv}

  # What the kernel's tables must show now, before anything was sent.
  - tables:
      host: server
      listeners: [{socket: srv, state: LISTEN, local: "any:8888"}]
      ehash: []
    note: A note stands beside its step in the report.

  - socket: {name: cli, host: client}
  # A call that is to fail says how: `error: ECONNREFUSED`.
  - connect: {socket: cli, to: "server:8888"}
  - accept: {socket: srv, name: conn}

  # All segments that the client saw, in order, and no others.
  - packets:
      host: client
      are:
        - "client > server S seq 0 length 0"
        - "server > client S. seq 0 ack 1 length 0"
        - "client > server . seq 1 ack 1 length 0"

  - send: {socket: cli, data: Hello}
  - receive: {socket: conn, data: Hello}
)";

std::string with_name(const std::string& name) {
  constexpr std::string_view placeholder = "NAME";
  std::string result(template_text);
  for (std::size_t at = 0; (at = result.find(placeholder, at)) != std::string::npos;
       at += name.size())
    result.replace(at, placeholder.size(), name);
  return result;
}

}  // namespace

std::string starting_file(const std::string& name) {
  const std::string result = with_name(name);
  // Whether it may be called so is the parser's to say; nothing else can be wrong.
  parse(result, name + ".yaml");
  return result;
}

}  // namespace lab::scenario
