// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "worlds/world.hpp"

namespace lab::worlds {
namespace {

constexpr const char* topology = R"(#!/bin/bash
# As root. Removes the namespaces at the end.
trap 'kill $(jobs -p) 2>/dev/null; for n in client server backend; do ip netns del $n; done' EXIT
for n in client server backend; do
  ip netns add $n; ip -n $n link set lo up
  ip netns exec $n sysctl -qw net.ipv6.conf.{{all,default}}.accept_dad=0 \
    net.ipv4.conf.{{all,default}}.rp_filter=0
done
ip netns exec server sysctl -qw net.ipv4.conf.all.forwarding=1 net.ipv6.conf.all.forwarding=1
ip -n server link add eth0 address 02:00:00:00:00:02 type veth \
  peer name eth0 address 02:00:00:00:00:01 netns client
ip -n server link add eth1 address 02:00:00:00:00:03 type veth \
  peer name eth0 address 02:00:00:00:00:04 netns backend
add() {{ ip -n $1 link set $2 up; for a in "${{@:3}}"; do ip -n $1 addr add $a dev $2; done; }}
add server eth0 10.0.0.2/24 10.0.0.22/24 fd00::22/64 fd00::2/64
add server eth1 10.0.1.1/24 fd01::1/64
add client eth0 10.0.0.1/24 fd00::1/64
add backend eth0 10.0.1.2/24 fd01::2/64
ip -n client route add default via 10.0.0.2; ip -n client route add default via fd00::2
ip -n backend route add default via 10.0.1.1; ip -n backend route add default via fd01::1
sleep 2 # until the links carry packets
)";

}  // namespace

std::string script_of(const World& world) {
  std::string text = fmt::format(fmt::runtime(topology));
  for (const Phase phase : all_phases)
    for (const auto& element : world.elements)
      if (element->phase() == phase) text += element->script();
  const Question& question = world.question;
  const std::string from =
      question.source
          ? fmt::format(" from {}", question.source_port != 0
                                        ? Endpoint{*question.source, question.source_port}.str()
                                        : question.source->str())
          : std::string();
  const std::string to =
      question.scope.empty()
          ? question.to().str()
          : fmt::format("[{}%eth0]:{}", question.destination.str(), question.port);
  text +=
      fmt::format("orchestrator explain '{}'{} --netns {}\n", to, from, name_of(question.sender));
  if (!question.is_local())
    text += fmt::format("orchestrator explain '{}' from {}{} --netns {}\n", to,
                        from.empty()
                            ? question.scope.empty()
                                  ? address_of(question.sender, question.destination.family()).str()
                                  : fmt::format("'{}%eth0'", link_local(question.sender).str())
                            : from.substr(6),
                        question.names_device ? " --device eth0" : "", name_of(question.receiver));
  text += fmt::format(
      "ip netns exec {} python3 -c '\nimport socket\ns=socket.socket({}); s.settimeout(4)\n{}{}"
      "try:\n s.connect((\"{}\",{})); print(\"connected\")\nexcept OSError as e: print(repr(e))'\n",
      name_of(question.sender), static_cast<int>(question.destination.family()),
      question.mark ? fmt::format("s.setsockopt(1,36,{})\n", *question.mark) : std::string(),
      question.source ? fmt::format("s.setsockopt({}); s.bind((\"{}\",{}))\n",
                                    question.source_port != 0 ? "1,2,1" : "0,24,1",
                                    question.source->str(), question.source_port)
                      : std::string(),
      question.scope.empty() ? question.destination.str()
                             : question.destination.str() + "%" + question.scope,
      question.port);
  return text;
}

}  // namespace lab::worlds
