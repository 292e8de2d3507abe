// SPDX-License-Identifier: MIT
//
// The three hosts of a world, as real network namespaces, and what its elements keep open.
#pragma once

#include <sys/types.h>

#include <array>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "util/fd.hpp"
#include "worlds/world.hpp"

namespace lab::worlds {

class Machine {
 public:
  // Makes hosts and links. Throws EnvironmentError.
  Machine();
  ~Machine();  // ends the children, closes the sockets
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  const Namespace& at(Host host) const { return hosts_[static_cast<std::size_t>(host)]; }
  // Runs "ip …" on a host. Throws EnvironmentError if it fails.
  void ip(Host host, const std::string& words) const;
  // Adds to the firewall of a host. Throws EnvironmentError.
  void nft(Host host, const std::string& commands) const;
  // Packets that each rule with the comment "refuses" or "redirects" has seen there.
  long packets_refused(Host host) const { return packets_counted(host, "refuses"); }
  long packets_redirected(Host host) const { return packets_counted(host, "redirects"); }

  void keep(Fd socket) { kept_.push_back(std::move(socket)); }
  void keep_child(pid_t child) { children_.push_back(child); }

 private:
  long packets_counted(Host host, const std::string& comment) const;

  std::array<Namespace, host_count> hosts_;
  std::vector<Fd> kept_;
  std::vector<pid_t> children_;
  mutable std::array<bool, host_count> has_rules_{};
};

// Applies its elements. Throws EnvironmentError.
void build(const World& world, Machine& machine);

}  // namespace lab::worlds
