// SPDX-License-Identifier: MIT
//
// Where a router of this machine, that is one of its network namespaces, does not send a segment
// on: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/interface.hpp"

namespace lab {

struct RouterLoss {
  enum class Why : std::uint8_t {
    does_not_forward,
    refused,              // by a route or policy rule, or for want of one
    reverse_path_filter,  // its source should come in elsewhere
    silent_neighbour,     // the next hop does not answer
  };

  std::string netns;   // what --netns takes to mean it; empty: ours
  std::string name;    // "network namespace router"
  std::string device;  // on which the segment comes in
  Address source, destination;
  Why why = Why::does_not_forward;
  // does_not_forward, reverse_path_filter: the sysctl that says so, "net/ipv4/ip_forward".
  std::string sysctl = {};
  int error = 0;                       // refused: the errno of the route
  std::vector<Refusal> refusals = {};  // refused: the routes and rules that may be what does
  std::optional<SilentNeighbour> silent = {};
};

}  // namespace lab
