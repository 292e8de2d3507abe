// SPDX-License-Identifier: MIT
//
// The verbs that state what is to be seen: tables, lookup, packets.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenario/fields.hpp"
#include "scenario/parse_parts.hpp"
#include "tcp_lookup/contract.h"

namespace lab::scenario {
namespace {

template <typename Value>
std::vector<std::string> words_of(std::initializer_list<Value> values) {
  std::vector<std::string> result;
  for (const Value value : values) result.emplace_back(to_string(value));
  return result;
}

ExpectedRow parse_row(const YamlNode& node, Names& names, const std::vector<std::string>& hosts) {
  const Fields fields(node, "a row",
                      {{"socket", "srv"},
                       {"state", "LISTEN"},
                       {"kind", "full"},
                       {"role", "listening"},
                       {"local", "\"any:8888\""},
                       {"remote", "\"any:0\""},
                       {"accept_queue", "0"}});
  ExpectedRow row;
  row.at = fields.at();
  if (const auto* socket = fields.find("socket")) {
    const SocketUse& use = names.any_socket(*socket);
    row.socket = socket->text;
    if (std::find(hosts.begin(), hosts.end(), use.host) == hosts.end())
      throw Problem(socket->at, fmt::format("socket \"{}\" lives on \"{}\", whose tables this step "
                                            "does not ask for; add the host",
                                            row.socket, use.host));
  }
  if (const auto* state = fields.find("state")) row.state = parse_state(*state);
  if (const auto* kind = fields.find("kind"))
    row.kind =
        kind_from(choice_of(*kind, "kind", words_of({Kind::full, Kind::request, Kind::timewait})));
  if (const auto* role = fields.find("role"))
    row.role = role_from(
        choice_of(*role, "role", words_of({Role::nothing, Role::listening, Role::connected})));
  if (const auto* local = fields.find("local")) row.local = names.place(*local, true);
  if (const auto* remote = fields.find("remote")) row.remote = names.place(*remote, true);
  if (const auto* queue = fields.find("accept_queue"))
    row.accept_queue =
        static_cast<std::uint32_t>(integer_of(*queue, "accept_queue", 0, UINT32_MAX));
  return row;
}

std::optional<ExpectedTable> parse_table(const Fields& fields, std::string_view table,
                                                    Names& names,
                                                    const std::vector<std::string>& hosts) {
  const YamlNode* node = fields.find(table);
  if (!node) return std::nullopt;
  ExpectedTable rows;
  for (const YamlNode& item : list_of(*node, table)) rows.has.push_back(parse_row(item, names, hosts));
  return rows;
}

}  // namespace

std::vector<std::string> state_names() {
  return words_of({TcpState::established, TcpState::syn_sent, TcpState::syn_received,
                   TcpState::fin_wait_1, TcpState::fin_wait_2, TcpState::time_wait,
                   TcpState::closed, TcpState::close_wait, TcpState::last_ack, TcpState::listen,
                   TcpState::closing});
}

TcpState parse_state(const YamlNode& node) {
  const std::string word = text_of(node, "state");
  if (const auto state = tcp_state_from(word)) return *state;
  throw Problem(node.at, fmt::format("there is no state {}", unknown(word, state_names())));
}

Action parse_tables(const YamlNode& node, Names& names) {
  const Fields fields(node, "tables",
                      {{"host", "server"}, {"listeners", "[]"}, {"bound", "[]"}, {"ehash", "[]"}});
  Tables tables;
  std::set<std::string> seen;
  for (const YamlNode* host : one_or_list(fields.need("host"), "host")) {
    tables.hosts.push_back(names.host(*host));
    if (!seen.insert(host->text).second)
      throw Problem(host->at, fmt::format("host \"{}\" stands here twice; keep one", host->text));
  }
  tables.listeners = parse_table(fields, "listeners", names, tables.hosts);
  tables.bound = parse_table(fields, "bound", names, tables.hosts);
  tables.ehash = parse_table(fields, "ehash", names, tables.hosts);
  if (!tables.listeners && !tables.bound && !tables.ehash)
    throw Problem(fields.at(),
                  "tables names no table; write listeners: [], bound: [] or ehash: "
                  "[], with the rows that they must show");
  return tables;
}

Action parse_lookup(const YamlNode& node, Names& names) {
  const Fields fields(node, "lookup",
                      {{"host", "server"},
                       {"from", "\"client:40000\""},
                       {"to", "\"server:8888\""},
                       {"device", "eth0"},
                       {"ehash", "miss"},
                       {"exact", "miss"},
                       {"wildcard", "miss"},
                       {"bind", "hit"},
                       {"verdict", "RST"},
                       {"socket", "srv"},
                       {"state", "LISTEN"}});
  const std::vector<std::string> results{TCP_LOOKUP_HIT, TCP_LOOKUP_MISS, TCP_LOOKUP_SKIPPED};
  Lookup lookup;
  lookup.host = names.host(fields.need("host"));
  lookup.from = names.place(fields.need("from"), false);
  lookup.to = names.place(fields.need("to"), false);
  for (const char* end : {"from", "to"})
    if ((*end == 'f' ? lookup.from : lookup.to).host == "any")
      throw Problem(fields.need(end).at,
                    "a segment carries a real address; write a host's name or loopback");
  if (const auto* device = fields.find("device")) lookup.device = text_of(*device, "device");
  if (const auto* value = fields.find("ehash")) lookup.ehash = choice_of(*value, "result", results);
  if (const auto* value = fields.find("exact")) lookup.exact = choice_of(*value, "result", results);
  if (const auto* value = fields.find("wildcard"))
    lookup.wildcard = choice_of(*value, "result", results);
  if (const auto* value = fields.find("bind")) lookup.bind = choice_of(*value, "result", results);
  if (const auto* value = fields.find("verdict"))
    lookup.verdict =
        choice_of(*value, "verdict",
                  {TCP_LOOKUP_VERDICT_RST, TCP_LOOKUP_VERDICT_CONN_REQUEST,
                   TCP_LOOKUP_VERDICT_SIMULTANEOUS_OPEN, TCP_LOOKUP_VERDICT_CHALLENGE_ACK,
                   TCP_LOOKUP_VERDICT_REQUEST, TCP_LOOKUP_VERDICT_TIME_WAIT});
  if (const auto* socket = fields.find("socket")) {
    if (names.any_socket(*socket).host != lookup.host)
      throw Problem(socket->at, fmt::format("socket \"{}\" lives on another host than \"{}\"; a "
                                            "lookup finds only its own host's sockets",
                                            socket->text, lookup.host));
    lookup.socket = socket->text;
  }
  if (const auto* state = fields.find("state")) lookup.state = parse_state(*state);
  return lookup;
}

Action parse_packets(const YamlNode& node, Names& names) {
  const Fields fields(node, "packets",
                      {{"host", "client"}, {"are", "[\"client > server S\"]"}, {"begin", "[...]"}});
  Packets packets;
  packets.host = names.host(fields.need("host"));
  const YamlNode* begin = fields.find("begin");
  if (begin && fields.find("are"))
    throw Problem(begin->at,
                  "packets has both \"are\" and \"begin\"; write \"are\" for these and "
                  "no other, \"begin\" for these first");
  packets.mode = begin ? Packets::Mode::begin : Packets::Mode::exact;
  const YamlNode& segments = begin ? *begin : fields.need("are");
  for (const YamlNode& item : list_of(segments, begin ? "begin" : "are"))
    packets.segments.push_back(parse_segment(item, names));
  if (begin && packets.segments.empty())
    throw Problem(begin->at, "begin: [] expects nothing; write the segments, or are: [] for none");
  return packets;
}

}  // namespace lab::scenario
