// SPDX-License-Identifier: MIT
//
// From bytes to a Packet's fields: Ethernet II, IPv4 with options, IPv6 with
// extension headers, TCP, ICMP errors. For any input, nothing is read past its end, and
// no header is trusted.
#pragma once

#include "record/packet.hpp"

namespace lab {

// Sets protocol, segment and icmp from bytes, which begin with the Ethernet header
// (lo has one too, all zero but the type).
//
// protocol is "tcp", "udp", "icmp", "icmp6", "arp"; "ip" for any other payload
// of IPv4 or IPv6 and for one whose header cannot be read; the EtherType, as
// "0x88cc", for any other frame; "truncated" for fewer than 14 bytes.
//
// segment is set only for TCP whose headers were captured in whole and agree
// with each other; its length is what the IP header says, so that it is right
// though the data were not captured. A fragment after the first has none.
//
// icmp is set only for an ICMP error (RFC 1122, 3.2.2; RFC 4443, 2.1) whose
// header was captured in whole; `about` only where the packet that it quotes is
// TCP and reaches to the sequence number, as it must (RFC 792).
void decode(Packet& packet);

}  // namespace lab
