// SPDX-License-Identifier: MIT
//
// A random world: three hosts, what was changed on them, and one connect().
//
//   client eth0 ---- eth0 server eth1 ---- eth0 backend
//   10.0.0.1         10.0.0.2, .22         10.0.1.2
//   fd00::1          fd00::2, ::22         fd01::2
//
// The server is the others' default gateway. Pure but for Element::apply().
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab::worlds {

class Machine;

enum class Host : std::uint8_t { client, server, backend };
constexpr std::size_t host_count = 3;
constexpr std::array<Host, host_count> all_hosts{Host::client, Host::server, Host::backend};
const char* name_of(Host host);  // "client"; the script's namespaces are named so, too

// When an element is applied, in this order: a socket may need a sysctl before it is made, what
// blocks packets would also block the connections that other elements make, and where a link is
// down no route can be made.
enum class Phase : std::uint8_t { before_sockets, connections, sockets, after_sockets, last };
constexpr std::array<Phase, 5> all_phases{Phase::before_sockets, Phase::connections, Phase::sockets,
                                          Phase::after_sockets, Phase::last};

// One thing that is not as usual.
class Element {
 public:
  explicit Element(Phase phase) : phase_(phase) {}
  virtual ~Element() = default;
  Phase phase() const { return phase_; }
  // Throws EnvironmentError.
  virtual void apply(Machine& machine) const = 0;
  // The same for a person: lines of a shell script.
  virtual std::string script() const = 0;

 private:
  Phase phase_;
};

// The connect() that is asked about, and then made.
struct Question {
  Host sender = Host::client;
  Host receiver = Host::server;  // where the destination's side is asked
  std::optional<Address> source;
  std::uint16_t source_port = 0;  // 0: connect() chooses
  Address destination;
  std::uint16_t port = 0;
  std::string scope = {};  // of a link-local destination: the sender's interface
  std::optional<std::uint32_t> mark = {};
  bool names_device = true;  // the receiver's question says --device eth0

  Endpoint to() const { return {destination, port}; }
  bool is_local() const { return sender == receiver; }
};

struct World {
  std::uint64_t seed = 0;
  Question question;
  std::vector<std::shared_ptr<const Element>> elements;
};

// The same seed makes the same world. `vrf`: this kernel has VRFs.
World make_world(std::uint64_t seed, bool vrf);

// The addresses of the hosts.
Address address_of(Host host, Family family);
Address second_address(Family family);  // another of the server
Address link_local(Host host);          // of its eth0

// A shell script that makes the world and connects.
std::string script_of(const World& world);

}  // namespace lab::worlds
