// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <set>

#include "scenario/catalogue.hpp"
#include "scenario/parser.hpp"
#include "scenario/verbs.hpp"
#include "scenario/where.hpp"

namespace lab::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Scenario& scene() {
  static const Scenario scenario = parse(R"(name: scene
title: A scene
rule: none
topology:
  hosts: {client: , server: }
  links:
    - endpoints: ["client:eth0", "server:eth0"]
steps:
  - socket: {name: srv, host: server}
  - listen: {socket: srv}
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888"}
  - accept: {socket: srv, name: child}
  - transfer: {from: cli, to: child, bytes: 10}
  - ping: {from: client, to: server}
  - observe: {host: [client, server]}
  - no-retransmission:
)",
                                         "scene.yaml");
  return scenario;
}

TEST(Where, NamesTheHostOfAStep) {
  const auto hosts = [](std::size_t step) {
    return hosts_of(scene(), scene().steps.at(step).action);
  };
  EXPECT_THAT(hosts(0), ElementsAre("server"));
  EXPECT_THAT(hosts(1), ElementsAre("server"));
  EXPECT_THAT(hosts(3), ElementsAre("client"));
  EXPECT_THAT(hosts(4), ElementsAre("server"));
  EXPECT_THAT(hosts(5), ElementsAre("client", "server"));
  EXPECT_THAT(hosts(6), ElementsAre("client"));
  EXPECT_THAT(hosts(7), ElementsAre("client", "server"));
  EXPECT_THAT(hosts(8), IsEmpty());
}

// The words stand twice, here and in the definitions.
TEST(Where, CallsEveryVerbAsFilesDo) {
  std::set<std::string_view> named;
  for (std::size_t i = 0; i < std::variant_size_v<Action>; ++i) {
    [&]<std::size_t... each>(std::index_sequence<each...>) {
      ((each == i ? void(named.insert(verb_of(std::variant_alternative_t<each, Action>{})))
                  : void()),
       ...);
    }
    (std::make_index_sequence<std::variant_size_v<Action>>{});
  }
  std::set<std::string_view> defined;
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs) defined.insert(verb.name);
  EXPECT_EQ(named, defined);
}

}  // namespace
}  // namespace lab::scenario
