// SPDX-License-Identifier: MIT
//
// The network namespaces of this machine that a connection's segments cross, from the sender on:
// by the routes of each, by who has the next hop's address, and by what conntrack and IPVS have
// translated.
#pragma once

#include <cstddef>
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
  // Those that have the address to which `from` sends by `device`, at that link-layer address if it
  // is known; where that does not tell, those that a link of `from` leads to, if there are any.
  // `from` is left out.
  std::vector<Place*> having(const Address& address, const std::string& link_address,
                             const Place& from, const std::string& device);

 private:
  std::vector<Place*> linked_to(const Place& from, const std::string& device,
                                std::vector<Place*> candidates) const;
  void add(Namespace space, const std::string& netns, const std::string& name);

  std::list<Place> places_;
};

struct NamespacePath {
  struct Hop {
    Place* place;
    filter::RuleFlow flow;  // as the SYN comes in there, or is sent
    // The interface on which it comes in; empty: it is sent there, or that is not known.
    std::string device = {};
  };
  std::vector<Hop> hops;
  std::vector<Translation> translations;
  bool arrives = false;      // the last one has the destination; false: it leads out of here
  std::string no_conntrack;  // why conntrack could not be asked; empty: it could, or is not used
};

// More namespaces in a row than anybody has; the bound of a loop of routes.
inline constexpr std::size_t most_hops = 16;

// Where a segment goes from a place.
struct NextPlace {
  Place* place = nullptr;   // null: it is there already, or it leaves this machine
  std::string device = {};  // on which it comes in there; empty: not known
  bool arrives = false;     // it is there already
};
NextPlace next_hop(Places& places, const Place& place, const filter::RuleFlow& flow);

// From `sender` on, with the translations of the moment: before a first segment there are none.
// With a probe: those that the trace of its segments shows, since conntrack forgets a connection
// whose only answer is a RST (nf_conntrack_tcp_packet()).
NamespacePath namespace_path_of(Places& places, Place& sender, const filter::RuleFlow& flow,
                                const Probe* probe = nullptr);

}  // namespace lab::collect
