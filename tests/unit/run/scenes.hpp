// SPDX-License-Identifier: MIT
//
// Scenarios as values, for tests of what is built from them.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include "scenario/model.hpp"

#define SKIP_WITHOUT_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces need root"

namespace lab::run {

inline scenario::Host host(const std::string& name) {
  scenario::Host host;
  host.name = name;
  return host;
}

// link("a:eth0", "b:eth0")
inline scenario::Link link(const std::string& one, const std::string& other) {
  const auto end = [](const std::string& text) {
    const std::size_t colon = text.find(':');
    return scenario::Link::End{text.substr(0, colon), text.substr(colon + 1)};
  };
  scenario::Link link;
  link.ends = {end(one), end(other)};
  return link;
}

// client:eth0 ---- eth0:server
inline scenario::Scenario two_hosts() {
  scenario::Scenario scenario;
  scenario.file = "scene.yaml";
  scenario.name = "scene";
  scenario.families = {Family::inet, Family::inet6};
  scenario.hosts = {host("client"), host("server")};
  scenario.links = {link("client:eth0", "server:eth0")};
  return scenario;
}

// client:eth0 ---- eth0:router:eth1 ---- eth0:server
inline scenario::Scenario routed() {
  scenario::Scenario scenario = two_hosts();
  scenario.hosts.push_back(host("router"));
  scenario.hosts[2].forwards = true;
  scenario.links = {link("client:eth0", "router:eth0"), link("router:eth1", "server:eth0")};
  scenario.hosts[0].routes = {{"", "router", {}}};
  scenario.hosts[1].routes = {{"client", "router", {}}};
  return scenario;
}

inline std::string name_of(const testing::TestParamInfo<Family>& info) {
  return std::string(to_string(info.param));
}

}  // namespace lab::run
