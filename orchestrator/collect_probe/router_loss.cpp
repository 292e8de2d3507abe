// SPDX-License-Identifier: MIT
#include "collect_probe/router_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "collect/policy.hpp"
#include "net/link.hpp"
#include "net/neighbour.hpp"
#include "net/route.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

std::optional<int> value_of(const Place& place, const std::string& sysctl) try {
  return to_integer<int>(read_sysctl(place.space, sysctl));
} catch (const SystemError&) {
  return std::nullopt;
}

RouteQuestion arriving(const filter::RuleFlow& flow, int device) {
  return {.destination = flow.destination.address,
          .source = flow.source.address,
          .arrives_on = device,
          .flow = TcpFlow{flow.source.port, flow.destination.port, 0U, 0}};
}

// Which one says that it does not; empty: it forwards, or that cannot be read. IN_DEV_FORWARD() of
// the interface; ip6_forward() asks conf.all, and since Linux 6.17 the interface, too.
std::string why_not_forwarding(const Place& place, const std::string& device, Family family) {
  if (family == Family::inet) {
    const std::string own = fmt::format("net/ipv4/conf/{}/forwarding", device);
    if (value_of(place, own) != 0) return "";
    return value_of(place, "net/ipv4/ip_forward") == 0 ? "net/ipv4/ip_forward" : own;
  }
  const std::string all = "net/ipv6/conf/all/forwarding";
  const auto forced = value_of(place, fmt::format("net/ipv6/conf/{}/force_forwarding", device));
  return value_of(place, all) == 0 && forced.value_or(0) == 0 ? all : "";
}

// fib_validate_source(): what it refuses has EXDEV or EINVAL, which a blackhole has, too. Which one
// says so; empty: none.
std::string reverse_path_filter(Netlink& netlink, const Place& place, const std::string& device,
                                const filter::RuleFlow& flow) {
  if (flow.source.address.family() == Family::inet6) return "";
  const std::string own = fmt::format("net/ipv4/conf/{}/rp_filter", device);
  const int filter = std::max(value_of(place, own).value_or(0),
                              value_of(place, "net/ipv4/conf/all/rp_filter").value_or(0));
  if (filter == 0 || ask_route(netlink, {.destination = flow.destination.address}).error != 0)
    return "";
  const RouteAnswer back = ask_route(netlink, {.destination = flow.source.address});
  const bool by_other = back.error == 0 && back.device != device;
  return back.error != 0 || (filter == 1 && by_other) ? own : "";
}

bool may_select(const PolicyRule& rule, const filter::RuleFlow& flow, const std::string& device) {
  const RuleSelectors& selects = rule.selects;
  const auto has = [](const Address& address, const std::optional<Address>& prefix, int length) {
    return !prefix || address.has_prefix(*prefix, length);
  };
  return rule.action != RouteType::other && rule.matches_no_mark && rule.matches_root &&
         has(flow.destination.address, selects.destination, selects.destination_length) &&
         has(flow.source.address, selects.source, selects.source_length) &&
         (selects.comes_in_on.empty() || selects.comes_in_on == device);
}

std::vector<Refusal> refusals_of(Netlink& netlink, const filter::RuleFlow& flow,
                                 const std::string& device) {
  const Address& destination = flow.destination.address;
  std::vector<Refusal> refusals = list_refusing_routes(netlink, destination);
  for (const PolicyRule& rule : list_rules(netlink, destination.family()).unusual)
    if (may_select(rule, flow, device)) refusals.push_back(refusal_of(rule, destination.family()));
  return refusals;
}

// Nothing: it sends the segment on, or keeps it for itself, or that is not known.
std::optional<RouterLoss> loss_at(const Place& place, const std::string& device,
                                  const filter::RuleFlow& flow) try {
  const auto in = std::ranges::find(place.interfaces, device, &Interface::name);
  if (in == place.interfaces.end()) return std::nullopt;
  Netlink netlink(place.space);
  const RouteQuestion question = arriving(flow, in->index);
  const RouteAnswer route = ask_route(netlink, question);
  if (route.is_delivered()) return std::nullopt;
  RouterLoss loss{.netns = place.netns,
                  .name = place.name,
                  .device = device,
                  .source = flow.source.address,
                  .destination = flow.destination.address};
  const auto because = [&](RouterLoss::Why why) {
    loss.why = why;
    return loss;
  };
  loss.sysctl = why_not_forwarding(place, device, flow.destination.address.family());
  if (!loss.sysctl.empty()) return because(RouterLoss::Why::does_not_forward);
  if (route.error == EXDEV || route.error == EINVAL) {
    loss.sysctl = reverse_path_filter(netlink, place, device, flow);
    if (!loss.sysctl.empty()) return because(RouterLoss::Why::reverse_path_filter);
  }
  if (route.error != 0) {
    loss.error = route.error;
    loss.refusals = refusals_of(netlink, flow, device);
    return because(RouterLoss::Why::refused);
  }
  loss.silent = silent_neighbour(netlink, question);
  if (loss.silent) return because(RouterLoss::Why::silent_neighbour);
  return std::nullopt;
} catch (const EnvironmentError&) {
  return std::nullopt;  // it has gone, or it may not be asked
}

const Translation* translation_at(const Place& place, const NamespacePath& path) {
  const auto found = std::ranges::find_if(path.translations, [&](const Translation& each) {
    return each.netns == place.netns && each.name == place.name;
  });
  return found == path.translations.end() ? nullptr : &*found;
}

}  // namespace

std::optional<RouterLoss> loss_of_syn(const NamespacePath& path) {
  for (std::size_t at = 1; at < path.hops.size(); ++at) {
    const NamespacePath::Hop& hop = path.hops[at];
    filter::RuleFlow flow = hop.flow;
    // Routing comes after the destination was changed, and before the source is.
    if (const Translation* translation = translation_at(*hop.place, path))
      flow.destination = translation->new_destination;
    if (auto loss = loss_at(*hop.place, hop.device, flow)) return loss;
  }
  return std::nullopt;
}

std::optional<RouterLoss> loss_of_answer(Places& places, const NamespacePath& path) {
  if (!path.arrives || path.hops.size() < 2) return std::nullopt;
  filter::RuleFlow flow{path.hops.back().flow.destination, path.hops.back().flow.source};
  if (translation_at(*path.hops.back().place, path)) return std::nullopt;  // redirected to itself
  Place* place = path.hops.back().place;
  std::string device;
  for (std::size_t hops = 0; hops < path.hops.size() + most_hops; ++hops) {
    const bool is_router = hops > 0;
    // Its destination is changed back before routing, its source after that.
    const Translation* translation = is_router ? translation_at(*place, path) : nullptr;
    if (translation) flow.destination = translation->source;
    if (is_router)
      if (auto loss = loss_at(*place, device, flow)) return loss;
    const auto next = next_hop(places, *place, flow);
    if (!next.place || next.place == path.hops.front().place) return std::nullopt;
    if (translation) flow.source = translation->destination;
    place = next.place;
    device = next.device;
  }
  return std::nullopt;
}

}  // namespace lab::collect
