// SPDX-License-Identifier: MIT
//
// Packets: what the script injects and expects.
//
// A script writes the sequence numbers of a SYN as they are, and all others as they count from the
// initial ones. On the wire those of the remote end are the script's; the kernel chooses the local
// one (packetdrill's socket.h, ..._script_to_live_offset()).
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "packetdrill/translator.hpp"
#include "record/icmp.hpp"
#include "record/tcp_options.hpp"
#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using scenario::ListedOption;
using scenario::Number;
using scenario::Place;
using yaml::Problem;

Place local_end(const Connection& connection) {
  return {std::string(local_host), connection.local_port, ""};
}
Place remote_end(const Connection& connection) {
  return {std::string(remote_host), connection.remote_port, ""};
}

// Modulo 2^32, as sequence numbers are.
Number plain(std::uint32_t number) { return {static_cast<std::int64_t>(number), ""}; }

// Of the local end: as it counts from its initial number.
Number local_number(const Connection& connection, std::uint32_t number, bool syn) {
  return plain(syn ? number - connection.local_isn : number);
}
// Of the remote end: as on the wire.
Number remote_number(const Connection& connection, std::uint32_t number, bool syn) {
  return plain(syn ? number : number + connection.remote_isn.value_or(0));
}

// The flags, and AE of accurate ECN, which is not in TcpFlags. A digit is the counter ACE, whose
// bits are AE, CWR and ECE.
struct Flags {
  TcpFlags plain;
  bool ae = false;
};
Flags flags_of(const Progress& progress, const Tcp& tcp) {
  Flags made;
  std::string letters = tcp.flags;
  made.ae = std::erase(letters, 'A') > 0;
  const std::size_t digit = letters.find_first_of("01234567");
  const int ace = digit == std::string::npos ? 0 : letters[digit] - '0';
  if (digit != std::string::npos) letters.erase(digit, 1);
  const auto flags = TcpFlags::parse(letters);
  if (!flags) progress.refuse(fmt::format("the flags {}", tcp.flags));
  made.plain = *flags;
  if (digit == std::string::npos) return made;
  if (made.ae || flags->cwr || flags->ece)
    progress.refuse(fmt::format("the flags {}: ACE and E, W or A", tcp.flags));
  made.ae = (ace & 4) != 0;
  made.plain.cwr = (ace & 2) != 0;
  made.plain.ece = (ace & 1) != 0;
  return made;
}

bool is_kind(const TcpOption& option, TcpOptionKind kind) {
  return option.kind == static_cast<std::uint8_t>(kind);
}

std::string timestamp_name(std::uint32_t timestamp) { return fmt::format("ts{}", timestamp); }

// The timestamp on the wire that stands for the script's; what is echoed was sent before.
Number echo_of(const Connection& connection, const Settings& settings, const TcpOption& option,
               bool is_ack) {
  const std::uint32_t echo = option.numbers[1];
  if (!is_ack) return plain(echo);
  if (connection.timestamps.contains(echo)) return {0, timestamp_name(echo)};
  if (settings.scaled_echoes && connection.first_timestamp &&
      connection.timestamps.contains(*connection.first_timestamp))
    return {static_cast<std::int64_t>(echo) - *connection.first_timestamp,
            timestamp_name(*connection.first_timestamp)};
  throw Problem(option.at, fmt::format("no packet that the script expects before has the timestamp "
                                       "{}, which this one echoes",
                                       echo));
}

ListedOption listed(const Progress& progress, const Connection& connection, const TcpOption& option,
                    bool inbound, TcpFlags flags) {
  ListedOption made;
  made.kind = option.kind;
  if (is_kind(option, TcpOptionKind::sack)) {
    // An inbound block is about what the local end has sent, an outbound one about the remote's.
    // Both count from the initial number there.
    for (const std::uint32_t edge : option.numbers)
      made.numbers.push_back(
          inbound ? local_number(connection, edge, flags.syn)
                  : plain(flags.syn ? edge - connection.remote_isn.value_or(0) : edge));
  } else if (is_kind(option, TcpOptionKind::timestamps)) {
    // Outbound: whatever the kernel's clock shows, unless the script says how fast it counts.
    if (!inbound && progress.settings.tick > 0) {
      made.tick = progress.settings.tick;
      made.numbers = {
          plain(option.numbers[0] - connection.first_timestamp.value_or(option.numbers[0]))};
      made.from_first = {true, false};
    }
    if (inbound)
      made.numbers = {plain(option.numbers[0]),
                      echo_of(connection, progress.settings, option, flags.ack)};
  } else {
    for (const std::uint32_t number : option.numbers) made.numbers.push_back(plain(number));
    const bool has_bytes = is_kind(option, TcpOptionKind::fastopen_cookie) || !option.data.empty();
    if (has_bytes) made.data = option.data;
  }
  return made;
}

