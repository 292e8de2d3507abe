// SPDX-License-Identifier: MIT
//
// The sender is here, and cannot have the source that was asked about: another socket has it.
#include <fmt/format.h>

#include <cerrno>

#include "explain/parts.hpp"
#include "record/infer.hpp"
#include "record/owner_names.hpp"

namespace lab::explain {
namespace {

bool has_source(const Row& row, const Endpoint& source) {
  const auto address = address_for(row, source.address.family());
  return row.local.port == source.port && address &&
         (address->is_any() || *address == source.address);
}

bool has_destination(const Row& row, const Endpoint& destination) {
  return row.remote.port == destination.port &&
         row.remote.address.mapped() == destination.address.mapped();
}

// inet_sk_bound_l3mdev(): where sockets of a VRF have buckets of their own, the VRF of what is
// bound to that interface.
std::string bucket_of(const std::string& device, const Facts& facts) {
  if (facts.sysctls.tcp_l3mdev_accept == 1) return "";
  const Interface* bound = find_interface(facts.interfaces, device);
  if (!bound) return "";
  return bound->is_vrf ? bound->name : bound->vrf;
}

// bind() of the sender's socket, which is bound to no interface but that of a link-local address,
// or to a VRF, meets that socket: only two different interfaces keep them apart
// (inet_bind_conflict()).
bool meets(const Row& row, const Facts& facts) {
  const std::string& own = facts.question.scope;
  if (bucket_of(row.device, facts) != facts.arrival.vrf) return false;
  return row.device.empty() || own.empty() || row.device == own;
}

bool source_is_given(const Facts& facts) {
  const Question& question = facts.question;
  return facts.arrival.local_sender && question.source && !question.port_is_assumed;
}

// It may be the sender itself, which has called bind() and is about to connect(). Whether another
// socket may have the same source depends on SO_REUSEADDR of both (inet_csk_bind_conflict()).
void tell_who_has_the_source(const Facts& facts, Diagnosis& diagnosis) {
  const Endpoint& source = *facts.question.source;
  const auto shares = [&](const Row& row) {
    return facts.question.reuses_address && facts.reusing.contains(row.inode.value_or(0));
  };
  for (const Row& row : facts.tables.senders) {
    if (row.kind != Kind::full || !meets(row, facts) || !has_source(row, source) || shares(row))
      continue;
    diagnosis.not_observed.push_back(
        {"source-held",
         fmt::format("whether the sender is {}, which has {} already ({}): for another socket "
                     "bind() fails with EADDRINUSE, unless both have SO_REUSEADDR (--reuseaddr)",
                     holder_of(row, facts.processes), place_of(row), to_string(row.state)),
         true});
    return;
  }
  if (!facts.tables.bound_only)  // nor is what is bound to the source
    diagnosis.not_observed.push_back(
        {"source-held",
         fmt::format("whether another socket is bound to {}: Linux {} shows such sockets to nobody "
                     "but root, or through the module (sock_diag lists them since 6.8)",
                     source.str(), facts.kernel.release),
         true});
}

// tcp_twsk_unique(): whether that connection had timestamps is in its TIME-WAIT alone.
void tell_of_time_wait(const Facts& facts, Diagnosis& diagnosis) {
  for (const Row& row : facts.tables.senders) {
    if (row.kind != Kind::timewait || !has_source(row, *facts.question.source)) continue;
    // It has SO_REUSEADDR if the socket had; that cannot be seen.
    if (!has_destination(row, facts.question.destination)) {
      diagnosis.not_observed.push_back(
          {"source-held",
           fmt::format("whether bind() gets {}, which an earlier connection still has ({}): it "
                       "fails with EADDRINUSE, unless both sockets have SO_REUSEADDR",
                       facts.question.source->str(), describe(row)),
           true});
      return;
    }
    diagnosis.not_observed.push_back(
        {"source-held",
         fmt::format("whether the TIME-WAIT of an earlier connection ({}) gives up its 4-tuple: "
                     "if that connection had no timestamps, connect() fails with EADDRNOTAVAIL",
                     describe(row)),
         true});
    return;
  }
}

}  // namespace

std::optional<Conclusion> source_is_held(const Facts& facts) {
  if (!source_is_given(facts)) return std::nullopt;
  const Endpoint& source = *facts.question.source;
  // inet_csk_bind_conflict(): SO_REUSEADDR does not help against a listener.
  for (const Row& row : facts.tables.listeners)
    if (meets(row, facts) && has_source(row, source))
      return Conclusion{
          "source-in-use",
          Answer::not_sent,
          fmt::format("{} listens on {}: bind() to {} fails with EADDRINUSE, and there is no "
                      "connect()",
                      holder_of(row, facts.processes), place_of(row), source.str()),
          "let the kernel choose the source port: it passes over ports that are held",
          {},
          EADDRINUSE};
  return std::nullopt;
}

std::optional<Conclusion> source_in_use(const Facts& facts, Diagnosis& diagnosis) {
  if (!source_is_given(facts)) return std::nullopt;
  const Endpoint& source = *facts.question.source;
  // __inet_check_established(). TIME-WAIT may give the 4-tuple up (tcp_twsk_unique()).
  for (const Row& row : facts.tables.senders)
    if (row.kind == Kind::full && has_source(row, source) &&
        has_destination(row, facts.question.destination)) {
      const bool is_bound =
          facts.question.reuses_address && facts.reusing.contains(row.inode.value_or(0));
      return Conclusion{
          "source-in-use",
          Answer::not_sent,
          fmt::format("{} has this connection already ({}): a second connect() with the same "
                      "addresses and ports fails with EADDRNOTAVAIL{}",
                      holder_of(row, facts.processes), describe(row),
                      is_bound ? ""
                               : ", or bind() before it with EADDRINUSE, unless both sockets have "
                                 "SO_REUSEADDR"),
          "let the kernel choose the source port, or close the first connection",
          {},
          is_bound ? EADDRNOTAVAIL : 0};
    }
  tell_of_time_wait(facts, diagnosis);
  tell_who_has_the_source(facts, diagnosis);
  return std::nullopt;
}

}  // namespace lab::explain
