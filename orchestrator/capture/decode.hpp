// SPDX-License-Identifier: MIT
//
// From bytes to a Packet's fields: Ethernet II, IPv4 with options, IPv6 with
// extension headers, TCP. Whatever the bytes are, nothing is read past their
// end, and nothing is taken for granted that a header claims.
#pragma once

#include "record/packet.hpp"

namespace lab {

// Sets protocol and segment from bytes, which begin with the Ethernet header
// (lo has one too, all zero but the type).
//
// protocol is "tcp", "udp", "icmp", "icmp6", "arp"; "ip" for any other payload
// of IPv4 or IPv6 and for one whose header cannot be read; the EtherType, as
// "0x88cc", for any other frame; "truncated" for fewer than 14 bytes.
//
// segment is set only for TCP whose headers were captured in whole and agree
// with each other; its length is what the IP header says, so that it is right
// though the data were not captured. A fragment after the first has none.
void decode(Packet& packet);

}  // namespace lab
