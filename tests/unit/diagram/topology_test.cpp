// SPDX-License-Identifier: MIT
#include "diagram/topology.hpp"

#include <gmock/gmock.h>

#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "diagram/topology_graph.hpp"
#include "diagram/topology_svg.hpp"
#include "diagram/topology_text.hpp"
#include "parser/parser.hpp"

namespace lab::diagram {
namespace {

using draw::columns;
using draw::Page;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

HostRecord host(const char* name,
                const std::vector<std::pair<const char*, const char*>>& addresses = {}) {
  HostRecord record;
  record.name = name;
  for (const auto& [device, address] : addresses)
    record.addresses.emplace_back(device, Address::parse(address).value());
  return record;
}

std::string drawn(const Topology& topology, bool unicode = false) {
  std::ostringstream out;
  Page page(out, {false, 80, unicode});
  draw_topology(page, topology);
  return out.str();
}

std::string drawn(const Timeline& run) { return drawn(topology_of(run)); }

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, columns(line));
  return widest;
}

// A router between a client and two servers, with what else there can be.
Topology network() {
  Topology topology{"network", "A title", {}, {}};
  topology.hosts = {
      {"client", {}, {{"eth0", {"10.0.0.1"}, ""}}, "", ""},
      {"router",
       {"router", "NAT"},
       {{"eth0", {"10.0.0.2"}, ""}, {"eth1", {"10.0.1.1"}, ""}, {"eth2", {"10.0.2.1"}, ""}},
       "nftables: masquerade",
       "table inet nat { chain out { masquerade } }"},
      {"one", {}, {{"eth0", {"10.0.1.2", "10.0.1.3 (second)"}, ""}}, "", ""},
      {"two", {"no stack"}, {{"eth0", {"10.0.2.2"}, "red"}}, "", ""}};
  topology.links = {{{{{0, "eth0"}, {1, "eth0"}}}, "10 ms"},
                    {{{{1, "eth1"}, {2, "eth0"}}}, ""},
                    {{{{1, "eth2"}, {3, "eth0"}}}, "5 % lost, MTU 1400"}};
  return topology;
}