std::vector<ListedOption> listed(const Progress& progress, const Connection& connection,
                                 const std::vector<TcpOption>& options, bool inbound,
                                 TcpFlags flags) {
  std::vector<ListedOption> made;
  for (const TcpOption& option : options)
    made.push_back(listed(progress, connection, option, inbound, flags));
  return made;
}

// A connection that begins with an inbound packet.
Connection& passive_connection(Progress& progress) {
  constexpr std::uint32_t first_port = 40000;
  Connection made;
  made.local_port = plain(progress.settings.bind_port);
  made.remote_port = plain(first_port + static_cast<std::uint32_t>(progress.connections.size()));
  progress.current = progress.connections.size();
  progress.listening = false;
  return progress.connections.emplace_back(std::move(made));
}

Connection& connection_for(Progress& progress, Direction direction) {
  if (direction == Direction::inbound && (progress.listening || !progress.current))
    return passive_connection(progress);
  if (!progress.current) progress.refuse("an outbound packet before anything was connected");
  Connection& connection = progress.connections[*progress.current];
  if (connection.port_known) return connection;
  if (connection.socket.empty()) progress.refuse("a first packet after close()");
  scenario::Let port{connection.local_port.value, connection.socket, "", std::nullopt,
                     "local-port"};
  progress.add(std::move(port), false);
  connection.port_known = true;
  return connection;
}

void require_plain(const Progress& progress, const Packet& packet) {
  if (!packet.outer.empty())
    progress.refuse(fmt::format("a packet with the outer header {}", packet.outer.front()));
  if (packet.ports) progress.refuse("a packet with ports of its own");
  if (packet.ip.flow_label) throw Problem(packet.ip.at, "a flow label cannot be played");
  if (packet.ip.any_ect) throw Problem(packet.ip.at, "ect01 cannot be played: ect0 and ect1 can");
}

// The bytes of the options, padded.
std::size_t option_bytes(const std::vector<TcpOption>& options) {
  std::size_t bytes = 0;
  for (const TcpOption& option : options) {
    const bool single = is_kind(option, TcpOptionKind::nop) || is_kind(option, TcpOptionKind::end);
    const std::size_t each = is_kind(option, TcpOptionKind::mss)            ? 2
                             : is_kind(option, TcpOptionKind::window_scale) ? 1
                                                                            : 4;
    bytes += single ? 1 : 2 + each * option.numbers.size() + option.data.size() / 2;
  }
  return (bytes + 3) / 4 * 4;
}

// packetdrill's device takes packets of any length, as one; the lab's needs parts for that, of
// which each but the last has so many bytes. 0: it needs none.
int part_of(const Progress& progress, const Tcp& tcp) {
  const Settings& settings = progress.settings;
  const std::size_t ip = settings.family == Family::inet ? 20 : 40;
  const std::size_t bytes = ip + 20 + option_bytes(*tcp.options) + tcp.length;
  if (bytes > UINT16_MAX) progress.refuse(fmt::format("a packet of {} bytes", bytes));
  if (settings.mss > 0 && tcp.length > settings.mss) return settings.mss;
  return bytes > static_cast<std::size_t>(settings.mtu) ? tcp.length - 1 : 0;
}

void require_room(const Tcp& tcp) {
  const std::size_t bytes = tcp.options ? option_bytes(*tcp.options) : 0;
  if (bytes > most_option_bytes)
    throw Problem(tcp.options->front().at,
                  fmt::format("the options take {} bytes; a TCP header has room for {}", bytes,
                              most_option_bytes));
}

