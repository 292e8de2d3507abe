// SPDX-License-Identifier: MIT
//
// The hosts and links of a scenario, as a drawing needs them: names, words and connections. Made
// from a run's timeline or from a scenario, and drawn as text (topology_text.hpp), as SVG
// (topology_svg.hpp) or for other programs (topology_graph.hpp). Pure.
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
    std::string vrf;                     // its VRF; empty: none
  };
  struct Host {
    std::string name;
    std::vector<std::string> roles;  // "router", "NAT", "no stack"
    std::vector<Interface> interfaces;
    std::string firewall;  // its nftables, summarized: "nftables: masquerade, drop"
    std::string ruleset;   // the same as written in the scenario
  };
  struct End {
    std::size_t host;  // index in the hosts
    std::string device;
    bool operator==(const End&) const = default;
  };
  struct Link {
    std::array<End, 2> ends;
    std::string properties;  // "10 ms, 5 % lost"; empty: none
  };

  std::string name;   // the scenario's
  std::string title;  // one line; may be empty
  std::vector<Host> hosts;
  std::vector<Link> links;
};

// "eth0 10.0.0.1", with more addresses and the VRF.
std::string words_of(const Topology::Interface& interface);
// The words after its name: "router, NAT"; may be empty.
std::string roles_of(const Topology::Host& host);

// The other lines of its box.
std::vector<std::string> lines_of(const Topology::Host& host);

// From a run's record, without roles and link properties.
Topology topology_of(const Timeline& timeline);

// `planned` has the record of each host of the scenario, in the same order (record_of() in
// run/plan.hpp).
Topology topology_of(const scenario::Scenario& scenario, const std::vector<HostRecord>& planned);

}  // namespace lab::diagram
