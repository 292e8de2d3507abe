// SPDX-License-Identifier: MIT
//
// Whether what leaves here, the SYN or its answer, finds its next hop: by ARP or neighbour
// discovery.
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"

namespace lab::explain {
namespace {

// TCP here answers.
bool is_answered(Answer answer) {
  return is_success(answer) || answer == Answer::rst || answer == Answer::ack;
}

// Of what leaves: of the SYN, or of what is sent back for it.
struct Leaving {
  const NextHop* hop = nullptr;  // null: none is needed, or nothing leaves
  bool is_answer = false;
};
Leaving leaving_by(const Facts& facts, Answer answer) {
  if (answer == Answer::elsewhere) return {facts.next_hop ? &*facts.next_hop : nullptr, false};
  // A RST or an ICMP error may be a rule's or a router's.
  if (is_answered(answer) || answer == Answer::icmp) return {hop_of_answer(facts), true};
  return {};
}

// The interface that asks, if it is a port of another one, to which the replies go.
const Interface* asking_port(const NextHop* hop, const Facts& facts) {
  if (!hop || !hop->must_be_found()) return nullptr;
  const Interface* device = find_interface(facts.interfaces, hop->device);
  return device && !device->master.empty() ? device : nullptr;
}

// Its answers may take another way (inet_csk_route_req()).
bool a_listener_is_bound_to_an_interface(const Facts& facts) {
  return std::ranges::any_of(facts.tables.listeners, [&](const Row& row) {
    return row.local.port == facts.question.destination.port && !row.device.empty();
  });
}

const char* discovery_of(Family family) {
  return family == Family::inet6 ? "neighbour discovery" : "ARP";
}
const char* how_it_asks(const NextHop& hop) { return discovery_of(hop.address.family()); }

std::string hop_in_words(const Leaving& leaving) {
  return fmt::format("{}, the next hop of the {},", leaving.hop->address.str(),
                     leaving.is_answer ? "answer" : "SYN");
}

std::string asks_in_vain(const Interface& port, const NextHop& hop) {
  return fmt::format(
      "{0} is a port of {1}: what comes in on {0} counts as having come in on {1}, replies of {2} "
      "too, so that {0} does not learn where {3} is",
      port.name, port.master, how_it_asks(hop), hop.address.str());
}

void move_address(const Interface& port, const Facts& facts, Conclusion& conclusion) {
  const Interface* master = find_interface(facts.interfaces, port.master);
  for (const InterfaceAddress& each : port.addresses) {
    if (each.address != facts.question.destination.address) continue;
    conclusion.remedy = fmt::format("move the address from {} to {}, and routes over {}, too",
                                    port.name, port.master, port.name);
    const std::string address = fmt::format("{}/{}", each.address.str(), each.prefix_length);
    if (master && !master->up)
      conclusion.commands.push_back(fmt::format("ip link set {} up", port.master));
    conclusion.commands.push_back(fmt::format("ip addr add {} dev {}", address, port.master));
    conclusion.commands.push_back(fmt::format("ip addr del {} dev {}", address, port.name));
    return;
  }
  conclusion.remedy = fmt::format("let the route back to {} lead over {} instead of {}",
                                  facts.question.source->address.str(), port.master, port.name);
}

void doubt(std::string text, Diagnosis& diagnosis) {
  diagnosis.not_observed.push_back({"neighbour", std::move(text), true});
}

std::string rules_in_words(const std::vector<std::string>& rules) {
  return rules.size() == 1 ? rules.front()
                           : fmt::format("{} and {} more", rules.front(), rules.size() - 1);
}

void doubt_rules(const Leaving& leaving, const Facts& facts, Diagnosis& diagnosis) {
  const auto& rules = facts.filters.discovery_of_answer;
  if (rules.empty() || !leaving.is_answer) return;
  doubt(fmt::format("whether {} finds {} which has no usable entry (ip neigh): a rule may drop it, "
                    "{}",
                    how_it_asks(*leaving.hop), hop_in_words(leaving), rules_in_words(rules)),
        diagnosis);
}

// The sender's own, whose address is in the question, is taken to be there. A gateway need not be
// the router by which the SYN has come.
void doubt_gateway(const Leaving& leaving, const Facts& facts, Diagnosis& diagnosis) {
  const bool is_silent = leaving.hop->entry == NextHop::Entry::silent;
  const bool is_gateway =
      leaving.is_answer && leaving.hop->address != facts.question.source->address;
  if (is_silent || is_gateway)
    doubt(fmt::format("whether {} answers {}{}", hop_in_words(leaving), how_it_asks(*leaving.hop),
                      is_silent ? " now: it has not before (ip neigh: FAILED or INCOMPLETE)"
                                : ": it has no entry yet (ip neigh)"),
          diagnosis);
}

// Whoever sends the SYN here looks for this host in the same way, unless it knows where it is.
void doubt_discovery_by_sender(const Facts& facts, Answer answer, Diagnosis& diagnosis) {
  const auto& rules = facts.filters.discovery_by_sender;
  if (!(is_answered(answer) || answer == Answer::icmp)) return;
  if (const std::string why = why_no_arp_reply(facts); !why.empty())
    doubt(fmt::format("whether the SYN comes at all: {}, so that ARP requests for {} get no answer "
                      "there; only a sender or router that has an entry for it gets through",
                      why, destination_of(facts).str()),
          diagnosis);
  if (rules.empty()) return;
  doubt(fmt::format("whether the SYN comes at all: without an entry for this host its sender, or a "
                    "router, looks for it by {}, which a rule may drop, {}",
                    discovery_of(destination_of(facts).family()), rules_in_words(rules)),
        diagnosis);
}

// arp_constructor(), ndisc_constructor(): the entry gets the link-layer address of the interface
// itself, which nobody else takes.
void doubt_without_arp(const Facts& facts, Answer answer, Diagnosis& diagnosis) {
  if (!(is_answered(answer) || answer == Answer::icmp) || facts.arrival.local_sender) return;
  const Interface* device = find_interface(facts.interfaces, facts.arrival.back.device);
  if (!device || !device->arp_is_off || facts.is_entered_by_hand) return;
  doubt(fmt::format("whether the answer reaches {}: it leaves by {}, on which ARP is off (ip link: "
                    "NOARP), and only a permanent neighbour entry names its next hop there",
                    facts.question.source->address.str(), device->name),
        diagnosis);
}

}  // namespace

std::string unless_it_is_silent(const Facts& facts) {
  if (!facts.next_hop || facts.next_hop->entry != NextHop::Entry::none) return "";
  return fmt::format(", if {} answers {} (ip neigh has no entry for it yet)",
                     facts.next_hop->address.str(), how_it_asks(*facts.next_hop));
}

std::optional<Conclusion> answer_leaves_by_port(const Facts& facts, const Conclusion& answered) {
  const NextHop* hop = hop_of_answer(facts);
  const Interface* port = asking_port(hop, facts);
  if (!port || !facts.arrival.there.is_delivered() || !is_answered(answered.answer) ||
      port->is_switched || a_listener_is_bound_to_an_interface(facts))
    return std::nullopt;
  Conclusion conclusion{
      "address-on-port", Answer::nothing,
      fmt::format("no answer reaches {}: it would leave by {}, and {}",
                  facts.question.source->address.str(), port->name, asks_in_vain(*port, *hop)),
      ""};
  // ndisc_recv_ns(); arp_process() does not look which interface has the address.
  if (facts.question.destination.address.family() == Family::inet6 &&
      owner_of(facts.interfaces, facts.question.destination.address) == port)
    conclusion.summary += fmt::format(
        ". Neighbour discovery of {} gets no answer either: on that link connect() fails with "
        "EHOSTUNREACH, unless the sender knows the link-layer address already",
        facts.question.destination.address.str());
  move_address(*port, facts, conclusion);
  return conclusion;
}

void doubt_next_hop(const Facts& facts, Diagnosis& diagnosis) {
  const Answer answer = diagnosis.conclusion.answer;
  if (facts.arrival.there.is_delivered()) doubt_discovery_by_sender(facts, answer, diagnosis);
  doubt_without_arp(facts, answer, diagnosis);
  const Leaving leaving = leaving_by(facts, answer);
  if (!leaving.hop || !leaving.hop->must_be_found()) return;
  if (const Interface* port = asking_port(leaving.hop, facts))
    doubt(fmt::format("whether the {} leaves: {}", leaving.is_answer ? "answer" : "SYN",
                      asks_in_vain(*port, *leaving.hop)),
          diagnosis);
  doubt_gateway(leaving, facts, diagnosis);
  doubt_rules(leaving, facts, diagnosis);
}

}  // namespace lab::explain
