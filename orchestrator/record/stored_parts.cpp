// SPDX-License-Identifier: MIT
//
// The parts of a timeline that have a to_json() of their own.
#include "json/stored_name.hpp"
#include "record/stored.hpp"
#include "util/text.hpp"

namespace lab {
namespace {

Address address_at(const JsonPlace& from) { return from.parsed(Address::parse, "an IP address"); }

Endpoint endpoint_at(const JsonPlace& from) {
  return from.parsed(Endpoint::parse, "an address and port");
}

std::optional<Endpoint> maybe_endpoint(const JsonPlace& from, const char* name) {
  const auto place = from.find(name);
  return place ? std::optional(endpoint_at(*place)) : std::nullopt;
}

TcpState state_at(const JsonPlace& from) { return from.parsed(tcp_state_from, "a TCP state"); }

std::optional<TcpState> maybe_state(const JsonPlace& from, const char* name) {
  const auto place = from.find(name);
  return place ? std::optional(state_at(*place)) : std::nullopt;
}

Kind kind_at(const JsonPlace& from) { return from.parsed(kind_from, "a kind of socket"); }

TcpFlags flags_at(const JsonPlace& from) {
  return from.parsed(TcpFlags::parse, "TCP flags, as in \"S.\"");
}

std::string text_of(const JsonPlace& from) { return from.as<std::string>(); }

LookupStep lookup_step_from(const JsonPlace& from) {
  LookupStep step;
  step.step = from.at("step").parsed(lookup_step_name_from, "a step of a lookup");
  step.result = from.at("result").parsed(lookup_result_from, "hit, miss, skipped or cut");
  step.bucket = from.maybe<std::uint32_t>("bucket");
  step.walked = from.maybe<std::uint32_t>("walked");
  step.score = from.maybe<int>("score");
  if (const auto socket = from.find("socket")) step.socket = row_from(*socket);
  return step;
}

SackBlock sack_block_from(const JsonPlace& from) {
  const auto ends = from.items();
  if (ends.size() != 2) from.refuse("must be two numbers, the left edge and the right one");
  return {ends[0].as<std::uint32_t>(), ends[1].as<std::uint32_t>()};
}

Segment segment_from(const JsonPlace& from) {
  Segment segment;
  segment.source = endpoint_at(from.at("source"));
  segment.destination = endpoint_at(from.at("destination"));
  segment.flags = flags_at(from.at("flags"));
  segment.sequence = from.get<std::uint32_t>("sequence");
  if (segment.flags.ack) segment.acknowledgment = from.get<std::uint32_t>("acknowledgment");
  segment.window = from.get<std::uint16_t>("window");
  segment.length = from.get<std::uint32_t>("length");
  if (const auto options = from.find("options")) segment.options = tcp_options_from(*options);
  return segment;
}

bool is_outgoing(const JsonPlace& from) {
  const std::string direction = text_of(from);
  if (direction != "out" && direction != "in") from.refuse("must be \"out\" or \"in\"");
  return direction == "out";
}

}  // namespace

Row row_from(const JsonPlace& from) {
  Row row;
  row.kind = kind_at(from.at("kind"));
  row.state = state_at(from.at("state"));
  row.local = endpoint_at(from.at("local"));
  row.remote = maybe_endpoint(from, "remote")
                   .value_or(Endpoint{Address::any(row.local.address.family()), 0});
  row.device = maybe_name_in(from, "device");
  row.uid = from.maybe<std::uint32_t>("uid");
  row.inode = from.maybe<std::uint64_t>("inode");
  row.cookie = from.maybe<std::uint64_t>("cookie");
  row.v6only = from.maybe<bool>("v6only");
  row.reuseaddr = from.maybe<bool>("reuseaddr");
  row.reuseport = from.maybe<bool>("reuseport");
  row.accept_queue = from.maybe<std::uint32_t>("accept_queue");
  row.accept_queue_max = from.maybe<std::uint32_t>("accept_queue_max");
  row.bucket = from.maybe<std::uint32_t>("bucket");
  row.position = from.maybe<std::uint32_t>("position");
  row.retransmissions = from.maybe<std::uint32_t>("retransmissions");
  if (const auto role = from.find("role")) row.role = role->parsed(role_from, "a role");
  return row;
}

LookupAnswer lookup_answer_from(const JsonPlace& from) {
  LookupAnswer answer;
  const JsonPlace tuple = from.at("tuple");
  answer.tuple = {endpoint_at(tuple.at("source")), endpoint_at(tuple.at("destination")),
                  tuple.text_or_empty("device")};
  answer.steps = from.list("steps", lookup_step_from);
  answer.verdict = from.at("verdict").parsed(lookup_verdict_from, "a verdict");
  answer.handler = from.text("handler");
  answer.agrees = from.get<bool>("agrees");
  answer.caveat = from.text_or_empty("caveat");
  return answer;
}

TcpInfo tcp_info_from(const JsonPlace& from) {
  TcpInfo info{state_at(from.at("state")), from.get<std::uint32_t>("retransmissions"),
               from.get<std::uint32_t>("unacknowledged"), from.list("options", text_of)};
  if (const auto fields = from.find("fields"))
    for (const auto& [name, value] : fields->members())
      info.fields[name] = value.as<std::uint64_t>();
  return info;
}

TcpOptions tcp_options_from(const JsonPlace& from) {
  TcpOptions options;
  options.kinds = from.list("kinds", [](const JsonPlace& kind) { return kind.as<std::uint8_t>(); });
  options.mss = from.maybe<std::uint16_t>("mss");
  options.window_scale = from.maybe<std::uint8_t>("window_scale");
  options.sack_permitted = from.maybe<bool>("sack_permitted").value_or(false);
  if (const auto timestamps = from.find("timestamps"))
    options.timestamps = {timestamps->get<std::uint32_t>("value"),
                          timestamps->get<std::uint32_t>("echo")};
  if (from.find("sack")) options.sack = from.list("sack", sack_block_from);
  if (const auto cookie = from.find("fastopen_cookie"))
    options.fastopen_cookie = cookie->parsed(from_hex, "hexadecimal, two digits a byte");
  options.malformed = from.maybe<bool>("malformed").value_or(false);
  return options;
}

IcmpError icmp_error_from(const JsonPlace& from) {
  IcmpError error;
  error.code = {from.get<std::uint8_t>("type"), from.get<std::uint8_t>("code")};
  error.source = address_at(from.at("source"));
  error.destination = address_at(from.at("destination"));
  error.mtu = from.maybe<std::uint32_t>("mtu").value_or(0);
  if (const auto about = from.find("about"))
    error.about = {endpoint_at(about->at("source")), endpoint_at(about->at("destination")),
                   about->get<std::uint32_t>("sequence")};
  return error;
}

Packet packet_from(const JsonPlace& from) {
  Packet packet;
  packet.time = from.get<Timestamp>("time");
  packet.host = name_in(from, "host");
  packet.device = name_or_empty_at(from.at("device"));
  packet.outgoing = is_outgoing(from.at("direction"));
  packet.protocol = from.text("protocol");
  packet.bytes = from.at("bytes").parsed(from_hex, "hexadecimal, two digits a byte");
  packet.missing = from.maybe<std::uint32_t>("missing_bytes").value_or(0);
  packet.injected = from.maybe<bool>("injected").value_or(false);
  packet.lost = from.maybe<bool>("lost").value_or(false);
  if (const auto icmp = from.find("icmp")) packet.icmp = icmp_error_from(*icmp);
  // A segment's members are among the packet's own; its flags are always present.
  if (from.find("flags")) packet.segment = segment_from(from);
  return packet;
}

TraceEvent trace_event_from(const JsonPlace& from) {
  TraceEvent event;
  event.host = name_in(from, "host");
  event.number = from.get<std::uint64_t>("number");
  event.time = from.get<Timestamp>("time");
  event.segment = from.maybe<std::uint64_t>("segment");
  event.cause = from.maybe<std::uint64_t>("cause");
  event.event = from.text("event");
  event.caller = from.text_or_empty("caller");
  event.detail = from.text_or_empty("detail");
  event.outcome = from.text_or_empty("outcome");
  event.reason = from.text_or_empty("reason");
  event.source = maybe_endpoint(from, "source");
  event.destination = maybe_endpoint(from, "destination");
  event.device = maybe_name_in(from, "device");
  if (const auto flags = from.find("flags")) event.flags = flags_at(*flags);
  event.sequence = from.maybe<std::uint32_t>("sequence");
  event.acknowledgment = from.maybe<std::uint32_t>("acknowledgment");
  event.length = from.maybe<std::uint32_t>("length");
  if (const auto kind = from.find("kind")) event.kind = kind_at(*kind);
  event.state = maybe_state(from, "state");
  event.state_after = maybe_state(from, "state_after");
  event.cookie = from.maybe<std::uint64_t>("cookie");
  return event;
}

}  // namespace lab
