// SPDX-License-Identifier: MIT
//
// What is replaced when a file is read: parameters, variants, loops.
#include <gmock/gmock.h>

#include "parser/parser.hpp"
#include "unit/parser/text.hpp"

namespace lab::parser {

using scenario::Bind;
using scenario::OpenSocket;

namespace {

using testing::ElementsAre;
using testing::SizeIs;

// Lines 1 to 3 are the head; what is given follows from line 4 on.
std::string with(const std::string& head, const std::string& steps) {
  return "name: x\ntitle: Test of ${port}\ntopology: {hosts: {a: , b: }}\n" + head +
         "steps:\n  - socket: {name: s, host: a}\n" + steps;
}

const std::string bound = "  - bind: {socket: s, to: \"any:${port}\"}\n";

std::int64_t port_of(const Scenario& scenario) {
  return std::get<Bind>(scenario.steps.back().action).to.port.number;
}

TEST(Parameters, AreReplacedByTheirValueAnywhere) {
  const std::string text = with("parameters: {port: 8888}\n", bound);
  const Scenario scenario = parse(text, "x.yaml");
  EXPECT_EQ(scenario.title, "Test of 8888");
  EXPECT_EQ(port_of(scenario), 8888);
  EXPECT_EQ(port_of(parse(text, "x.yaml", {"", {{"port", "9000"}}})), 9000);
}

TEST(Variants, SetParametersAndDefaultToTheFirst) {
  const std::string text =
      with("parameters: {port: 8888}\nvariants: {low: {port: 1}, plain: , high: {port: 65535}}\n",
           bound);
  EXPECT_THAT(parse(text, "x.yaml").variants, ElementsAre("low", "plain", "high"));
  EXPECT_EQ(parse(text, "x.yaml").variant, "low");
  EXPECT_EQ(port_of(parse(text, "x.yaml")), 1);
  EXPECT_EQ(port_of(parse(text, "x.yaml", {"plain", {}})), 8888);
  EXPECT_EQ(port_of(parse(text, "x.yaml", {"high", {}})), 65535);
  EXPECT_EQ(port_of(parse(text, "x.yaml", {"high", {{"port", "7"}}})), 7)
      << "what is asked for wins";
}

TEST(Variants, HaveTheirOwnNames) {
  const std::string text = with("parameters: {port: 1}\nvariants: {one: , two: }\n",
                                "  - socket: {name: other, host: a}\n    when: {variant: one}\n"
                                "  - socket: {name: other, host: b}\n    when: {variant: two}\n"
                                "  - listen: {socket: other}\n");
  EXPECT_NO_THROW(parse(text, "x.yaml", {"one", {}}));
  EXPECT_NO_THROW(parse(text, "x.yaml", {"two", {}}));
}

TEST(Variants, MustExistIfAConditionNamesThem) {
  EXPECT_EQ(error_of(with("parameters: {port: 1}\nvariants: {one: , two: }\n",
                          bound + "    when: {variant: [one, twoo]}\n")),
            "x.yaml:9:11: there is no variant \"twoo\"; did you mean \"two\"?");
  EXPECT_EQ(error_of(with("parameters: {port: 1}\n", bound + "    when: {variant: one}\n")),
            "x.yaml:8:11: there is no variant \"one\"");
}

TEST(Loops, RepeatTheirStepsForEachValue) {
  const Scenario scenario =
      parse(with("parameters: {port: 1}\n",
                 "  - for:\n      name: who\n      in: [a, b]\n      steps:\n"
                 "        - for:\n            name: n\n            in: [1, 2]\n            steps:\n"
                 "              - socket: {name: \"${who}${n}\", host: \"${who}\"}\n"),
            "x.yaml");
  std::vector<std::string> names;
  for (const Step& step : scenario.steps) names.push_back(std::get<OpenSocket>(step.action).name);
  EXPECT_THAT(names, ElementsAre("s", "a1", "a2", "b1", "b2"));
  EXPECT_EQ(scenario.steps.back().at.line, 15) << "the place in the file stays";
}

TEST(Expansion, ReportsMistakes) {
  const auto expect = [](const std::string& text, const std::string& message) {
    EXPECT_EQ(error_of(text), message);
  };
  expect(with("", bound), "x.yaml:2:8: there is no parameter \"port\"; write it under parameters:");
  expect(with("parameters: {prot: 1}\n", bound),
         "x.yaml:2:8: there is no parameter \"port\"; did you mean \"prot\"?; write it under "
         "parameters:");
  expect(with("parameters: {port: 1}\nvariants: {low: {prt: 1}}\n", bound),
         "x.yaml:5:12: there is no parameter \"prt\"; did you mean \"port\"?");
  expect(with("parameters: {port: [1]}\n", bound),
         "x.yaml:4:14: parameter \"port\" needs one value");
  expect(with("parameters: {port: 1}\n", "  - close: {socket: \"${port\"}\n"),
         "x.yaml:7:21: \"${port\" has a ${ that is not closed");
  expect(with("parameters: {port: 1}\n", "  - for: {name: port, in: [1], steps: []}\n"),
         "x.yaml:7:17: there already is a parameter \"port\"; choose another name");
  expect(
      with("parameters: {port: 1}\n", "  - for: {name: n, in: [1], steps: []}\n    note: twice\n"),
      "x.yaml:8:5: for: excludes other keys; move them into its steps");
  expect(with("parameters: {port: 1}\n", "  - for: {name: n, inn: [1], steps: []}\n"),
         "x.yaml:7:20: for has no key \"inn\"; did you mean \"in\"?");
}

TEST(Expansion, IsBounded) {
  std::string numbers, loops = "  - socket: {name: y, host: a}\n";
  for (int i = 0; i < 50; ++i) numbers += (i ? ", " : "") + std::to_string(i);
  const std::string text =
      with("parameters: {port: 1}\n", "  - for: {name: i, in: [" + numbers +
                                          "], steps: [{for: {name: j, in: [" + numbers +
                                          "], steps: [{for: {name: k, in: [" + numbers +
                                          "], steps: [{ping: {from: a, to: b}}]}}]}}]}\n");
  EXPECT_THAT(error_of(text), testing::HasSubstr("the loops expand to more than 2000 steps"));
}

TEST(Reading, RefusesUnknownVariantsAndParameters) {
  const std::string text = with("parameters: {port: 1}\nvariants: {low: {port: 1}}\n", bound);
  const auto message = [&](const Reading& reading) -> std::string {
    try {
      parse(text, "x.yaml", reading);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({"lov", {}}), "x.yaml:1:1: there is no variant \"lov\"; did you mean \"low\"?");
  EXPECT_EQ(message({"", {{"porr", "1"}}}),
            "x.yaml:1:1: there is no parameter \"porr\"; did you mean \"port\"?");
}

}  // namespace
}  // namespace lab::parser
