// SPDX-License-Identifier: MIT
//
// Segments that are lost on their way into a host: they have crossed the link,
// so a capture there sees them, but are dropped before IP sees them (the hook
// "ingress" of nftables, nf_ingress() in net/core/dev.c).
#pragma once

#include <vector>

#include "net/link.hpp"
#include "net/nftables.hpp"
#include "record/packet.hpp"

namespace lab {

// Segments with these ends and exactly these flags: "S" does not match "S.".
struct SegmentFilter {
  std::vector<Address> sources, destinations;           // of one family; one of each
  std::uint16_t source_port = 0, destination_port = 0;  // 0: any
  TcpFlags flags;
};

class Losses {
 public:
  // Acts on the given interfaces, such as "eth0" and "lo"; at least one. Loses nothing
  // yet. Throws EnvironmentError where the kernel has no nftables.
  Losses(const Namespace& space, const std::vector<std::string>& devices);

  // Loses the next `count` segments that match and that no earlier lose() takes.
  void lose(const SegmentFilter& filter, unsigned count);

  // Whether all of them were lost.
  bool done();

 private:
  Nftables nftables_;             // owns the table: no scenario's flush removes it
  std::vector<unsigned> counts_;  // of each lose()
};

}  // namespace lab