Topology ring() {
  Topology topology{"ring", "", {}, {}};
  for (const char* name : {"a", "b", "c"})
    topology.hosts.push_back({name, {}, {{"e0", {}, ""}, {"e1", {}, ""}}, "", ""});
  topology.links = {{{{{0, "e0"}, {1, "e0"}}}, ""},
                    {{{{1, "e1"}, {2, "e0"}}}, "10 ms"},
                    {{{{2, "e1"}, {0, "e1"}}}, ""}};
  return topology;
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

// As a stored timeline may, that somebody has edited.
TEST(Topology, IgnoresALinkToAnUnknownHost) {
  Timeline run;
  run.hosts = {host("a", {{"eth0", "10.0.0.1"}})};
  run.links = {{"a:eth0", "gone:eth0"}, {"", "a"}};
  EXPECT_TRUE(topology_of(run).links.empty());
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

TEST(Topology, DrawsManyHostsWithoutLinksInRows) {
  Timeline run;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) run.hosts.push_back(host(name));
  const std::string drawing = drawn(run);
  EXPECT_LE(widest_line(drawing), 80u);
  EXPECT_THAT(drawing, HasSubstr("  | a       |"));
  EXPECT_THAT(drawing, HasSubstr("\n  | f       |"));
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

// With IPv6 addresses the router's interfaces stand below each other.
TEST(Topology, StepsDownIfARowIsTooWide) {
  Timeline run;
  run.hosts = {host("client", {{"eth0", "fd00::1"}}),
               host("router", {{"eth0", "fd00::2"}, {"eth1", "fd00:0:0:1::1"}}),
               host("server", {{"eth0", "fd00:0:0:1::2"}})};
  run.links = {{"client:eth0", "router:eth0"}, {"router:eth1", "server:eth0"}};
  EXPECT_EQ(drawn(run), R"(
  +--------------+     +--------------------+
  | client       |     | router             |     +--------------------+
  | eth0 fd00::1 +-----+ eth0 fd00::2       |     | server             |
  +--------------+     | eth1 fd00:0:0:1::1 +-----+ eth0 fd00:0:0:1::2 |
                       +--------------------+     +--------------------+
)" + 1);
}

TEST(Topology, DrawsAStar) {
  Timeline run;
  run.hosts = {host("hub", {{"e0", "10.0.0.1"}, {"e1", "10.1.0.1"}, {"e2", "10.2.0.1"}}),
               host("a", {{"e0", "10.0.0.2"}}), host("b", {{"e0", "10.1.0.2"}}),
               host("c", {{"e0", "10.2.0.2"}})};
  run.links = {{"hub:e0", "a:e0"}, {"hub:e1", "b:e0"}, {"hub:e2", "c:e0"}};
  EXPECT_EQ(drawn(run), R"(
  +-------------+     +---------------------------+     +-------------+
  | a           |     | hub                       |     | b           |
  | e0 10.0.0.2 +-----+ e0 10.0.0.1   e1 10.1.0.1 +-----+ e0 10.1.0.2 |
  +-------------+     |                           |     +-------------+
                      |                           |     +-------------+
                      |                           |     | c           |
                      |               e2 10.2.0.1 +-----+ e0 10.2.0.2 |
                      +---------------------------+     +-------------+
)" + 1);
}

TEST(Topology, DrawsTwoLinksBetweenTwoHosts) {
  Timeline run;
  run.hosts = {host("a", {{"e0", "10.0.0.1"}, {"e1", "10.0.1.1"}}),
               host("b", {{"e0", "10.0.0.2"}, {"e1", "10.0.1.2"}})};
  run.links = {{"a:e0", "b:e0"}, {"a:e1", "b:e1"}};
  EXPECT_EQ(drawn(run), R"(
  +-------------+              +-------------+
  | a           |              | b           |
  | e0 10.0.0.1 +--------------+ e0 10.0.0.2 |
  | e1 10.0.1.1 +--------------+ e1 10.0.1.2 |
  +-------------+              +-------------+
)" + 1);
}

TEST(Topology, ShowsRolesFirewallsAndLinks) {
  EXPECT_EQ(drawn(network()), R"(
  +----------------------+     +---------------------------------+
  | router  router, NAT  |     | client                          |
  | eth0 10.0.0.2        +-----+ eth0 10.0.0.1                   |
  | nftables: masquerade |     +---------------------------------+
  |                      |     +---------------------------------+
  |                      |     | one                             |
  | eth1 10.0.1.1        +-----+ eth0 10.0.1.2 10.0.1.3 (second) |
  |                      |     +---------------------------------+
  |                      |     +---------------------------------+
  |                      |     | two  no stack                   |
  | eth2 10.0.2.1        +-----+ eth0 10.0.2.2 in VRF red        |
  +----------------------+     +---------------------------------+
  client:eth0 ---- router:eth0   10 ms
  router:eth2 ---- two:eth0   5 % lost, MTU 1400
)" + 1);
}

// What a link loses or delays stands on it where there is room.
TEST(Topology, WritesPropertiesOnALink) {
  Topology topology = network();
  topology.hosts.resize(2);
  topology.links.resize(1);
  topology.hosts[1].firewall = "";
  topology.hosts[1].interfaces.resize(1);
  EXPECT_EQ(drawn(topology), R"(
  +---------------+              +---------------------+
  | client        |              | router  router, NAT |
  | eth0 10.0.0.1 +--- 10 ms ----+ eth0 10.0.0.2       |
  +---------------+              +---------------------+
)" + 1);
}

TEST(Topology, DrawsARingWithArcs) {
  EXPECT_EQ(drawn(ring(), true), R"(
  ╭────╮
  │ a  │
  │ e0 ├──╮
  │ e1 ├──┼─╮
  ╰────╯  │ │
  ╭────╮  │ │
  │ b  │  │ │
  │ e0 ├──╯ │
  │ e1 ├──╮ │
  ╰────╯  │ │
  ╭────╮  │ │
  │ c  │  │ │
  │ e0 ├──╯ │
  │ e1 ├────╯
  ╰────╯
  b:e1 ──── c:e0   10 ms
)" + 1);
}

TEST(Topology, ListsWhatIsTooWide) {
  Topology topology = network();
  topology.hosts[1].interfaces[0].addresses = {std::string(90, 'x')};
  const std::string drawing = drawn(topology);
  EXPECT_THAT(drawing, HasSubstr("  router        router, NAT\n"));
  EXPECT_THAT(drawing, HasSubstr("  client:eth0 ---- router:eth0   10 ms\n"));
  EXPECT_THAT(drawing, HasSubstr("  router:eth1 ---- one:eth0\n"));
}

TEST(Topology, IsMadeFromAScenario) {
  const auto scenario = parser::parse(R"(
name: net
title: A title
families: [ipv4]
topology:
  hosts:
    client: {gateway: router}
    router:
      forwards: true
      nftables: |
        # no snat here
        table ip nat {
          chain out { type nat hook postrouting priority 100; oifname "eth1" masquerade; }
          chain in { type filter hook input priority 0; tcp dport 1 drop; tcp dport 2 drop; }
        }
    peer: {stack: none, vrfs: {}}
  links:
    - {endpoints: ["client:eth0", "router:eth0"], delay: 10ms}
    - {endpoints: ["router:eth1", "peer:eth0"]}
steps:
  - ping: {from: client, to: router}
)",
                                      "net.yaml");
  const Topology topology =
      topology_of(scenario, {host("client", {{"eth0", "10.0.0.1"}}),
                             host("router", {{"eth0", "10.0.0.2"}, {"eth1", "10.0.1.1"}}),
                             host("peer", {{"eth0", "10.0.1.2"}})});
  ASSERT_EQ(topology.hosts.size(), 3u);
  EXPECT_THAT(topology.hosts[1].roles, ElementsAre("router", "NAT"));
  EXPECT_EQ(topology.hosts[1].firewall, "nftables: masquerade, drop");
  EXPECT_THAT(topology.hosts[2].roles, ElementsAre("no stack"));
  ASSERT_EQ(topology.links.size(), 2u);
  EXPECT_EQ(topology.links[0].properties, "10 ms");
  EXPECT_EQ(topology.links[1].ends[1], (Topology::End{2, "eth0"}));
}

pugi::xml_document parsed(const std::string& svg) {
  pugi::xml_document document;
  const auto result = document.load_string(svg.c_str());
  EXPECT_TRUE(result) << result.description() << "\n" << svg;
  return document;
}

std::vector<pugi::xml_node> all(const pugi::xml_document& document, const char* css_class) {
  std::vector<pugi::xml_node> nodes;
  for (const auto& found :
       document.select_nodes(("//*[@class='" + std::string(css_class) + "']").c_str()))
    nodes.push_back(found.node());
  return nodes;
}

TEST(TopologySvg, HasEveryHostAndLink) {
  const auto document = parsed(topology_svg(network()));
  std::set<std::string> names;
  for (const auto& node : all(document, "topology-name")) names.insert(node.text().as_string());
  EXPECT_THAT(names, ElementsAre("client", "one", "router", "two"));
  EXPECT_EQ(all(document, "topology-line").size(), 3u);
  EXPECT_EQ(all(document, "topology-property").size(), 2u);
}

// No two boxes overlap, and none leaves the drawing; nor does a text its box.
TEST(TopologySvg, KeepsItsBoxesApart) {
  for (const Topology& topology : {network(), ring()}) {
    const auto document = parsed(topology_svg(topology));
    const auto boxes = all(document, "topology-box");
    ASSERT_GT(boxes.size(), 1u);
    const auto end = [](const pugi::xml_node& node, const char* at, const char* size) {
      return node.attribute(at).as_double() + node.attribute(size).as_double();
    };
    const auto svg = document.child("svg");
    for (std::size_t i = 0; i < boxes.size(); ++i) {
      EXPECT_LE(end(boxes[i], "x", "width"), svg.attribute("width").as_double());
      EXPECT_LE(end(boxes[i], "y", "height"), svg.attribute("height").as_double());
      for (std::size_t j = i + 1; j < boxes.size(); ++j)
        EXPECT_TRUE(end(boxes[i], "x", "width") <= boxes[j].attribute("x").as_double() ||
                    end(boxes[j], "x", "width") <= boxes[i].attribute("x").as_double() ||
                    end(boxes[i], "y", "height") <= boxes[j].attribute("y").as_double() ||
                    end(boxes[j], "y", "height") <= boxes[i].attribute("y").as_double())
            << i << " and " << j << " overlap";
    }
  }
}

TEST(TopologySvg, EscapesXml) {
  Topology topology = network();
  topology.hosts[1].ruleset = "tcp flags & (syn | ack) == syn <drop> \x01";
  topology.name = "a<b>&\"c\"";
  const std::string svg = topology_svg(topology);
  const auto document = parsed(svg);
  EXPECT_THAT(document.child("svg").child("title").text().as_string(), HasSubstr("a<b>&\"c\""));
  EXPECT_THAT(svg, HasSubstr("&lt;drop&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("\x01")));
}

TEST(TopologySvg, IsAnElementForAPageToo) {
  const std::string svg = topology_svg(network(), {"run-3", false});
  EXPECT_EQ(svg.rfind("<svg", 0), 0u);
  EXPECT_THAT(svg, HasSubstr("id=\"run-3-title\""));
  EXPECT_THAT(svg, Not(HasSubstr("<style")));
}

TEST(TopologyDot, QuotesNamesAndEndsLines) {
  Topology topology = network();
  topology.hosts[0].name = "a\"\\";
  const std::string dot = topology_dot(topology);
  EXPECT_THAT(dot, HasSubstr(R"("a\"\\" [label="a\"\\\leth0 10.0.0.1\l"];)"));
  EXPECT_THAT(
      dot,
      HasSubstr(
          R"("router" -- "two" [taillabel="eth2", headlabel="eth0", label="5 % lost, MTU 1400"];)"));
}

TEST(TopologyMermaid, QuotesAsEntities) {
  Topology topology = network();
  topology.hosts[0].name = "a\"#<";
  const std::string mermaid = topology_mermaid(topology);
  EXPECT_EQ(mermaid.rfind("flowchart LR\n", 0), 0u);
  EXPECT_THAT(mermaid, HasSubstr(R"(  h0["a#34;#35;#60;<br/>eth0 10.0.0.1"])"));
  EXPECT_THAT(mermaid, HasSubstr(R"(  h0 ---|"eth0 – eth0<br/>10 ms"| h1)"));
}

}  // namespace
}  // namespace lab::diagram
