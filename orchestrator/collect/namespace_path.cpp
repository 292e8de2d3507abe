// SPDX-License-Identifier: MIT
#include "collect/namespace_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "collect/netns.hpp"
#include "filter/conntrack.hpp"
#include "filter/netfilter.hpp"
#include "net/interfaces.hpp"
#include "net/neighbour.hpp"
#include "net/route.hpp"
#include "record/owner_names.hpp"
#include "util/error.hpp"

namespace lab::collect {
namespace {

// More namespaces in a row than anybody has; the bound of a loop of routes.
constexpr std::size_t most_hops = 16;

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

// Where the SYN goes from a place. Null: it is there already, or it leaves this machine.
Place* next_of(Places& places, const Place& place, const filter::RuleFlow& flow, bool& arrives) {
  Netlink netlink(place.space);
  const RouteAnswer route =
      ask_route(netlink, {.destination = flow.destination.address,
                          .flow = TcpFlow{flow.source.port, flow.destination.port, {}, 0}});
  arrives = route.error == 0 && route.type == RouteType::local;
  if (arrives || route.error != 0) return nullptr;
  const Address hop = route.gateway.value_or(flow.destination.address);
  // Where several have it, which one is meant is not known.
  const auto next = places.having(hop, link_address_of(netlink, hop), place);
  return next.size() == 1 ? next.front() : nullptr;
}

}  // namespace

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
                                   const Place& from) {
  std::vector<Place*> found;
  for (Place& place : places_)
    if (&place != &from && may_be_at(place.interfaces, address, link_address))
      found.push_back(&place);
  return found;
}

NamespacePath namespace_path_of(Places& places, Place& sender, const filter::RuleFlow& flow,
                                const Probe* probe) {
  NamespacePath path;
  filter::RuleFlow now = flow;
  for (Place* place = &sender; place && path.hops.size() < most_hops;) {
    const bool again =
        std::ranges::find(path.hops, place, &NamespacePath::Hop::place) != path.hops.end();
    if (again) break;
    path.hops.push_back({place, now});
    if (const auto moved = translated(path, *place, now, probe)) {
      path.translations.push_back({place->netns, place->name, moved->by, now.source,
                                   now.destination, moved->source, moved->destination});
      now = {moved->source, moved->destination};
    }
    try {
      place = next_of(places, *place, now, path.arrives);
    } catch (const EnvironmentError&) {
      break;  // its routes cannot be asked; where it goes on is not known
    }
  }
  return path;
}

}  // namespace lab::collect
