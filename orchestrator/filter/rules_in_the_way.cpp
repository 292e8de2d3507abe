// SPDX-License-Identifier: MIT
#include "filter/rules_in_the_way.hpp"

#include <algorithm>
#include <iterator>

#include "filter/netfilter.hpp"
#include "net/nftables.hpp"
#include "util/error.hpp"

namespace lab::filter {
namespace {

// An interface by name, unless a VRF makes it appear as another one.
std::optional<std::string> seen_as(const std::string& device, const Facts& facts) {
  if (device.empty() || !facts.arrival.vrf.empty()) return std::nullopt;
  return device;
}

bool has_connection(const Facts& facts, const Endpoint& source, const Endpoint& destination) {
  return std::ranges::any_of(facts.tables.ehash, [&](const Row& row) {
    return row.local == destination && row.remote == source;
  });
}

}  // namespace

std::vector<SegmentOnWay> ways_of(const Facts& facts) {
  const Question& question = facts.question;
  const Arrival& arrival = facts.arrival;
  if (!question.source) return {};
  const bool is_local = arrival.there.error == 0 && arrival.there.type == RouteType::local;
  const bool port_known = !question.port_is_assumed && question.source->port != 0;

  SegmentOnWay syn;
  syn.segment.source = *question.source;
  syn.segment.destination = question.destination;
  syn.segment.source_port_known = port_known;
  syn.segment.flags = TcpFlags{.syn = true};
  if (!has_connection(facts, *question.source, question.destination)) syn.segment.state = "new";
  SegmentOnWay answer;
  answer.first = false;
  answer.segment.source = question.destination;
  answer.segment.destination = *question.source;
  answer.segment.destination_port_known = port_known;
  if (syn.segment.state) answer.segment.state = "established";

  if (arrival.local_sender && is_local) {
    syn.hooks = answer.hooks = {"output", "postrouting", "prerouting", "input"};
    syn.segment.in = syn.segment.out = answer.segment.in = answer.segment.out =
        seen_as("lo", facts);
  } else if (arrival.local_sender) {
    syn.hooks = {"output", "postrouting"};
    syn.segment.out = seen_as(arrival.there.device, facts);
    answer.hooks = {"prerouting", "input"};  // on whatever interface
  } else if (is_local) {
    syn.hooks = {"prerouting", "input"};
    syn.segment.in = seen_as(arrival.device, facts);
    answer.hooks = {"output", "postrouting"};
    answer.segment.out = seen_as(arrival.back.device, facts);
  } else {
    syn.hooks = answer.hooks = {"prerouting", "forward", "postrouting"};
    syn.segment.in = seen_as(arrival.device, facts);
    syn.segment.out = seen_as(arrival.there.device, facts);
  }
  return {syn, answer};
}

std::optional<std::vector<std::string>> rules_in_the_way(const Namespace& space,
                                                         const Facts& facts) {
  auto hooks = netfilter_hooks(space);
  if (!hooks || hooks->empty()) return hooks;
  std::vector<std::string> found;
  try {
    Nftables nftables(space);
    found = rules_that_may_act(nftables.ruleset_as_json(), nftables.ruleset_with_handles(),
                               ways_of(facts));
  } catch (const EnvironmentError&) {
    return hooks;  // what is there may act
  } catch (const nlohmann::json::exception&) {
    return hooks;
  }
  std::ranges::copy_if(*hooks, std::back_inserter(found), [](const std::string& hook) {
    return hook.find("tables-legacy") != std::string::npos;
  });
  return found;
}

}  // namespace lab::filter
