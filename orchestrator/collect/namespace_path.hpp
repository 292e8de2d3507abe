// SPDX-License-Identifier: MIT
//
// The network namespaces of this machine that a connection's segments cross, from the sender on:
// by the routes of each, by who has the next hop's address, and by what conntrack and IPVS have
// translated.
#pragma once

#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "filter/rule_trace.hpp"
#include "net/namespace.hpp"
#include "record/interface.hpp"
#include "record/netfilter_hook.hpp"
#include "record/probe.hpp"
#include "record/rule_trace.hpp"

namespace lab::collect {

// A network namespace that may be entered.
struct Place {
  Namespace space;
  std::string netns;  // what --netns takes to mean it; empty: ours
  std::string name;   // "network namespace web"
  std::vector<Interface> interfaces;
  // As netfilter_hooks(); nothing: they may not be listed.
  std::optional<std::vector<NetfilterHook>> hooks;
};

class Places {
 public:
  // All of this machine. `netns` is how the user named `here`; empty: it is ours.
  Places(const Namespace& here, const std::string& netns, const std::string& name);

  // Null: it is not known; that of `here` is.
  Place* find(const Namespace& space);
  // Those that have the address, at that link-layer address if it is known; `from` is left out.
  std::vector<Place*> having(const Address& address, const std::string& link_address,
                             const Place& from);

 private:
  void add(Namespace space, const std::string& netns, const std::string& name);

  std::list<Place> places_;
};

struct NamespacePath {
  struct Hop {
    Place* place;
    filter::RuleFlow flow;  // as the SYN comes in there, or is sent
  };
  std::vector<Hop> hops;
  std::vector<Translation> translations;
  bool arrives = false;      // the last one has the destination; false: it leads out of here
  std::string no_conntrack;  // why conntrack could not be asked; empty: it could, or is not used
};

// From `sender` on, with the translations of the moment: before a first segment there are none.
// With a probe: those that the trace of its segments shows, since conntrack forgets a connection
// whose only answer is a RST (nf_conntrack_tcp_packet()).
NamespacePath namespace_path_of(Places& places, Place& sender, const filter::RuleFlow& flow,
                                const Probe* probe = nullptr);

}  // namespace lab::collect
