// SPDX-License-Identifier: MIT
//
// A lookup walk through the kernel's tables: the module's answer to a Lookup step, combined with
// the chains of the buckets from the module's tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::html {

// One place in a chain.
struct Link {
  std::string name;        // in the scenario; empty: none
  std::optional<Row> row;  // nothing: in no table of this host
  std::size_t count = 1;   // number of consecutive similar places
  bool compared = false;   // the probe passed it
  // The probe ended here. If `compared` is false, it met a socket of the same SO_REUSEPORT group,
  // which chose this member.
  bool hit = false;

  bool operator==(const Link&) const = default;
};

// The search of one table.
struct Stop {
  LookupStepName step;
  std::string function;  // "__inet_lookup_established"; empty: none of the receive path
  LookupResult result;
  std::optional<std::uint32_t> bucket, walked;
  std::optional<int> score;
  std::vector<Link> chain;  // in bucket order; bound sockets have no order

  bool operator==(const Stop&) const = default;
};

struct LookupWalk {
  std::string probe;         // "client:40000 > server:8888"
  std::vector<Stop> stops;   // in the order of the receive path
  std::optional<Stop> bind;  // sockets that hold the port; not searched by the receive path
  std::string verdict, handler;
  // The step, from 1, with the tables for the chains. Nothing: no step read the module's tables of
  // this host, and only the hit is known.
  std::optional<std::size_t> chains_of_step;

  bool operator==(const LookupWalk&) const = default;
};

// The walk of a lookup with an answer, made in this step.
LookupWalk lookup_walk_of(const Timeline& timeline, const StepRecord& step, const Lookup& lookup);

// The walk as SVG: a line from the probe through each bucket to the hit and the verdict. The style
// sheet sets the colours (svg.hpp); functions link to their source.
std::string lookup_walk_svg(const Timeline& timeline, const LookupWalk& walk);

}  // namespace lab::html
