// SPDX-License-Identifier: MIT
#include "collect_probe/namespace_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "collect/netns.hpp"
#include "filter/conntrack.hpp"
#include "filter/netfilter.hpp"
#include "net/interfaces.hpp"
#include "net/linked.hpp"
#include "net/neighbour.hpp"
#include "net/route.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

// As the lab's own chains have seen a segment of the flow, at first and at last.
std::optional<filter::Translated> translated_in_trace(const Probe& probe, const Place& place,
                                                      const filter::RuleFlow& flow) {
  const auto is_here = [&](const TracedRule& each) {
    const TracedPlace& seen = probe.places[each.place];
    return each.own && each.segment && seen.netns == place.netns && seen.name == place.name;
  };
  for (auto first = probe.rules.begin(); first != probe.rules.end(); ++first) {
    if (!is_here(*first) || !first->chain.ends_with(first_of_hook) ||
        first->segment->source != flow.source || first->segment->destination != flow.destination)
      continue;
    const auto last = std::find_if(
        probe.rules.rbegin(), std::make_reverse_iterator(first),
        [&](const TracedRule& each) { return is_here(each) && each.packet == first->packet; });
    if (last == std::make_reverse_iterator(first)) continue;
    const filter::RuleFlow now{last->segment->source, last->segment->destination};
    if (now.source != flow.source || now.destination != flow.destination)
      return filter::Translated{"conntrack", now.source, now.destination};
  }
  return std::nullopt;
}

std::optional<filter::Translated> translated(NamespacePath& path, const Place& place,
                                             const filter::RuleFlow& flow, const Probe* probe) {
  if (probe) return translated_in_trace(*probe, place, flow);
  if (auto by_ipvs = filter::translated_by_ipvs(place.space, flow.source, flow.destination))
    return by_ipvs;
  if (place.hooks && place.hooks->empty()) return std::nullopt;  // nobody translates
  try {
    return filter::translated_by_conntrack(place.space, flow.source, flow.destination);
  } catch (const EnvironmentError& error) {
    path.no_conntrack = error.what();
    return std::nullopt;
  }
}

// The interface of that place on which a segment for `hop` comes in, which has this link-layer
// address if it is known. Empty: not known.
std::string device_for(const Place& place, const Address& hop, const std::string& link_address) {
  const auto has_address = [&](const Interface& each) {
    return std::ranges::find(each.addresses, hop, &InterfaceAddress::address) !=
           each.addresses.end();
  };
  const auto is_on_link = [&](const Interface& each) {
    return !each.loopback && each.master.empty() &&
           (link_address.empty() ? has_address(each) : each.link_address == link_address);
  };
  // Where several have that link-layer address, as a bridge and its port do: the one with both.
  const auto has_both = [&](const Interface& each) {
    return is_on_link(each) && has_address(each);
  };
  const auto both = std::ranges::find_if(place.interfaces, has_both);
  if (both != place.interfaces.end()) return both->name;
  const auto found = std::ranges::find_if(place.interfaces, is_on_link);
  return found == place.interfaces.end() ? "" : found->name;
}

const Interface* with_index(const Place& place, int index) {
  const auto found = std::ranges::find(place.interfaces, index, &Interface::index);
  return found == place.interfaces.end() ? nullptr : &*found;
}

// By that interface, or by any if it is empty.
bool leads_to(const Place& from, const std::string& device, const Place& other) {
  const auto links = links_to(from.space, other.space);
  for (const int index : links)
    if (const Interface* link = with_index(from, index);
        link && (device.empty() || link->name == device || link->master == device))
      return true;
  // A macvlan knows its device, which does not know it.
  return links.empty() && !links_to(other.space, from.space).empty();
}

// Of that place, those with a port that leads to `end`.
std::set<std::string> bridges_to(const Place& place, const Place& end) {
  std::set<std::string> bridges;
  if (&place == &end) return bridges;
  for (const int index : links_to(place.space, end.space))
    if (const Interface* port = with_index(place, index); port && !port->master.empty())
      bridges.insert(port->master);
  return bridges;
}

bool has_link_address(const Place& place, const std::string& link_address) {
  return !link_address.empty() && std::ranges::any_of(place.interfaces, [&](const Interface& each) {
    return !each.loopback && each.link_address == link_address;
  });
}

}  // namespace

