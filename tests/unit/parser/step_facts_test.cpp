// SPDX-License-Identifier: MIT
#include "language/step_facts.hpp"

#include <gmock/gmock.h>

#include "language/verbs.hpp"
#include "parser/catalogue.hpp"
#include "parser/parse_parts.hpp"
#include "parser/parser.hpp"

namespace lab::parser {

using language::describe;
using language::hosts_of;
using language::words_of;
using language::call_of;
using language::class_of;
using language::Verb;
using language::script_verbs;
using language::verb_groups;
using language::verb_of;
using language::VerbGroup;
using scenario::Action;
using scenario::Bind;
using scenario::Connect;
using scenario::OpenSocket;
using scenario::Packets;
using scenario::Path;
using scenario::Tables;

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

TEST(StepFacts, NameTheHostOfAStep) {
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

template <typename... Steps>
std::vector<std::string_view> verbs_in_order_of(const std::variant<Steps...>*) {
  return {verb_of(Action{Steps{}})...};
}

TEST(StepFacts, FindTheDefinitionOfEveryStep) {
  std::vector<std::string_view> defined;
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs) defined.push_back(verb.name);
  for (const Verb& verb : script_verbs().verbs) defined.push_back(verb.name);
  EXPECT_THAT(defined, testing::SizeIs(std::variant_size_v<Action>));
  EXPECT_EQ(verbs_in_order_of(static_cast<const Action*>(nullptr)), defined);
}

TEST(StepFacts, GiveACallOnlyToStepsJudgedByErrno) {
  EXPECT_EQ(call_of(Bind{}, {}).value().name, "bind()");
  EXPECT_FALSE(call_of(Tables{}, {}));
}

TEST(StepFacts, SplitTheWordsBeforeTheExpectation) {
  Packets packets;
  packets.host = "client";
  EXPECT_EQ(words_of(packets).subject, "packets at client");
  EXPECT_EQ(words_of(packets).expectation, " are: none");
  EXPECT_EQ(describe(packets), "packets at client are: none");
}

TEST(StepFacts, RecognizeStepsThatOnlyObserve) {
  EXPECT_EQ(class_of(OpenSocket{}), StepClass::prepares);
  EXPECT_EQ(class_of(Connect{}), StepClass::acts);
  EXPECT_EQ(class_of(Path{}), StepClass::observes);
}

}  // namespace
}  // namespace lab::parser
