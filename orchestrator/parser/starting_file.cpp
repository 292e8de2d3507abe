// SPDX-License-Identifier: MIT
#include "parser/starting_file.hpp"

#include <string_view>

#include "parser/parser.hpp"
#include "util/error.hpp"

namespace lab::parser {
namespace {

// NAME is replaced by the scenario's name.
constexpr std::string_view template_text = R"(# SPDX-License-Identifier: MIT
#
# Describe here what this file shows: the RFC section, the kernel functions, and where
# Linux differs from the RFC. Then add a sketch:
#
#       client                               server:8888
#                                            bind(), listen()
#       SYN-SENT     --- S seq=x --------->  lhash2: hit
#                    <-- S. ack=x+1 -------  request socket
#       ESTABLISHED  --- . --------------->  ESTABLISHED
#
# Check it with `orchestrator validate NAME.yaml`, run it with
# `orchestrator run NAME.yaml`. docs/scenarios.md explains the language.
name: NAME
title: One line that says what happens
summary: |
  A paragraph for a reader who does not know it yet.
rule: RFC 9293, section 3.5; tcp_v4_rcv(), tcp_conn_request()

# Each host is a network namespace, each link a veth pair. A run assigns the addresses;
# the scenario runs once over IPv4 and once over IPv6.
topology:
  hosts:
    client:
    server:
  links:
    - endpoints: ["client:eth0", "server:eth0"]

# Steps run in order. A step with an expectation waits until it holds, and fails at the
# deadline.
steps:
  - socket: {name: srv, host: server}
  - bind: {socket: srv, to: "any:8888"}
  - listen: {socket: srv}

  # What the kernel's tables must show before anything is sent.
  - tables:
      host: server
      listeners: [{socket: srv, state: LISTEN, local: "any:8888"}]
      ehash: []
    note: The report shows a note next to its step.

  - socket: {name: cli, host: client}
  # For a call that must fail, add the errno: `error: ECONNREFUSED`.
  - connect: {socket: cli, to: "server:8888"}
  - accept: {socket: srv, name: conn}

  # All segments that the client must have seen, in order, and no others.
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
  // The parser checks the name; the rest is valid.
  parse(result, name + ".yaml");
  return result;
}

}  // namespace lab::parser
