// SPDX-License-Identifier: MIT
//
// A host of a scenario that has been built: a network namespace with its interfaces, the
// module and sock_diag as witnesses of its TCP tables, a trace of its receive path, a capture
// of all its packets, and the mechanisms that hold or drop packets.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/capture.hpp"
#include "net/hold.hpp"
#include "net/link.hpp"
#include "net/losses.hpp"
#include "net/namespace.hpp"
#include "net/netlink.hpp"
#include "net/nftables.hpp"
#include "net/route.hpp"
#include "record/timeline.hpp"
#include "run/plan.hpp"
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
  bool up = false;
  bool impaired = false;             // it delays or loses packets that it sends
  int vrf = 0;                       // the index of the VRF that it is in; 0: none
  std::uint32_t table = main_table;  // its routing table, or its VRF's
};

class Host {
 public:
  // Creates an empty namespace with lo up. Throws EnvironmentError without CAP_SYS_ADMIN.
  Host(HostPlan plan, scenario::Stack stack);
  // Members refer to the namespace by address, so a Host does not move.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  const std::string& name() const { return plan_.name; }
  const HostPlan& plan() const { return plan_; }
  // Whether the kernel owns its addresses; if not, it is a host without a stack.
  bool has_stack() const { return stack_ == scenario::Stack::kernel; }
  const Namespace& netns() const { return netns_; }
  Netlink& netlink() { return netlink_; }
  ModuleHere& module() { return module_; }
  SockDiag& sock_diag() { return sock_diag_; }
  // The ends of its links, in the order of the links, as in its plan.
  const std::vector<Interface>& interfaces() const { return interfaces_; }
  std::vector<Interface>& interfaces() { return interfaces_; }

  void add(Interface interface) { interfaces_.push_back(std::move(interface)); }

  // Its VRF devices, with their indices.
  const std::map<std::string, int>& vrfs() const { return vrfs_; }
  void add_vrf(const std::string& name, int index) { vrfs_[name] = index; }

  Capture& capture() { return *capture_; }
  TraceHere& trace() { return trace_; }
  // Ends the capture and the trace, because a kept host must cost nothing and the number of
  // trace readers is limited.
  void stop_watching();

  // The scenario's rules. Throws EnvironmentError without nftables.
  Nftables& firewall();
  // Drops segments before IP sees them; the scenario's rules cannot change that.
  Losses& losses();
  // Whether the drop steps at this host have dropped all their segments.
  bool drops_done() { return !losses_ || losses_->done(); }

  // Holds or releases what the host sends, on all of its links. RunContext::guard_links()
  // comes before the first hold().
  void hold();
  void mark();
  void release_marked();
  void release_all();
  // The mechanism that holds; empty before the first hold().
  std::string_view hold_mechanism() const;

 private:
  HostPlan plan_;
  scenario::Stack stack_;
  Namespace netns_;
  std::optional<Entered> inside_;  // while the rest is made
  Netlink netlink_;
  ModuleHere module_;
  SockDiag sock_diag_;
  TraceHere trace_;
  std::vector<Interface> interfaces_;
  std::map<std::string, int> vrfs_;
  std::optional<Capture> capture_;            // until stop_watching()
  std::optional<Nftables> firewall_;          // created on first use
  std::optional<Losses> losses_;              // created on first use
  std::vector<std::unique_ptr<Hold>> holds_;  // one per link, created by the first hold()
};

// Builds the hosts of a scenario and the links between them. When it returns, every link
// passes packets and every planned route exists. Throws EnvironmentError if this kernel lacks
// a feature (features.hpp), UsageError if the file asks for something impossible.
std::deque<Host> build(const scenario::Scenario& scenario, Family family);

// The timeline's record of a host.
HostRecord record_of(const Host& host);

}  // namespace lab::run
