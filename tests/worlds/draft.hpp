// SPDX-License-Identifier: MIT
//
// A world while it is made up, and the dice. Each kind of element is a function that adds one or
// a few; the generator chooses among them.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <random>
#include <utility>

#include "worlds/settings.hpp"
#include "worlds/sockets.hpp"

namespace lab::worlds {

class Draft {
 public:
  Draft(std::uint64_t seed, bool has_vrf) : vrf(has_vrf), dice_(seed) { world.seed = seed; }

  World world;
  const bool vrf;
  bool has_listener = false;

  // The same numbers on every machine, which the standard's distributions are not.
  std::uint64_t below(std::uint64_t end) { return dice_() % end; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <typename T>
  T one_of(std::initializer_list<T> all) {
    return *(all.begin() + below(all.size()));
  }

  Question& question() { return world.question; }
  Family family() const { return world.question.destination.family(); }
  bool ipv4() const { return family() == Family::inet; }
  const char* ip() const { return ipv4() ? "" : "-6 "; }
  const char* nft_family() const { return ipv4() ? "ip" : "ip6"; }
  const char* sysctl_family() const { return ipv4() ? "ipv4" : "ipv6"; }
  int whole() const { return ipv4() ? 32 : 128; }
  // The source that connect() has or will have.
  Address source() const {
    const Question& asked = world.question;
    return asked.source ? *asked.source : address_of(asked.sender, family());
  }

  // What is there already is not added again.
  template <typename Kind, typename... Arguments>
  void add(Arguments&&... arguments) {
    auto made = std::make_shared<Kind>(std::forward<Arguments>(arguments)...);
    for (const auto& element : world.elements)
      if (element->script() == made->script()) return;
    world.elements.push_back(std::move(made));
  }

 private:
  std::mt19937_64 dice_;
};

using Maker = void (*)(Draft&);
struct Kind {
  unsigned weight;
  Maker make;
};

// Kinds of elements, by what they are about.
std::vector<Kind> kinds_of_sockets();    // at the receiver
std::vector<Kind> kinds_of_senders();    // ports and sockets at the sender
std::vector<Kind> kinds_of_routes();     // routes, rules, neighbours, links
std::vector<Kind> kinds_of_settings();   // sysctls
std::vector<Kind> kinds_of_firewalls();  // filter and NAT

}  // namespace lab::worlds
