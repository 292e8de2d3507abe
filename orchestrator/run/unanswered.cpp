// SPDX-License-Identifier: MIT
#include "run/unanswered.hpp"

#include <cerrno>

#include "check/resolve.hpp"
#include "run/addresses.hpp"
#include "run/run_context.hpp"

namespace lab::run {
namespace {

// The connect whose outcome this step checks; null: it checks none.
const scenario::Connect* connect_of(const scenario::Scenario& scenario, std::size_t index) {
  const scenario::Action& action = scenario.steps[index].action;
  if (const auto* connect = std::get_if<scenario::Connect>(&action)) return connect;
  const auto* connected = std::get_if<scenario::Connected>(&action);
  while (connected && index-- > 0)
    if (const auto* connect = std::get_if<scenario::Connect>(&scenario.steps[index].action);
        connect && connect->socket == connected->socket)
      return connect;
  return nullptr;
}

const HostRecord* owner_of(const Timeline& timeline, const Address& address) {
  for (const HostRecord& host : timeline.hosts)
    for (const Address& each : addresses_of(host))
      if (each == address) return &host;
  return nullptr;
}

std::optional<Address> first_address(const HostRecord& host, Family family) {
  for (const Address& address : addresses_of(host))
    if (address.family() == family) return address;
  return std::nullopt;
}

}  // namespace

std::optional<Unanswered> unanswered(RunContext& context, const StepRecord& record) {
  const Played& played = record.played;
  if (!played.timed_out && played.error != ECONNREFUSED && played.error != ETIMEDOUT)
    return std::nullopt;
  const Timeline& timeline = context.timeline;
  const scenario::Connect* connect = connect_of(context.scenario, record.index);
  const SocketRecord* socket =
      connect ? check::socket_named(timeline, connect->socket) : nullptr;
  if (!socket) return std::nullopt;
  const Endpoint destination = resolve(connect->to, timeline);
  // If no host has the address (loopback, for example), the sender receives its own SYN.
  const HostRecord* receiver = owner_of(timeline, destination.address);
  const std::string host = receiver ? receiver->name : socket->host;
  if (!context.host(host).has_stack()) return std::nullopt;
  std::optional<Address> source;
  for (const HostRecord& each : timeline.hosts)
    if (each.name == socket->host && each.name != host)
      source = first_address(each, destination.address.family());
  return Unanswered{context.host(host).netns(), host, destination, source, timeline.sockets};
}

}  // namespace lab::run
