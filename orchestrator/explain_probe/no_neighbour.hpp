// SPDX-License-Identifier: MIT
//
// A probe, or the answer to it, that waits for the link-layer address of its next hop: nobody
// answers ARP (RFC 826) or neighbour discovery (RFC 4861).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "explain/diagnosis.hpp"
#include "record/exchange.hpp"
#include "record/probe.hpp"

namespace lab::explain {

// No SYN has left the sender's namespace, and its next hop is silent. Nothing: that is not what
// happened. With an ICMP error from the sender's own host (arp_error_report(),
// ndisc_error_report()) this is so even if the next hop is not known.
std::optional<Conclusion> no_neighbour(const Probe& probe, const Exchange& exchange);

// The SYN has arrived, TCP would have answered, no answer has left, and the next hop of the answer
// is silent. Nothing: that is not what happened. `rules`: those of the receiver that may drop the
// ARP or neighbour discovery for it.
std::optional<Conclusion> no_neighbour_for_answer(const Probe& probe, const Exchange& exchange,
                                                  Answer predicted,
                                                  const std::vector<std::string>& rules);

// The receiver, which is on the link, does not answer ARP or neighbour discovery for the same
// reason for which it would not answer the SYN: its reverse path filter, for example.
std::optional<Conclusion> refuses_arp(const Probe& probe, const Exchange& exchange,
                                      const Diagnosis& predicted);

}  // namespace lab::explain
