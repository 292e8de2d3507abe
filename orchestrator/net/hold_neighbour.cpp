// SPDX-License-Identifier: MIT
//
// Holding in the queue of a neighbour that never answers. A packet whose next
// hop is being resolved waits in that neighbour's arp_queue (net/core/neighbour.c,
// __neigh_event_send) and is sent when the link-layer address becomes known.
//
// Each epoch has a next hop of its own: a phantom, a gateway that does not exist.
// A host route to the peer goes through it, so the packets wait in the
// phantom's queue. mark() moves the route to the next phantom; packets that
// already wait keep their route. Releasing an epoch gives its phantom the peer's
// link-layer address: the packets leave, in order, to the peer.
//
// A route that is no longer in a table loses its device after a grace period, and a socket
// that still refers to it announces the least MSS in its next SYN, 1220 or 256
// (tcp_advertise_mss(), fib6_info_destroy_rcu(), rt_fibinfo_free_cpus()). So the old routes
// stay until all is released: over IPv6 mark() adds a route that is preferred; over IPv4, where
// no metric is preferred to the usual 0, a second route to nowhere keeps the replaced one's
// fib_info (fib_find_info()).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>

#include "net/hold.hpp"
#include "net/neighbour.hpp"
#include "net/route.hpp"

namespace lab {
namespace {

class NeighbourHold : public Hold {
 public:
  explicit NeighbourHold(HeldLink link) : link_(std::move(link)) {
    for (const Address& peer : link_.peer_addresses) families_.insert(peer.family());
    deepen_queues();
  }

  std::string_view mechanism() const override { return "neighbour queue"; }
  std::optional<std::size_t> held() override { return std::nullopt; }

 protected:
  void do_hold() override {
    make_phantoms();
    for (const Address& peer : link_.peer_addresses) {
      // The phantom must not change a socket's source address. In a VRF that is an
      // address of one of its interfaces, whatever the route says.
      if (link_.table == main_table) sources_[peer] = source_towards(link_.netlink, peer);
      add_route(link_.netlink, route_through_phantom(peer, epoch_));
      keep_alive(peer);
    }
  }

  void do_mark() override {
    ++epoch_;
    make_phantoms();
    for (const Address& peer : link_.peer_addresses) {
      replace_route(link_.netlink, route_through_phantom(peer, epoch_));
      keep_alive(peer);
    }
  }

  void do_release_marked() override { release_before(epoch_); }

  void do_release_all() override {
    release_before(epoch_ + 1);
    // From here on packets pass: the last phantom resolves to the peer, too.
    for (const Address& peer : link_.peer_addresses)
      for (int epoch = 1; epoch <= epoch_; ++epoch) {
        if (epoch == epoch_ || has_own_route(peer, epoch))
          remove_route(link_.netlink, route_through_phantom(peer, epoch));
        if (peer.family() == Family::inet)
          remove_route(link_.netlink, route_to_nowhere(peer, epoch));
      }
    for (int epoch = 1; epoch <= epoch_; ++epoch)
      for (const Family family : families_)
        remove_neighbour(link_.netlink, link_.end.index, phantom(family, epoch));
    epoch_ = oldest_held_ = 1;
  }

 private:
  // Addresses that no host has: 240.0.0.0/4 is reserved (RFC 1112, section 4);
  // fe80::/10 is link-local, and lab links have no such address.
  static Address phantom(Family family, int epoch) {
    const auto high = static_cast<std::uint8_t>(epoch >> 8);
    const auto low = static_cast<std::uint8_t>(epoch);
    if (family == Family::inet) {
      const std::array<std::uint8_t, 4> bytes{240, 0, high, low};
      return Address::from_bytes(family, bytes.data());
    }
    std::array<std::uint8_t, 16> bytes{0xfe, 0x80};
    bytes[14] = high;
    bytes[15] = low;
    return Address::from_bytes(family, bytes.data());
  }

  void make_phantoms() {
    for (const Family family : families_)
      add_unresolved_neighbour(link_.netlink, link_.end.index, phantom(family, epoch_));
  }

  // Metrics below IP6_RT_PRIO_USER, which is that of routes without one: ours are preferred.
  static constexpr int usual_metric = 1024;
  // The route of this epoch is not replaced by the next one's.
  static bool has_own_route(const Address& peer, int epoch) {
    return peer.family() == Family::inet6 && epoch < usual_metric - 1;
  }

  Route route_through_phantom(const Address& peer, int epoch) const {
    Route route;
    route.destination = peer;
    route.prefix_length = static_cast<int>(peer.size() * 8);
    route.link_index = link_.end.index;
    route.gateway = phantom(peer.family(), epoch);
    route.gateway_is_on_link = true;
    if (peer.family() == Family::inet6)
      route.metric =
          has_own_route(peer, epoch) ? static_cast<std::uint32_t>(usual_metric - epoch) : 1;
    route.table = link_.table;
    if (const auto source = sources_.find(peer); source != sources_.end())
      route.source = source->second;
    return route;
  }

  // The same as the peer's route of this epoch, but to an address that no host has: 241.0.0.0/8
  // is reserved, too. One for each peer and epoch.
  Route route_to_nowhere(const Address& peer, int epoch) const {
    Route route = route_through_phantom(peer, epoch);
    const auto number =
        std::ranges::find(link_.peer_addresses, peer) - link_.peer_addresses.begin();
    const std::array<std::uint8_t, 4> bytes{241, static_cast<std::uint8_t>(number),
                                            static_cast<std::uint8_t>(epoch >> 8),
                                            static_cast<std::uint8_t>(epoch)};
    route.destination = Address::from_bytes(Family::inet, bytes.data());
    return route;
  }

  void keep_alive(const Address& peer) const {
    if (peer.family() == Family::inet) replace_route(link_.netlink, route_to_nowhere(peer, epoch_));
  }

  void release_before(int end) {
    for (; oldest_held_ < end; ++oldest_held_)
      for (const Family family : families_)
        add_neighbour(link_.netlink, link_.end.index, phantom(family, oldest_held_),
                      link_.peer_mac);
  }

  // By default a neighbour's queue takes 212,992 bytes, about 160 small
  // packets, and drops the oldest when full.
  void deepen_queues() const {
    for (const Family family : families_)
      write_sysctl(link_.netlink.space(),
                   fmt::format("net/{}/neigh/{}/unres_qlen_bytes",
                               family == Family::inet ? "ipv4" : "ipv6", link_.end.name),
                   std::to_string(64 << 20));
  }

  HeldLink link_;
  std::set<Family> families_;                          // of the peer's addresses
  std::map<Address, std::optional<Address>> sources_;  // towards each of them
  int epoch_ = 1;        // counts marks; its phantom is where packets go while holding
  int oldest_held_ = 1;  // epochs before it have been released
};

}  // namespace

std::unique_ptr<Hold> make_neighbour_hold(HeldLink link) {
  return std::make_unique<NeighbourHold>(std::move(link));
}

}  // namespace lab
