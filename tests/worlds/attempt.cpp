// SPDX-License-Identifier: MIT
#include "worlds/attempt.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

#include "capture/capture.hpp"
#include "collect/counters.hpp"
#include "net/socket.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"

namespace lab::worlds {
namespace {

// For what has been sent already to be seen.
constexpr std::chrono::milliseconds for_the_packets{200};

std::string reply_word(const Packet& packet, std::uint16_t from, std::uint16_t to) {
  if (packet.icmp && packet.icmp->about) {
    const auto& about = *packet.icmp->about;
    const bool ours = about.source.port == to && about.destination.port == from;
    return ours ? "icmp" : "";
  }
  if (!packet.segment) return "";
  const Segment& segment = *packet.segment;
  if (segment.source.port != from || segment.destination.port != to) return "";
  if (segment.flags.rst) return "rst";
  if (segment.flags.syn) return segment.flags.ack ? "syn-ack" : "";
  return segment.flags.ack ? "ack" : "";
}

bool is_syn(const Packet& packet) {
  return packet.segment && packet.segment->flags.syn && !packet.segment->flags.ack;
}

struct Rules {
  long refused = 0, redirected = 0, refused_by_receiver = 0, refused_by_sender = 0;
};
Rules count_rules(const World& world, const Machine& machine) {
  Rules rules;
  for (const Host host : all_hosts) {
    const long refused = machine.packets_refused(host);
    rules.refused += refused;
    rules.redirected += machine.packets_redirected(host);
    if (host == world.question.receiver) rules.refused_by_receiver = refused;
    if (host == world.question.sender) rules.refused_by_sender = refused;
  }
  return rules;
}

// Of the hosts that are neither the sender nor the receiver.
collect::Counters read_others(const World& world, const Machine& machine) {
  collect::Counters sum;
  for (const Host host : all_hosts) {
    if (host == world.question.sender || host == world.question.receiver) continue;
    for (const auto& [name, value] : collect::read_counters(machine.at(host))) sum[name] += value;
  }
  return sum;
}

}  // namespace

struct Watch::Parts {
  Parts(const World& of, const Machine& where)
      : world(of),
        machine(where),
        sender(where.at(of.question.sender), "sender"),
        senders(collect::read_counters(where.at(of.question.sender))),
        receivers(collect::read_counters(where.at(of.question.receiver))),
        others(read_others(of, where)),
        rules(count_rules(of, where)) {
    if (!of.question.is_local()) receiver.emplace(where.at(of.question.receiver), "receiver");
  }
  const World& world;
  const Machine& machine;
  Capture sender;
  std::optional<Capture> receiver;
  collect::Counters senders, receivers, others;
  Rules rules;
  std::vector<Packet> seen_by_sender, seen_by_receiver;
};

Watch::Watch(const World& world, const Machine& machine)
    : parts_(std::make_unique<Parts>(world, machine)) {}
Watch::~Watch() = default;

void Watch::drain(std::uint16_t source_port, Happened& into) {
  Parts& parts = *parts_;
  const Question& question = parts.world.question;
  parts.sender.drain(parts.seen_by_sender);
  if (parts.receiver) parts.receiver->drain(parts.seen_by_receiver);
  // Other SYNs from this port are sent again by a socket of the world.
  const auto is_ours = [&](const Packet& packet) {
    if (!is_syn(packet)) return false;
    const std::uint16_t from = packet.segment->source.port;
    if (source_port != 0) return from == source_port;
    return from != question.port && packet.segment->destination.address == question.destination;
  };
  into.sent = into.arrived = into.went_on = into.asked_neighbour = false;
  into.reply.clear();
  into.got.clear();
  std::uint16_t port = source_port;
  for (const Packet& packet : parts.seen_by_sender) {
    if (packet.outgoing && is_ours(packet)) {
      into.sent = true;
      if (question.is_local()) into.arrived = true;
      if (port == 0) port = packet.segment->source.port;
      if (question.is_local()) into.wire_source = packet.segment->source.address;
    }
    if (packet.outgoing && !packet.segment && !packet.icmp && !into.sent)
      into.asked_neighbour |= packet.protocol == "arp" || packet.protocol == "icmp6";
    if (packet.for_another_host) continue;
    if ((!packet.outgoing || question.is_local()) && into.got.empty())
      into.got = reply_word(packet, question.port, port);
  }
  if (question.is_local()) {
    into.reply = into.got;
    return;
  }
  std::uint16_t from = question.port, to = port;
  for (const Packet& packet : parts.seen_by_receiver) {
    // What goes over lo is of a socket there.
    if (is_syn(packet) && !packet.outgoing && packet.device != "lo" && !into.arrived &&
        !packet.for_another_host &&
        (is_ours(packet) || packet.segment->destination == question.to())) {
      into.arrived = true;
      into.wire_source = packet.segment->source.address;
      into.wire_destination = packet.segment->destination;
      // As a NAT of the sender has changed them.
      from = packet.segment->destination.port;
      to = packet.segment->source.port;
    }
    if (is_syn(packet) && packet.outgoing && packet.device != "lo" && into.arrived &&
        packet.segment->source.port == to)
      into.went_on = true;
    // What goes over lo stays there.
    if (packet.outgoing && packet.device != "lo" && into.arrived && into.reply.empty())
      into.reply = reply_word(packet, from, to);
  }
}

void Watch::count(Happened& into) {
  Parts& parts = *parts_;
  const Question& question = parts.world.question;
  into.senders =
      collect::growth(parts.senders, collect::read_counters(parts.machine.at(question.sender)));
  into.receivers =
      collect::growth(parts.receivers, collect::read_counters(parts.machine.at(question.receiver)));
  into.others = collect::growth(parts.others, read_others(parts.world, parts.machine));
  // tcp_connect() counts each SYN that is not sent again: what was seen is of a socket of the
  // world.
  if (!into.senders.contains("TcpActiveOpens")) into.sent = into.arrived = false;
  const Rules rules = count_rules(parts.world, parts.machine);
  into.refused = rules.refused - parts.rules.refused;
  into.redirected = rules.redirected - parts.rules.redirected;
  into.refused_by_sender = rules.refused_by_sender - parts.rules.refused_by_sender;
  into.refused_by_receiver = rules.refused_by_receiver - parts.rules.refused_by_receiver;
}

void Watch::wait(int fd, int timeout_ms) {
  std::array<pollfd, 3> waited{
      {{fd, POLLOUT, 0}, {parts_->sender.fd(), POLLIN, 0}, {-1, POLLIN, 0}}};
  if (parts_->receiver) waited[2].fd = parts_->receiver->fd();
  ::poll(waited.data(), waited.size(), timeout_ms);
}

Happened attempt(const World& world, const Machine& machine) {
  const Question& question = world.question;
  Watch watch(world, machine);
  Happened happened;
  TcpSocket socket = TcpSocket::create(machine.at(question.sender), question.destination.family());
  Result result;
  if (!question.scope.empty()) result = socket.bind_to_device(question.scope);
  if (result.ok() && question.mark) {
    const int mark = static_cast<int>(*question.mark);
    ::setsockopt(socket.fd(), SOL_SOCKET, SO_MARK, &mark, sizeof mark);
  }
  if (result.ok() && (question.source || question.source_port != 0)) {
    const Family family = question.destination.family();
    if (question.source_port != 0) {
      result = socket.set_reuse_address(true);
    } else {
      const int on = 1;
      ::setsockopt(socket.fd(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    }
    if (result.ok())
      result = socket.bind({question.source.value_or(Address::any(family)), question.source_port});
  }
  happened.error = result.error;
  happened.at_once = !result.ok();
  std::uint16_t source_port = question.source_port;
  if (result.ok()) {
    happened.error = socket.connect(question.to()).error;
    happened.at_once = happened.error != 0 && happened.error != EINPROGRESS;
    if (!happened.at_once && source_port == 0) source_port = socket.local().port;
  }
  const Deadline deadline(std::chrono::seconds(10));
  while (happened.error == EINPROGRESS && !deadline.passed()) {
    const bool again = socket.info().total_retransmissions > 0;
    watch.wait(socket.fd(), again ? static_cast<int>(for_the_packets.count()) : 50);
    watch.drain(source_port, happened);
    happened.error = socket.await_connected(Deadline(std::chrono::milliseconds(0))).error;
    if (again) break;
  }
  const Deadline packets(for_the_packets);
  watch.drain(source_port, happened);
  while (happened.got.empty() && happened.error != EINPROGRESS && happened.sent &&
         !packets.passed()) {
    watch.wait(-1, packets.poll_timeout());
    watch.drain(source_port, happened);
  }
  watch.count(happened);
  return happened;
}

std::string Happened::str() const {
  const auto text = [](const std::map<std::string, long>& counters) {
    std::string all;
    for (const auto& [name, value] : counters) all += fmt::format(" {}+{}", name, value);
    return all;
  };
  return fmt::format(
      "connect(): {}{}\nSYN: {}{}{}{}\nreply sent: {}; reply received: {}\n"
      "refused by a rule: {}, redirected: {}\nsender:{}\nreceiver:{}\nothers:{}\n",
      error == 0             ? "connected"
      : error == EINPROGRESS ? "no answer"
                             : errno_name(error),
      at_once ? " (at once)" : "", sent ? "sent" : "not sent", arrived ? ", arrived" : "",
      went_on ? ", forwarded" : "", asked_neighbour ? ", a neighbour was asked for" : "",
      reply.empty() ? "none" : reply, got.empty() ? "none" : got, refused, redirected,
      text(senders), text(receivers), text(others));
}

}  // namespace lab::worlds
