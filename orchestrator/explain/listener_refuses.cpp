// SPDX-License-Identifier: MIT
//
// What a listener may refuse by itself: a signature that is missing (tcp_inbound_hash()), a
// socket filter (tcp_filter()), a TTL that is too small (tcp_v4_rcv()).
#include <fmt/format.h>

#include <algorithm>

#include "explain/parts.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {

std::optional<Conclusion> listener_refuses(const Facts& facts, const Row& listener,
                                           Diagnosis& diagnosis) {
  const std::string who = holder_of(listener, facts.processes);
  if (facts.question.source &&
      std::ranges::any_of(listener.md5_peers, [&](const Row::KeyedPeer& peer) {
        return facts.question.source->address.has_prefix(peer.address, peer.prefix_length);
      })) {
    diagnosis.steps.push_back({"answer", "tcp_inbound_hash",
                               "nothing: the SYN of a sender with a TCP-MD5 key must be signed",
                               "inferred"});
    diagnosis.not_observed.push_back(
        {"signature", "whether the sender signs its SYN: an unsigned one is assumed", true});
    return Conclusion{
        "signature-missing", Answer::nothing,
        fmt::format("{} listens on {} with a TCP-MD5 key for {} (TCP_MD5SIG, RFC 2385): a SYN "
                    "without a signature is dropped, and no RST is sent",
                    who, place_of(listener), facts.question.source->address.str()),
        "set the same key on the client's socket, as a BGP daemon does (TCP_MD5SIG), or remove it "
        "from the server"};
  }
  const auto options = facts.listener_options.find(listener.inode.value_or(0));
  const auto doubt = [&](const char* id, std::string text) {
    diagnosis.not_observed.push_back({id, std::move(text), true});
  };
  if (options == facts.listener_options.end()) {
    doubt("listener-filters",
          fmt::format("whether {} refuses the SYN: a socket filter (SO_ATTACH_FILTER), a missing "
                      "signature (TCP_MD5SIG, TCP-AO), a TTL that is too small (IP_MINTTL); root "
                      "can look",
                      who));
    return std::nullopt;
  }
  const auto filter = options->second.filter;
  if (filter == ListenerOptions::Filter::depends)
    doubt("socket-filter",
          fmt::format("what the socket filter of {} does to the SYN (SO_ATTACH_FILTER): --probe "
                      "sends a real one",
                      who));
  if (options->second.ao)
    doubt("tcp-ao",
          fmt::format("whether {} has a TCP-AO key for this sender (RFC 5925): it then drops an "
                      "unsigned SYN; --probe sends one",
                      who));
  const bool inet6 = facts.question.destination.address.family() == Family::inet6;
  // No segment comes in with 0.
  if (const int least = inet6 ? options->second.min_hop_count : options->second.min_ttl; least > 1)
    doubt("min-ttl", fmt::format("with which {} the SYN comes in: {} drops those with less than {}",
                                 inet6 ? "hop limit" : "TTL", who, least));
  if (filter == ListenerOptions::Filter::drops) {
    diagnosis.steps.push_back(
        {"answer", "tcp_filter", "nothing: the socket filter drops every segment", "inferred"});
    return Conclusion{"socket-filter", Answer::nothing,
                      fmt::format("{} listens on {} with a socket filter that drops every segment "
                                  "(SO_ATTACH_FILTER)",
                                  who, place_of(listener)),
                      "look at the filter that the server attaches: it must pass SYNs"};
  }
  return std::nullopt;
}

}  // namespace lab::explain
