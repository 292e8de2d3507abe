// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <sstream>

#include "report/topology.hpp"

namespace lab::report {
namespace {

HostRecord host(const char* name,
                const std::vector<std::pair<const char*, const char*>>& addresses = {}) {
  HostRecord record;
  record.name = name;
  for (const auto& [device, address] : addresses)
    record.addresses.emplace_back(device, Address::parse(address).value());
  return record;
}

std::string drawn(const Timeline& timeline) {
  std::ostringstream out;
  Page page(out, {false, 80, false});
  draw_topology(page, timeline);
  return out.str();
}

TEST(Topology, JoinsTwoHosts) {
  Timeline run;
  run.hosts = {host("a", {{"eth0", "10.0.0.1"}}), host("b", {{"eth0", "10.0.0.2"}})};
  run.links = {{"a:eth0", "b:eth0"}};
  EXPECT_EQ(drawn(run), R"(
  +---------------+              +---------------+
  | a             |              | b             |
  | eth0 10.0.0.1 +--------------+ eth0 10.0.0.2 |
  +---------------+              +---------------+
)" + 1);
}

TEST(Topology, DrawsHostsWithoutLinksAlone) {
  Timeline run;
  run.hosts = {host("one"), host("two")};
  EXPECT_EQ(drawn(run), R"(
  +---------+   +---------+
  | one     |   | two     |
  | lo only |   | lo only |
  +---------+   +---------+
)" + 1);
}

// The middle comes first in the file; the drawing starts at an end all the same.
TEST(Topology, DrawsAChainInOneRow) {
  Timeline run;
  run.hosts = {host("r", {{"e0", "10.0.0.2"}, {"e1", "10.1.0.2"}}), host("a", {{"e0", "10.0.0.1"}}),
               host("b", {{"e0", "10.1.0.1"}})};
  run.links = {{"a:e0", "r:e0"}, {"r:e1", "b:e0"}};
  EXPECT_EQ(drawn(run), R"(
  +-------------+     +---------------------------+     +-------------+
  | a           |     | r                         |     | b           |
  | e0 10.0.0.1 +-----+ e0 10.0.0.2   e1 10.1.0.2 +-----+ e0 10.1.0.1 |
  +-------------+     +---------------------------+     +-------------+
)" + 1);
}

TEST(Topology, ListsWhatIsNoChain) {
  Timeline run;
  run.hosts = {host("hub", {{"e0", "10.0.0.1"}, {"e1", "10.1.0.1"}, {"e2", "10.2.0.1"}}),
               host("a", {{"e0", "10.0.0.2"}}), host("b", {{"e0", "10.1.0.2"}}),
               host("c", {{"e0", "10.2.0.2"}})};
  run.links = {{"hub:e0", "a:e0"}, {"hub:e1", "b:e0"}, {"hub:e2", "c:e0"}};
  EXPECT_EQ(drawn(run), R"(
  hub           e0 10.0.0.1   e1 10.1.0.1   e2 10.2.0.1
  a             e0 10.0.0.2
  b             e0 10.1.0.2
  c             e0 10.2.0.2
  hub:e0 ---- a:e0
  hub:e1 ---- b:e0
  hub:e2 ---- c:e0
)" + 1);
}

TEST(Topology, ListsARing) {
  Timeline run;
  run.hosts = {host("a"), host("b"), host("c")};
  run.links = {{"a:e0", "b:e0"}, {"b:e1", "c:e0"}, {"c:e1", "a:e1"}};
  EXPECT_NE(drawn(run).find("c:e1 ---- a:e1"), std::string::npos);
}

}  // namespace
}  // namespace lab::report