void inject(Progress& progress, const Packet& packet, const Tcp& tcp) {
  if (!tcp.window) progress.refuse("an inbound packet without a window (win)");
  const bool fresh = progress.listening || !progress.current;
  Connection& connection = connection_for(progress, Direction::inbound);
  scenario::InjectedSegment segment;
  segment.from = remote_end(connection);
  segment.to = local_end(connection);
  const Flags flags = flags_of(progress, tcp);
  segment.flags = flags.plain;
  segment.ae = flags.ae;
  if ((segment.flags.syn || fresh) && !connection.remote_isn) connection.remote_isn = tcp.sequence;
  segment.sequence = remote_number(connection, tcp.sequence, segment.flags.syn || tcp.raw_sequence);
  segment.raw_sequence = true;
  const std::uint32_t acknowledgment = tcp.acknowledgment.value_or(0);
  segment.acknowledgment = segment.flags.ack
                               ? local_number(connection, acknowledgment, segment.flags.syn)
                               : plain(acknowledgment);
  segment.raw_acknowledgment = !segment.flags.ack;
  segment.window = plain(*tcp.window);
  segment.urgent = plain(tcp.urgent.value_or(0));
  segment.options = listed(progress, connection, *tcp.options, true, segment.flags);
  segment.tos = packet.ip.tos.value_or(packet.ip.ecn.value_or(0));
  if (packet.ip.ttl) segment.ttl = *packet.ip.ttl;
  segment.at = progress.at;
  scenario::Inject step;
  step.host = remote_host;
  step.segment = std::move(segment);
  step.data.fill = tcp.length;
  step.part = part_of(progress, tcp);
  step.at = progress.at;
  progress.add(std::move(step));
}

// A later packet may echo its timestamp, which only the kernel knows.
void remember_timestamp(Progress& progress, Connection& connection, const Tcp& tcp,
                        const scenario::ExpectedSegment& segment) {
  if (!tcp.options) return;
  for (const TcpOption& option : *tcp.options) {
    if (!is_kind(option, TcpOptionKind::timestamps)) continue;
    const std::uint32_t value = option.numbers[0];
    const bool first = !connection.first_timestamp;
    if (first) connection.first_timestamp = value;
    const bool wanted =
        progress.echoed.contains(value) || (first && progress.settings.scaled_echoes);
    if (!wanted) continue;
    scenario::Let let;
    let.name = timestamp_name(value);
    let.host = remote_host;
    let.segment = scenario::PathSegment{segment.from, segment.to, segment.flags, progress.at};
    let.field = "tsval";
    progress.add(std::move(let), false);
    connection.timestamps.insert(value);
  }
}

void expect(Progress& progress, const Packet& packet, const Tcp& tcp) {
  Connection& connection = connection_for(progress, Direction::outbound);
  scenario::ExpectedSegment segment;
  segment.from = local_end(connection);
  segment.to = remote_end(connection);
  const Flags flags = flags_of(progress, tcp);
  segment.flags = flags.plain;
  segment.ae = flags.ae;
  if (segment.flags.syn && connection.sent.empty()) connection.local_isn = tcp.sequence;
  segment.raw_sequence = tcp.raw_sequence;
  segment.sequence = tcp.raw_sequence ? plain(tcp.sequence)
                                      : local_number(connection, tcp.sequence, segment.flags.syn);
  segment.length = plain(tcp.length);
  if (segment.flags.ack)
    segment.acknowledgment =
        remote_number(connection, tcp.acknowledgment.value_or(0), segment.flags.syn);
  segment.raw_acknowledgment = true;
  if (tcp.window) segment.window = plain(*tcp.window);
  segment.urgent = plain(tcp.urgent.value_or(0));
  if (tcp.options)
    segment.options = listed(progress, connection, *tcp.options, false, segment.flags);
  segment.ecn = packet.ip.ecn;
  if (packet.ip.tos) segment.tos = plain(static_cast<std::uint32_t>(*packet.ip.tos));
  if (packet.ip.ttl) segment.ttl = plain(static_cast<std::uint32_t>(*packet.ip.ttl));
  segment.at = progress.at;
  connection.sent.push_back({tcp.sequence, tcp.length, segment.flags});
  scenario::Packets step;
  step.host = remote_host;
  step.mode = scenario::Packets::Mode::next;
  step.strict = progress.settings.strict_segments;
  step.segments = {segment};
  progress.add(std::move(step));
  remember_timestamp(progress, connection, tcp, segment);
}

