// SPDX-License-Identifier: MIT
//
// The rules' traces of all network namespaces on the way of a probe.
#pragma once

#include <poll.h>

#include <list>
#include <vector>

#include "collect_probe/namespace_path.hpp"
#include "filter/rule_trace.hpp"
#include "record/probe.hpp"

namespace lab::collect {

class RuleTraces {
 public:
  // Traces each place that has rules and is not traced yet; adds it to probe.places.
  void open(const Place& place, const std::vector<filter::RuleFlow>& flows, Probe& probe);

  void drain(Probe& probe);
  void add_to(std::vector<pollfd>& waited) const;
  // Drains, and fills in the rules' texts and what was lost.
  void finish(Probe& probe);

 private:
  std::list<filter::RuleTrace> traces_;
};

// Segments of the connection that rules have dropped, each counted once.
std::size_t dropped_by_rules(const Probe& probe);

}  // namespace lab::collect
