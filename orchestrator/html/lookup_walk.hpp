// SPDX-License-Identifier: MIT
//
// A probe's lookup walk through the kernel's tables: what the module answered to a Lookup
// step, put together with the chains of the buckets that it looked into, as the
// module's tables showed them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"

namespace lab::html {

// One place in a chain.
struct Link {
  std::string name;        // the scenario's; empty: it has none
  std::optional<Row> row;  // nothing: it is in no table of this host
  std::size_t count = 1;   // of places like this one that follow each other
  bool compared = false;   // the probe came by
  // The probe ended here. If it did not come by: it met a socket of the same
  // SO_REUSEPORT group, which chose this member.
  bool hit = false;

  bool operator==(const Link&) const = default;
};

// One look into one table.
struct Stop {
  LookupStepName step;
  std::string function;  // "__inet_lookup_established"; empty: none of the receive path
  LookupResult result;
  std::optional<std::uint32_t> bucket, walked;
  std::optional<int> score;
  std::vector<Link> chain;  // in the order of the bucket; bound sockets have no order

  bool operator==(const Stop&) const = default;
};

struct LookupWalk {
  std::string probe;         // "client:40000 > server:8888"
  std::vector<Stop> stops;   // of the receive path, in its order
  std::optional<Stop> bind;  // who holds the port, which the receive path does not ask
  std::string verdict, handler;
  // The step, from 1, whose tables gave the chains. Nothing: no step read the
  // module's tables on this host, and only what was hit is known.
  std::optional<std::size_t> chains_of_step;

  bool operator==(const LookupWalk&) const = default;
};

// Of a lookup that has an answer, made in this step.
LookupWalk lookup_walk_of(const Timeline& timeline, const StepRecord& step, const Lookup& lookup);

// The walk as a picture: a line from the probe through each bucket to what it hit,
// and to the verdict. SVG, without colours of its own (svg.hpp); the functions are
// linked to their source.
std::string lookup_walk_svg(const Timeline& timeline, const LookupWalk& walk);

}  // namespace lab::html
