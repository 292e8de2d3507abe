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

// Which would be for the next hop of the answer; else it is of the SYN.
bool is_of_answer(const Facts& facts) {
  return !facts.arrival.local_sender && facts.arrival.there.is_delivered();
}

// The kernel has to ask for the next hop first.
bool must_ask(const Facts& facts) {
  return facts.next_hop && facts.next_hop->entry != NextHop::Entry::usable;
}

// The interface that asks, if it is a port of another one, to which the replies go.
const Interface* asking_port(const Facts& facts) {
  if (!must_ask(facts)) return nullptr;
  const Interface* device = find_interface(facts.interfaces, facts.next_hop->device);
  return device && !device->master.empty() ? device : nullptr;
}

// Its answers may take another way (inet_csk_route_req()).
bool a_listener_is_bound_to_an_interface(const Facts& facts) {
  return std::ranges::any_of(facts.tables.listeners, [&](const Row& row) {
    return row.local.port == facts.question.destination.port && !row.device.empty();
  });
}

const char* how_it_asks(const Facts& facts) {
  return facts.next_hop->address.family() == Family::inet6 ? "neighbour discovery" : "ARP";
}

std::string hop_in_words(const Facts& facts) {
  return fmt::format("{}, the next hop of the {},", facts.next_hop->address.str(),
                     is_of_answer(facts) ? "answer" : "SYN");
}

std::string asks_in_vain(const Interface& port, const Facts& facts) {
  return fmt::format(
      "{0} is a port of {1}: what comes in on {0} counts as having come in on {1}, replies of {2} "
      "too, so that {0} does not learn where {3} is",
      port.name, port.master, how_it_asks(facts), facts.next_hop->address.str());
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

void doubt_rules(const Facts& facts, Diagnosis& diagnosis) {
  const auto& rules = facts.filters.discovery_of_answer;
  if (rules.empty()) return;
  doubt(fmt::format("whether {} finds {} which has no usable entry (ip neigh): a rule may drop it, "
                    "{}{}",
                    how_it_asks(facts), hop_in_words(facts), rules.front(),
                    rules.size() == 1 ? "" : fmt::format(" and {} more", rules.size() - 1)),
        diagnosis);
}

}  // namespace

std::optional<Conclusion> answer_leaves_by_port(const Facts& facts, const Conclusion& answered) {
  const Interface* port = asking_port(facts);
  if (!port || !is_of_answer(facts) || !is_answered(answered.answer) || port->is_switched ||
      a_listener_is_bound_to_an_interface(facts))
    return std::nullopt;
  Conclusion conclusion{
      "address-on-port", Answer::nothing,
      fmt::format("no answer reaches {}: it would leave by {}, and {}",
                  facts.question.source->address.str(), port->name, asks_in_vain(*port, facts)),
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
  const bool leaves = is_of_answer(facts) ? is_answered(answer) : answer == Answer::elsewhere;
  if (!leaves || !must_ask(facts)) return;
  if (const Interface* port = asking_port(facts))
    doubt(fmt::format("whether the {} leaves: {}", is_of_answer(facts) ? "answer" : "SYN",
                      asks_in_vain(*port, facts)),
          diagnosis);
  if (!is_of_answer(facts)) return;
  if (facts.next_hop->entry == NextHop::Entry::silent)
    doubt(fmt::format("whether {} answers {} now: it has not before (ip neigh: FAILED or "
                      "INCOMPLETE)",
                      hop_in_words(facts), how_it_asks(facts)),
          diagnosis);
  doubt_rules(facts, diagnosis);
}

}  // namespace lab::explain
