// SPDX-License-Identifier: MIT
//
// Holding what a host sends to its peer on a link, and releasing it. This makes two
// SYNs cross every time (RFC 9293, 3.5: simultaneous open), without timing and
// without retries.
//
//   hold()             from now on nothing reaches the peer
//   mark()             splits the queue into what was sent before and after
//   release_marked()   sends what was held before the mark; the rest stays
//   release_all()      sends everything, in order, and ends holding
//
// Held packets have left TCP and have not reached the device: a capture sees
// them when they are released, which is when they cross the link. TCP does not
// retransmit a segment whose first copy is still in the sender's queue
// (skb_still_in_host_queue); a SYN-ACK held for longer than a second does get
// a second copy.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "net/link.hpp"
#include "net/route.hpp"

namespace lab {

// The link whose packets are held: `end`, in netlink's namespace, and its peer.
struct HeldLink {
  Netlink& netlink;  // must outlive the Hold
  LinkEnd end;
  std::vector<Address> peer_addresses;  // and those reached through the peer
  Mac peer_mac;
  bool impaired = false;             // impair() was applied to this end
  std::uint32_t table = main_table;  // the routing table of the peer's addresses
};

class Hold {
 public:
  virtual ~Hold() = default;  // does not release: held packets are freed with the link

  // "sch_plug" or "neighbour queue", for reports.
  virtual std::string_view mechanism() const = 0;
  // How many packets are held now; nothing where the kernel does not report it.
  virtual std::optional<std::size_t> held() = 0;

  // Must be called in the order hold, mark, release_marked, release_all; throws
  // std::logic_error otherwise. hold() may follow release_all(); mark() may follow
  // release_marked(). Kernel failures are SystemErrors.
  void hold();
  void mark();
  void release_marked();
  void release_all();
  bool holding() const { return holding_; }

 protected:
  virtual void do_hold() = 0;
  virtual void do_mark() = 0;
  virtual void do_release_marked() = 0;
  virtual void do_release_all() = 0;

 private:
  bool holding_ = false;
  bool marked_ = false;
};

// sch_plug where the kernel has it, else the neighbour queue.
std::unique_ptr<Hold> make_hold(HeldLink link);

// The queueing discipline TCQ_PLUG. Holds everything that the link sends. On an
// impaired link a packet is delayed first, and then held. Nothing where the kernel
// has no sch_plug.
std::unique_ptr<Hold> make_plug_hold(HeldLink link);

// Routes to the peer's addresses go through made-up gateways whose neighbour
// entries never resolve. Works on every kernel, but holds only packets to
// peer_addresses.
std::unique_ptr<Hold> make_neighbour_hold(HeldLink link);

}  // namespace lab
