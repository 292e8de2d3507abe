// SPDX-License-Identifier: MIT
//
// Holding what a host sends to its peer on a link, and letting it go: how two
// SYNs are made to cross with certainty (RFC 9293, 3.5: simultaneous open),
// without a clock and without a second try.
//
//   hold()             from now on nothing reaches the peer
//   mark()             a line: before it / after it
//   release_marked()   what was sent before the line goes; the rest stays
//   release_all()      everything goes, in order; holding is over
//
// Held packets have left TCP and have not reached the device: a capture sees
// them when they are released, which is when they cross the link. TCP does not
// retransmit a segment of which its first copy is still on its way out
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

// The link whose packets are held: `end`, in netlink's namespace, and what
// stands at its other end.
struct HeldLink {
  Netlink& netlink;  // must outlive the Hold
  LinkEnd end;
  std::vector<Address> peer_addresses;  // and those of others that are reached by the peer
  Mac peer_mac;
  bool impaired = false;             // impair() has been at this end
  std::uint32_t table = main_table;  // where the routes to the peer stand
};

class Hold {
 public:
  virtual ~Hold() = default;  // does not release: held packets die with the link

  // "sch_plug" or "neighbour queue": a report names it.
  virtual std::string_view mechanism() const = 0;
  // How many packets wait now; nothing where the kernel does not say.
  virtual std::optional<std::size_t> held() = 0;

  // The order hold, mark, release_marked, release_all is checked; a wrong one
  // is std::logic_error. hold() may follow release_all(); mark() may follow
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

// The queueing discipline TCQ_PLUG. Holds whatever the link sends, to whomever.
// On an impaired link a packet is delayed first, and then held. Nothing where
// the kernel has no sch_plug.
std::unique_ptr<Hold> make_plug_hold(HeldLink link);

// Routes to the peer's addresses lead through made-up gateways whose neighbour
// entries never resolve. Needs nothing that a kernel could lack, but holds only
// what is addressed to one of peer_addresses.
std::unique_ptr<Hold> make_neighbour_hold(HeldLink link);

}  // namespace lab