// The numbers of an ICMP error (packetdrill's icmp_packet.c); over IPv6, RFC 4443's.
std::string error_name(const Progress& progress, const Icmp& icmp) {
  using Codes = std::vector<std::pair<std::string_view, int>>;
  static const Codes unreachable = {{"net_unreachable", 0},
                                    {"host_unreachable", 1},
                                    {"protocol_unreachable", 2},
                                    {"port_unreachable", 3},
                                    {"frag_needed", 4},
                                    {"source_route_failed", 5},
                                    {"net_unknown", 6},
                                    {"host_unknown", 7},
                                    {"source_host_isolated", 8},
                                    {"net_prohibited", 9},
                                    {"host_prohibited", 10},
                                    {"net_unreachable_for_tos", 11},
                                    {"host_unreachable_for_tos", 12},
                                    {"packet_filtered", 13},
                                    {"precedence_violation", 14},
                                    {"precedence_cutoff", 15}};
  static const Codes unreachable6 = {
      {"no_route", 0},      {"net_unreachable", 0},     {"admin_prohibited", 1},
      {"not_neighbour", 2}, {"address_unreachable", 3}, {"port_unreachable", 4}};
  static const Codes exceeded = {{"ttl_exceeded_in_transit", 0}, {"frag_reass_exceeded", 1}};
  static const Codes exceeded6 = {{"exceeded_hop_limit", 0}, {"exceeded_frag_time", 1}};
  static const Codes parameter6 = {
      {"header_field", 0}, {"unknown_next_header", 1}, {"unknown_option", 2}};
  struct Type {
    std::string_view word;
    int number;
    const Codes& codes;
  };
  static const Codes none;
  static const Type types[] = {{"unreachable", 3, unreachable},
                               {"source_quench", 4, none},
                               {"redirect", 5, none},
                               {"time_exceeded", 11, exceeded},
                               {"parameter_problem", 12, none}};
  static const Type types6[] = {{"unreachable", 1, unreachable6},
                                {"packet_too_big", 2, none},
                                {"time_exceeded", 3, exceeded6},
                                {"parameter_problem", 4, parameter6}};
  constexpr std::string_view by_number = "code_";  // "code_9"
  const bool ipv6 = progress.settings.family == Family::inet6;
  for (const Type& type : ipv6 ? std::span<const Type>(types6) : std::span<const Type>(types)) {
    if (icmp.type != type.word) continue;
    if (icmp.code.empty()) return fmt::format("type {} code 0", type.number);
    if (icmp.code.starts_with(by_number))
      if (const auto code = to_integer<std::uint8_t>(icmp.code.substr(by_number.size())))
        return fmt::format("type {} code {}", type.number, *code);
    for (const auto& [word, code] : type.codes)
      if (icmp.code == word) return fmt::format("type {} code {}", type.number, code);
  }
  progress.refuse(fmt::format("ICMP {} {}", icmp.type, icmp.code));
}

// Only some errors report one, in 16 bits over IPv4 and 32 over IPv6.
int mtu_of(const Progress& progress, const Icmp& icmp, const std::string& name) {
  const Family family = progress.settings.family;
  const auto code = icmp_code(name, family);
  if (!code || !carries_mtu(*code, family))
    progress.refuse(fmt::format("an MTU in ICMP {} {}", icmp.type, icmp.code));
  const std::uint32_t most = family == Family::inet ? UINT16_MAX : INT32_MAX;
  if (*icmp.mtu > most) progress.refuse(fmt::format("the MTU {} in an ICMP error", *icmp.mtu));
  return static_cast<int>(*icmp.mtu);
}

void inject_error(Progress& progress, const Icmp& icmp) {
  if (icmp.id) progress.refuse("an ICMP identifier");
  if (icmp.quoted && icmp.quoted->protocol != "tcp")
    progress.refuse(fmt::format("an ICMP error that quotes {}", icmp.quoted->protocol));
  if (!progress.current) progress.refuse("an ICMP error before anything was sent");
  Connection& connection = connection_for(progress, Direction::outbound);
  if (connection.sent.empty()) progress.refuse("an ICMP error before anything was sent");
  const std::uint32_t sequence = icmp.quoted ? icmp.quoted->sequence : 0;
  // It quotes the last segment that covers the number, else the last one with another number.
  auto about =
      std::find_if(connection.sent.rbegin(), connection.sent.rend(),
                   [&](const auto& sent) { return sequence - sent.sequence <= sent.length; });
  if (about == connection.sent.rend()) about = connection.sent.rbegin();
  scenario::Inject step;
  step.host = remote_host;
  step.icmp = error_name(progress, icmp);
  if (icmp.mtu) step.mtu = mtu_of(progress, icmp, step.icmp);
  step.quoted = plain(sequence);
  step.about = scenario::PathSegment{local_end(connection), remote_end(connection), about->flags,
                                     progress.at};
  step.at = progress.at;
  progress.add(std::move(step));
}

}  // namespace

void translate_packet(Progress& progress, const Packet& packet) {
  require_plain(progress, packet);
  const bool inbound = packet.direction == Direction::inbound;
  if (const auto* tcp = std::get_if<Tcp>(&packet.content)) {
    require_room(*tcp);
    return inbound ? inject(progress, packet, *tcp) : expect(progress, packet, *tcp);
  }
  if (const auto* icmp = std::get_if<Icmp>(&packet.content); icmp && inbound)
    return inject_error(progress, *icmp);
  progress.refuse(inbound ? "a UDP packet" : "an outbound packet that is not TCP");
}

}  // namespace lab::packetdrill