NextPlace next_hop(Places& places, const Place& place, const filter::RuleFlow& flow) {
  Netlink netlink(place.space);
  const RouteAnswer route =
      ask_route(netlink, {.destination = flow.destination.address,
                          .flow = TcpFlow{flow.source.port, flow.destination.port, {}, 0}});
  if (route.error != 0) return {};
  if (route.type == RouteType::local) return {.arrives = true};
  const Address hop = route.gateway.value_or(flow.destination.address);
  const std::string link_address = link_address_of(netlink, hop);
  // Where several have it, which one is meant is not known.
  const auto next = places.having(hop, link_address, place, route.device);
  if (next.size() != 1) return {};
  return {.place = next.front(), .device = device_for(*next.front(), hop, link_address)};
}

Places::Places(const Namespace& here, const std::string& netns, const std::string& name) {
  add(Namespace::open(fmt::format("/proc/self/fd/{}", here.fd())), netns, name);
  const ino_t own = Namespace::current().inode();
  for (const KnownNetns& known : list_namespaces().namespaces) {
    if (known.inode == here.inode()) continue;
    try {
      if (known.inode == own)
        add(Namespace::open(known.path), "", netns_of(Question{}));
      else
        add(Namespace::open(known.path), known.netns,
            name_of(OtherNetns{known.netns, known.process, known.has_name, {}, {}}));
    } catch (const EnvironmentError&) {
      // It has gone meanwhile, or it may not be entered.
    }
  }
}

void Places::add(Namespace space, const std::string& netns, const std::string& name) {
  Netlink netlink(space);
  std::vector<Interface> interfaces = list_interfaces(netlink);
  auto hooks = filter::netfilter_hooks(space);
  places_.push_back({std::move(space), netns, name, std::move(interfaces), std::move(hooks)});
}

Place* Places::find(const Namespace& space) {
  for (Place& place : places_)
    if (place.space.inode() == space.inode()) return &place;
  return nullptr;
}

std::vector<Place*> Places::having(const Address& address, const std::string& link_address,
                                   const Place& from, const std::string& device) {
  std::vector<Place*> all, at_link_address;
  for (Place& place : places_) {
    if (&place == &from || !owner_of(place.interfaces, address)) continue;
    all.push_back(&place);
    // It need not be that of the interface that has the address, which may be lo.
    if (has_link_address(place, link_address)) at_link_address.push_back(&place);
  }
  if (at_link_address.size() == 1) return at_link_address;
  if (link_address.empty() && all.size() < 2) return all;
  // Its neighbour entry may be of another interface than the one by which the route leads now.
  const auto linked =
      at_link_address.empty() ? linked_to(from, device, all) : linked_to(from, "", at_link_address);
  if (!linked.empty()) return linked;
  return link_address.empty() ? all : at_link_address;
}

// By a veth or the like; else by ports of one bridge of a third namespace.
std::vector<Place*> Places::linked_to(const Place& from, const std::string& device,
                                      std::vector<Place*> candidates) const {
  std::vector<Place*> direct = candidates;
  std::erase_if(direct, [&](const Place* each) { return !leads_to(from, device, *each); });
  if (!direct.empty()) return direct;
  std::map<const Place*, std::set<std::string>> between;
  for (const Place& each : places_)
    if (auto bridges = bridges_to(each, from); !bridges.empty())
      between[&each] = std::move(bridges);
  std::erase_if(candidates, [&](const Place* candidate) {
    return std::ranges::none_of(between, [&](const auto& each) {
      const auto bridges = bridges_to(*each.first, *candidate);
      return std::ranges::any_of(bridges,
                                 [&](const auto& bridge) { return each.second.contains(bridge); });
    });
  });
  return candidates;
}

NamespacePath namespace_path_of(Places& places, Place& sender, const filter::RuleFlow& flow,
                                const Probe* probe) {
  NamespacePath path;
  filter::RuleFlow now = flow;
  std::string device;
  for (Place* place = &sender; place && path.hops.size() < most_hops;) {
    const bool again =
        std::ranges::find(path.hops, place, &NamespacePath::Hop::place) != path.hops.end();
    if (again) break;
    path.hops.push_back({place, now, device});
    if (const auto moved = translated(path, *place, now, probe)) {
      path.translations.push_back({place->netns, place->name, moved->by, now.source,
                                   now.destination, moved->source, moved->destination});
      now = {moved->source, moved->destination};
    }
    try {
      const NextPlace next = next_hop(places, *place, now);
      path.arrives = next.arrives;
      place = next.place;
      device = next.device;
    } catch (const EnvironmentError&) {
      break;  // its routes cannot be asked; where it goes on is not known
    }
  }
  return path;
}

}  // namespace lab::collect
