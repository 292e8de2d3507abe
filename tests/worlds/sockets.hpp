// SPDX-License-Identifier: MIT
//
// Elements that are sockets. Ends of connections that a host has forgotten, as after a reboot,
// are closed under TCP_REPAIR, which sends nothing.
#pragma once

#include "worlds/world.hpp"

namespace lab::worlds {

// A listener, or a group of them.
struct ListenerOptions {
  bool listens = true;  // false: bound only
  std::optional<bool> v6only = {};
  std::string device = {};  // SO_BINDTODEVICE
  int backlog = 8;
  int members = 1;     // more than one: SO_REUSEPORT
  bool defer = false;  // TCP_DEFER_ACCEPT
  std::optional<Address> md5_peer = {}, ao_peer = {};  // TCP-MD5 (RFC 2385), TCP-AO (RFC 5925)
  enum class Filter : std::uint8_t { none, passes, drops } filter = Filter::none;
  int min_ttl = 0;
  bool freebind = false, transparent = false, mptcp = false;
  std::optional<std::uint32_t> mark = {};  // SO_MARK
  // Connections of its own host that wait for accept(), of the first member alone; with `defer`
  // they wait as requests.
  int waiting = 0;
  bool child_holds_it = false;  // the server has ended, and a child that inherited it lives
};

class Listener : public Element {
 public:
  Listener(Host host, Endpoint local, ListenerOptions options)
      : Element(Phase::sockets), host_(host), local_(local), options_(std::move(options)) {}
  void apply(Machine& machine) const override;
  std::string script() const override;

 private:
  Host host_;
  Endpoint local_;
  ListenerOptions options_;
};

// An earlier connection with the 4-tuple of the question, or one that shares its ports.
class Earlier : public Element {
 public:
  enum class State : std::uint8_t {
    alive,            // both ends have it
    forgotten,        // ESTABLISHED at the receiver; the sender has rebooted
    close_wait,       // the sender has closed and rebooted
    fin_wait_2,       // the receiver has closed, the sender has rebooted
    receivers_wait,   // TIME-WAIT at the receiver
    senders_wait,     // TIME-WAIT at the sender
    receiver_forgot,  // ESTABLISHED at the sender alone
  };
  Earlier(Host from, Endpoint source, Host to, Endpoint destination, State state)
      : Element(Phase::connections),
        from_(from),
        to_(to),
        source_(source),
        destination_(destination),
        state_(state) {}
  void apply(Machine& machine) const override;
  std::string script() const override;

 private:
  Host from_, to_;
  Endpoint source_, destination_;
  State state_;
};

// The receiver is in SYN-SENT to the sender's port, and its SYN has got lost.
class Connecting : public Element {
 public:
  Connecting(Host host, Endpoint local, Endpoint remote)
      : Element(Phase::sockets), host_(host), local_(local), remote_(remote) {}
  void apply(Machine& machine) const override;
  std::string script() const override;

 private:
  Host host_;
  Endpoint local_, remote_;
};

}  // namespace lab::worlds
