// SPDX-License-Identifier: MIT
//
// The hosts of a scenario and the links between them as what a drawing needs:
// names and words, and who is joined to whom. It is made from a run's timeline or
// from a scenario that nobody has played, and drawn as text (topology_text.hpp),
// as SVG (topology_svg.hpp), or for other programs (topology_graph.hpp). Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::diagram {

struct Topology {
  struct Interface {
    std::string device;
    std::vector<std::string> addresses;  // "10.0.0.1", "10.0.0.3 (second)"
    std::string vrf;                     // in which it is; empty: in none
  };
  struct Host {
    std::string name;
    std::vector<std::string> roles;  // "router", "NAT", "no stack"
    std::vector<Interface> interfaces;
    std::string firewall;  // its nftables in words: "nftables: masquerade, drop"
    std::string ruleset;   // the same as the scenario writes it
  };
  struct End {
    std::size_t host;  // among the hosts
    std::string device;
    bool operator==(const End&) const = default;
  };
  struct Link {
    std::array<End, 2> ends;
    std::string properties;  // "10 ms, 5 % lost"; empty: none
  };

  std::string name;   // the scenario's
  std::string title;  // a line about it; may be empty
  std::vector<Host> hosts;
  std::vector<Link> links;
};

// "eth0 10.0.0.1", with what else there is to say.
std::string words_of(const Topology::Interface& interface);
// What stands beside its name: "router, NAT"; empty: nothing.
std::string roles_of(const Topology::Host& host);

// What a box says below that, line by line.
std::vector<std::string> lines_of(const Topology::Host& host);

// As far as the run recorded it: no roles, no properties of links.
Topology topology_of(const Timeline& timeline);

// `planned`: the record of each of the scenario's hosts, in the same order
// (run/plan.hpp, record_of()).
Topology topology_of(const scenario::Scenario& scenario, const std::vector<HostRecord>& planned);

}  // namespace lab::diagram
