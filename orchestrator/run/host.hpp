// SPDX-License-Identifier: MIT
//
// A host of a scenario, standing: a network namespace with its interfaces, the
// two witnesses of its TCP tables, a trace of its receive path, and a capture of
// all its packets.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture.hpp"
#include "net/hold.hpp"
#include "net/last_will.hpp"
#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"
#include "view/module.hpp"
#include "view/sock_diag.hpp"
#include "view/trace.hpp"

namespace lab::run {

struct Interface {
  LinkEnd end;
  Address address;
  Address peer_address;
  Mac peer_mac;
};

class Host {
 public:
  // An empty namespace in which lo is up. Throws EnvironmentError without
  // CAP_SYS_ADMIN.
  explicit Host(std::string name);
  // What lives inside refers to the namespace by address.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return name_; }
  const Namespace& space() const { return space_; }
  Netlink& netlink() { return netlink_; }
  ModuleHere& module() { return module_; }
  SockDiag& sock_diag() { return sock_diag_; }
  const std::vector<Interface>& interfaces() const { return interfaces_; }

  void add(Interface interface) { interfaces_.push_back(std::move(interface)); }

  Capture& capture() { return capture_; }
  TraceHere& trace() { return trace_; }

  // Holds or releases what the host sends, on all of its links.
  void hold();
  void mark();
  void release_marked();
  void release_all();
  // How it holds; empty before the first hold().
  std::string_view hold_mechanism() const;

 private:
  std::string name_;
  Namespace space_;
  Netlink netlink_;
  ModuleHere module_;
  SockDiag sock_diag_;
  TraceHere trace_;
  std::vector<Interface> interfaces_;
  Capture capture_;
  std::vector<std::unique_ptr<Hold>> holds_;  // one a link, made by the first hold()
  std::optional<LastWill> will_;              // likewise
};

// Builds the hosts of a scenario and the links between them. When it returns,
// every link passes packets. A deque, because a
// Host does not move.
std::deque<Host> build(const scenario::Scenario& scenario, Family family);

// What a timeline keeps of them.
HostRecord record_of(const Host& host);

}  // namespace lab::run
