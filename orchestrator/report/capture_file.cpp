// SPDX-License-Identifier: MIT
#include "report/capture_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "record/pcapng.hpp"
#include "report/packet_comments.hpp"
#include "report/summary.hpp"
#include "util/printable.hpp"

namespace lab::report {
namespace {

// "server:eth0", as the scenario's links are written.
std::string interface_name(const std::string& host, const std::string& device) {
  return fmt::format("{}:{}", host, device);
}

// The other end of the link; empty for a loopback.
std::string peer_of(const Timeline& timeline, const std::string& name) {
  for (const auto& [one, other] : timeline.links) {
    if (one == name) return other;
    if (other == name) return one;
  }
  return "";
}

std::string describe_interface(const Timeline& timeline, const std::string& host,
                               const std::string& device) {
  const std::string peer = peer_of(timeline, interface_name(host, device));
  return peer.empty() ? fmt::format("{} of host {}", device, host)
                      : fmt::format("{} of host {}, linked to {}", device, host, peer);
}

// In the order of the hosts; loopbacks, which only packets show, come last.
std::vector<pcapng::Interface> interfaces_of(const Timeline& timeline) {
  std::vector<pcapng::Interface> interfaces;
  const auto add = [&](const std::string& host, const std::string& device) {
    const std::string name = interface_name(host, device);
    const bool known = std::any_of(interfaces.begin(), interfaces.end(),
                                   [&](const auto& each) { return each.name == name; });
    if (!known) interfaces.push_back({name, describe_interface(timeline, host, device)});
  };
  for (const HostRecord& host : timeline.hosts)
    for (const auto& [device, address] : host.addresses) add(host.name, device);
  for (const Packet& packet : timeline.packets) add(packet.host, packet.device);
  return interfaces;
}

std::vector<pcapng::HostName> names_of(const Timeline& timeline) {
  std::vector<pcapng::HostName> names;
  for (const HostRecord& host : timeline.hosts)
    for (const Address& address : addresses_of(host)) names.push_back({address, host.name});
  return names;
}

std::string describe_trace(const Timeline& timeline) {
  if (!timeline.no_trace.empty()) return "not observed: " + timeline.no_trace;
  if (timeline.trace.empty()) return "not observed: the trace has no events";
  if (timeline.trace_lost + timeline.trace_missed > 0)
    return fmt::format("in the packets' comments; {} events were lost and {} calls missed",
                       timeline.trace_lost, timeline.trace_missed);
  return "in the packets' comments";
}

std::string describe_run(const Timeline& timeline) {
  std::string hosts;
  for (const HostRecord& host : timeline.hosts) hosts += (hosts.empty() ? "" : ", ") + host.name;
  // On one line, so that a value cannot imitate a label.
  std::string text;
  const auto add = [&text](std::string_view label, std::string_view value) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : "\n", label, printable_line(value));
  };
  add("scenario", fmt::format("{} over {}", timeline.scenario,
                              timeline.family == Family::inet ? "IPv4" : "IPv6"));
  add("title", timeline.title);
  if (!timeline.rule.empty()) add("rule", timeline.rule);
  add("hosts", hosts);
  add("kernel", timeline.kernel);
  add("module", timeline.module);
  if (!timeline.hold_mechanism.empty()) add("packets were held by", timeline.hold_mechanism);
  if (timeline.packets_lost) add("packets", "the capture lost some");
  add("paths", describe_trace(timeline));
  add("verdict", closing_line(timeline));
  return text;
}

}  // namespace

std::string capture_file(const Timeline& timeline, std::string_view application) {
  std::string file = pcapng::block_of(pcapng::Section{
      describe_run(timeline), "Linux " + timeline.kernel, std::string(application)});
  const auto interfaces = interfaces_of(timeline);
  for (const auto& interface : interfaces) file += pcapng::block_of(interface);
  file += pcapng::block_of(names_of(timeline));

  const auto comments = packet_comments(timeline);
  for (std::size_t i = 0; i < comments.size(); ++i) {
    const Packet& packet = timeline.packets[i];
    const std::string name = interface_name(packet.host, packet.device);
    const auto on = std::find_if(interfaces.begin(), interfaces.end(),
                                 [&](const auto& each) { return each.name == name; });
    pcapng::EnhancedPacket enhanced;
    enhanced.interface = static_cast<std::uint32_t>(on - interfaces.begin());
    enhanced.time = packet.time;
    enhanced.bytes = packet.bytes;
    enhanced.original_length = static_cast<std::uint32_t>(packet.bytes.size() + packet.missing);
    enhanced.direction = packet.outgoing ? pcapng::Direction::outbound : pcapng::Direction::inbound;
    enhanced.comment = printable_line(comments[i]);
    file += pcapng::block_of(enhanced);
  }
  return file;
}

}  // namespace lab::report
