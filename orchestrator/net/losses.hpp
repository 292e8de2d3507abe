// SPDX-License-Identifier: MIT
//
// Segments that are lost on their way into a host: they have crossed the link,
// so a capture there sees them, and they are dropped before IP does (the hook
// "ingress" of nftables, nf_ingress() in net/core/dev.c).
#pragma once

#include <vector>

#include "net/link.hpp"
#include "net/nftables.hpp"
#include "record/packet.hpp"

namespace lab {

// Segments whose ends and flags are these. All flags: a "S" is no "S.".
struct SegmentFilter {
  std::vector<Address> sources, destinations;           // of one family; one of each
  std::uint16_t source_port = 0, destination_port = 0;  // 0: any
  TcpFlags flags;
};

class Losses {
 public:
  // Nothing is lost yet. Of the interfaces named, such as "eth0" and "lo"; at
  // least one. Throws EnvironmentError where the kernel has no nftables.
  Losses(const Namespace& space, const std::vector<std::string>& devices);

  // The next `count` segments that fit, and that no earlier loss takes, are lost.
  void lose(const SegmentFilter& filter, unsigned count);

  // Whether all of that has happened.
  bool done();

 private:
  Nftables nftables_;             // owns the table: no scenario's flush removes it
  std::vector<unsigned> counts_;  // of each lose()
};

}  // namespace lab
