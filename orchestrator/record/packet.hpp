// SPDX-License-Identifier: MIT
//
// One captured packet. TCP and ICMP errors are decoded; of everything else (ping, ARP)
// only the name is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "record/icmp.hpp"
#include "record/tcp_options.hpp"
#include "util/clock.hpp"

namespace lab {

// The flags as tcpdump writes them: F S R P . U E W, in its order. "S." is SYN-ACK.
struct TcpFlags {
  bool syn = false, fin = false, rst = false, psh = false, ack = false, urg = false, ece = false,
       cwr = false;

  static TcpFlags from_byte(std::uint8_t byte);  // byte 13 of the TCP header
  std::uint8_t byte() const;
  // In any order, each letter at most once.
  static std::optional<TcpFlags> parse(std::string_view text);
  std::string str() const;
  bool operator==(const TcpFlags&) const = default;
};

struct Segment {
  Endpoint source;
  Endpoint destination;
  TcpFlags flags;
  std::uint32_t sequence = 0;        // as on the wire
  std::uint32_t acknowledgment = 0;  // as on the wire; meaningless without ACK
  std::uint16_t window = 0;          // as on the wire: not scaled
  std::uint32_t length = 0;          // bytes of data
  TcpOptions options = {};
  bool operator==(const Segment&) const = default;
};

struct Packet {
  Timestamp time = 0;
  std::string host;       // whose interface saw it
  std::string device;     // which one: "eth0", "lo"
  bool outgoing = false;  // PACKET_OUTGOING: the host sent it
  // PACKET_OTHERHOST: its link-layer address is not the interface's, and IP does not get it.
  // Not stored.
  bool for_another_host = false;
  std::string protocol;  // "tcp", "icmp", "icmp6", "arp", "udp", "ip", "0x88cc"
  std::optional<Segment> segment;
  std::optional<IcmpError> icmp;
  bool injected = false;            // made by an Inject step, not by a socket
  bool lost = false;                // it arrived, but a Drop step lost it before IP saw it
  std::vector<std::uint8_t> bytes;  // from the link layer on, as captured
  std::uint32_t missing = 0;        // bytes at its end that the capture did not keep
};

// "SYN ACK"; "no flags" if there are none.
std::string flags_in_words(const TcpFlags& flags);

// "seq 0 ack 1 len 5", with numbers that count from each side's initial one.
std::string numbers_in_words(const Segment& segment, std::uint32_t sequence,
                             std::uint32_t acknowledgment);

}  // namespace lab
