// SPDX-License-Identifier: MIT
//
// The steps that act on hosts and their links.
#pragma once

#include <map>
#include <string>

#include "scenario/step_list.hpp"

namespace lab::scenario {

// An ICMP echo; expects the answer.
struct Ping {
  std::string from;
  std::string to;
};

// Adds rules to a host's firewall, or removes all rules that the scenario added.
struct Nftables {
  std::string host;
  std::string rules;
  bool flush = false;
};

struct Sysctl {
  std::string host;
  std::map<std::string, std::string> set;
};

struct SetLink {
  std::string host;
  std::string device;
  bool up = true;
};

// Holds everything that this host sends on its links from now on.
struct Hold {
  std::string host;
};

// Marks what is held now, so that it can be released before what comes later.
struct Mark {
  std::string host;
};

// Releases held packets: those before the mark; or all, and stops holding.
struct Release {
  std::string host;
  bool until_mark = false;
};

using HostSteps = StepList<Ping, Nftables, Sysctl, SetLink, Hold, Mark, Release>;

}  // namespace lab::scenario
