// SPDX-License-Identifier: MIT
//
// Scenarios in which one side has a kernel and the other only what the scenario injects.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "parser/parser.hpp"
#include "run/runner.hpp"

namespace lab::run {

// The client has a kernel, the peer has no stack. `link`: more keys of their link.
inline scenario::Scenario scene(const std::string& steps, const std::string& deadline = "5s",
                                const std::string& link = "") {
  return parser::parse("name: scene\ntitle: A scene\nrule: none\ndeadline: " + deadline + R"(
topology:
  hosts:
    client:
    peer: {stack: none}
  links:
    - {endpoints: ["client:eth0", "peer:eth0"])" +
                           link + "}\nsteps:\n" + steps,
                       "scene.yaml");
}

class WithoutStack : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  }
  static Timeline played(const std::string& steps, const std::string& deadline = "5s") {
    return play(scene(steps, deadline), GetParam());
  }
};

const std::string listener = R"(
  - socket: {name: srv, host: client}
  - bind: {socket: srv, to: "any:8888"}
  - listen: {socket: srv}
)";

}  // namespace lab::run
