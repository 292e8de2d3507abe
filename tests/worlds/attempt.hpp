// SPDX-License-Identifier: MIT
//
// A real connect(), with a deadline, and what each host saw of it.
#pragma once

#include <map>
#include <string>

#include "worlds/machine.hpp"

namespace lab::worlds {

struct Happened {
  int error = 0;                 // of bind() or connect(); EINPROGRESS: no answer to two SYNs
  bool at_once = false;          // bind() or connect() itself failed
  bool sent = false;             // a SYN left the sender (on lo: was sent)
  bool arrived = false;          // … and came to the receiver
  bool went_on = false;          // … and was forwarded by it
  bool asked_neighbour = false;  // ARP or neighbour discovery, while there was no SYN
  Address wire_source;           // of the SYN as it came to the receiver
  Endpoint wire_destination;     // the same
  std::string reply;  // the first that left the receiver: "syn-ack", "rst", "ack", "icmp", ""
  std::string got;    // the first that came to the sender
  // What grew on the sender, on the receiver, and on the hosts that are neither: SNMP counters.
  std::map<std::string, long> senders, receivers, others;
  // Packets that met such a rule of a firewall: on any host, on the receiver, on the sender.
  long refused = 0, redirected = 0, refused_by_receiver = 0, refused_by_sender = 0;

  std::string str() const;
};

Happened attempt(const World& world, const Machine& machine);

// Watches packets and counters while something else connects; the same facts.
class Watch {
 public:
  Watch(const World& world, const Machine& machine);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  // Takes in what has come. `source_port`: of the attempt; 0: not known.
  void drain(std::uint16_t source_port, Happened& into);
  void count(Happened& into);  // at the end
  void wait(int fd, int timeout_ms);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lab::worlds
