// SPDX-License-Identifier: MIT
//
// The verbs that state what must be seen.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "language/parse_parts.hpp"
#include "language/types.hpp"
#include "language/verbs.hpp"

namespace lab::language {

using scenario::ExpectedRow;
using scenario::ExpectedSegment;
using scenario::ExpectedTable;
using scenario::LookSteps;
using scenario::Lookup;
using scenario::NoRetransmission;
using scenario::Observe;
using scenario::Packets;
using scenario::Path;
using scenario::PathEvent;
using scenario::Tables;
using scenario::written_flags;

namespace {

// --- tables ---

template <typename Value>
Type<Value> word_of(std::string what, std::initializer_list<Value> values) {
  std::vector<std::pair<std::string, Value>> words;
  for (const Value value : values) words.emplace_back(to_string(value), value);
  return one_of<Value>(std::move(what), std::move(words));
}

const MapType<ExpectedRow>& row() {
  static const auto type =
      MapType<ExpectedRow>("a row", "One row of a table. Keys that are left out are not compared.")
          .may("socket", any_socket(), &ExpectedRow::socket, "srv",
               "exactly this socket, compared by socket cookie")
          .may("state", state(), &ExpectedRow::state, "LISTEN",
               "its state; the names of `ss` are accepted, too")
          .may("kind", word_of("kind", {Kind::full, Kind::request, Kind::timewait}),
               &ExpectedRow::kind, "full",
               "a listener has a request socket until the handshake ends")
          .may("role", word_of("role", {Role::nothing, Role::listening, Role::connected}),
               &ExpectedRow::role, "listening", "only in `bound`")
          .may("local", place(Port::may_be_zero), &ExpectedRow::local, "\"any:8888\"",
               "the local endpoint")
          .may("remote", place(Port::may_be_zero), &ExpectedRow::remote, "\"any:0\"",
               "the remote endpoint; `any:0` if there is none")
          .may("accept_queue", integer(0, UINT32_MAX), &ExpectedRow::accept_queue, "0",
               "the number of connections that wait for accept()")
          .rule([](ExpectedRow& row, const Fields& fields, Names&) { row.at = fields.at(); });
  return type;
}

const MapType<ExpectedTable>& partial_table() {
  static const auto type =
      MapType<ExpectedTable>("a table", "Rows that must be in a table, and rows that must not.")
          .may("has", list(row().type("a row")), &ExpectedTable::has, "[{socket: srv}]",
               "rows that must be there, possibly among others")
          .may("lacks", list(row().type("a row")), &ExpectedTable::lacks, "[{state: LISTEN}]",
               "no row may match one of these")
          .rule([](ExpectedTable& table, const Fields& fields, Names&) {
            table.exact = false;
            if (table.has.empty() && table.lacks.empty())
              throw Problem(fields.at(),
                            "a table states nothing; write has: [...], lacks: [...], "
                            "or the list of all its rows");
          });
  return type;
}

Type<ExpectedTable> table() {
  const auto rows = list(row().type("a row"));
  const auto partial = partial_table().type("a map");
  return {"a list of all its rows; or `{has: [rows], lacks: [rows]}`",
          [=]() -> nlohmann::json {
            return {{"oneOf", {rows.schema(), partial.schema()}}};
          },
          [=](const YamlNode& node, std::string_view what, Names& names) {
            if (node.kind == YamlNode::Kind::map) return partial.read(node, what, names);
            return ExpectedTable{true, rows.read(node, what, names), {}};
          }};
}

// A row that names a socket is expected on that socket's host.
void require_own_sockets(const Tables& tables, const Fields& fields, Names& names) {
  const auto require = [&](const YamlNode& rows) {
    for (const YamlNode& row : rows.items)
      for (const YamlEntry& entry : row.entries)
        if (entry.key == "socket" &&
            std::ranges::find(tables.hosts, names.any_socket(entry.value).host) ==
                tables.hosts.end())
          throw Problem(entry.value.at,
                        fmt::format("socket \"{}\" is on host \"{}\", whose tables this step does "
                                    "not check; add the host",
                                    entry.value.text, names.any_socket(entry.value).host));
  };
  for (const char* key : {"listeners", "bound", "ehash"})
    if (const YamlNode* table = fields.find(key)) {
      require(*table);
      for (const YamlEntry& part : table->entries) require(part.value);
    }
}

// --- lookup ---

void require_on_host(const Lookup& lookup, const Fields& fields, Names& names) {
  for (const char* end : {"from", "to"}) names.end(fields.need(end).text, fields.need(end).at);
  const YamlNode* socket = fields.find("socket");
  if (socket && names.any_socket(*socket).host != lookup.host)
    throw Problem(socket->at,
                  fmt::format("socket \"{}\" is not on host \"{}\"; a lookup finds only "
                              "sockets of its own host",
                              socket->text, lookup.host));
}

// --- path ---

std::vector<PathEvent> events(const Fields& fields, const char* key, Names& names,
                              const std::string& host) {
  std::vector<PathEvent> result;
  if (const YamlNode* node = fields.find(key))
    for (const YamlNode* item : one_or_list(*node, key))
      result.push_back(parse_event(*item, names, host));
  return result;
}

void read_path(Path& path, const Fields& fields, Names& names) {
  path.passes = events(fields, "passes", names, path.host);
  path.never = events(fields, "never", names, path.host);
  if (const YamlNode* answer = fields.find("answer")) {
    if (!path.segment)
      throw Problem(answer->at, "answer: needs a segment; write segment: \"FROM > TO FLAGS\"");
    const std::string word = text_of(*answer, "answer");
    path.unanswered = word == "none";
    if (!path.unanswered) path.answer = parse_flags(word, answer->at);
  }
  if (!path.segment && path.passes.empty() && path.never.empty())
    throw Problem(fields.at(), "path states nothing; write segment:, passes: or never:");
}

// --- words ---

std::string in_words(const std::vector<ExpectedRow>& rows) {
  std::vector<std::string> words;
  for (const ExpectedRow& row : rows) words.push_back(describe(row));
  return fmt::format("[{}]", fmt::join(words, "; "));
}

std::string in_words(std::string_view name, const ExpectedTable& table) {
  if (table.exact)
    return table.has.empty() ? fmt::format("{} empty", name)
                             : fmt::format("{} {}", name, in_words(table.has));
  std::string words(name);
  if (!table.has.empty()) words += fmt::format(" has {}", in_words(table.has));
  if (!table.lacks.empty()) words += fmt::format(" lacks {}", in_words(table.lacks));
  return words;
}

std::string_view in_words(Packets::Mode mode) {
  switch (mode) {
    case Packets::Mode::exact:
      return "are";
    case Packets::Mode::begin:
      return "begin";
    case Packets::Mode::next:
      return "go on";
    case Packets::Mode::has:
      break;
  }
  return "have";
}

std::string in_words(const std::vector<ExpectedSegment>& segments) {
  std::vector<std::string> words;
  for (const ExpectedSegment& segment : segments) words.push_back(describe(segment));
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

template <>
Verb define<Tables>() {
  return verb(
      MapType<Tables>("tables",
                      "Waits until the kernel's tables are as described. `[]` is the "
                      "empty table; tables that are left out are not compared. Both "
                      "witnesses, the module and sock_diag, must agree.")
          .need("host", hosts(), &Tables::hosts, "server",
                "a host or a list of them; a row that names a socket is expected on that socket's "
                "host, other rows on each host")
          .may("witness", word_of("witness", {Witness::module, Witness::sock_diag}),
               &Tables::witness, "module", "the only witness to compare")
          .may("listeners", table(), &Tables::listeners, "[]", "lhash2: listening sockets")
          .may("bound", table(), &Tables::bound, "[]",
               "bhash: all sockets that are bound to a port")
          .may("ehash", table(), &Tables::ehash, "[]",
               "ehash: all other sockets, SYN-SENT to TIME-WAIT")
          .rule([](Tables& tables, const Fields& fields, Names& names) {
            if (!tables.listeners && !tables.bound && !tables.ehash)
              throw Problem(fields.at(),
                            "tables names no table; write listeners: [], bound: [] or ehash: "
                            "[], with the expected rows");
            require_own_sockets(tables, fields, names);
          }),
      StepClass::observes, about_hosts(&Tables::hosts), [](const Tables& tables) {
        std::vector<std::string> words;
        if (tables.listeners) words.push_back(in_words("listeners", *tables.listeners));
        if (tables.bound) words.push_back(in_words("bound", *tables.bound));
        if (tables.ehash) words.push_back(in_words("ehash", *tables.ehash));
        return StepWords(
            fmt::format("tables of {}{}", fmt::join(tables.hosts, " and "),
                        tables.witness ? fmt::format(" by {}", to_string(*tables.witness)) : ""),
            fmt::format(": {}", fmt::join(words, ", ")));
      });
}

template <>
Verb define<Observe>() {
  return verb(MapType<Observe>("observe",
                               "Takes a snapshot of all tables for the report; the "
                               "witnesses must agree.")
                  .need("host", hosts(), &Observe::hosts, "[a, b]", "a host or a list of them"),
              StepClass::observes, about_hosts(&Observe::hosts), [](const Observe& observe) {
                return fmt::format("observe {}", fmt::join(observe.hosts, " and "));
              });
}

template <>
Verb define<Lookup>() {
  const auto result =
      word_of("result", {LookupResult::hit, LookupResult::miss, LookupResult::skipped});
  const auto verdict = word_of(
      "verdict", {LookupVerdict::rst, LookupVerdict::conn_request, LookupVerdict::simultaneous_open,
                  LookupVerdict::challenge_ack, LookupVerdict::request, LookupVerdict::time_wait});
  return verb(
      MapType<Lookup>("lookup",
                      "Asks the module which socket a SYN would meet on a host, in the "
                      "order of the receive path. Steps after a hit are `skipped`.")
          .need("host", host(), &Lookup::host, "server", "the host that receives it")
          .need("from", place(Port::never_zero), &Lookup::from, "\"client:40000\"", "its source")
          .need("to", place(Port::never_zero), &Lookup::to, "\"server:8888\"", "its destination")
          .may("device", text(), &Lookup::device, "eth0", "the interface on which it arrives")
          .may("ehash", result, &Lookup::ehash, "miss", "`__inet_lookup_established()`")
          .may("exact", result, &Lookup::exact, "miss",
               "the listener hash with the destination's address")
          .may("wildcard", result, &Lookup::wildcard, "hit", "the listener hash with the wildcard")
          .may("bind", result, &Lookup::bind, "hit",
               "any socket bound to the port; the receive path does not look there")
          .may("verdict", verdict, &Lookup::verdict, "CONN-REQUEST", "the result")
          .may("socket", any_socket(), &Lookup::socket, "srv", "the socket that receives it")
          .may("state", state(), &Lookup::state, "LISTEN", "the state of that socket")
          .rule(require_on_host),
      StepClass::observes, about_host(&Lookup::host), [](const Lookup& lookup) {
        return fmt::format("look up {} > {} on {}", to_string(lookup.from), to_string(lookup.to),
                           lookup.host);
      });
}

template <>
Verb define<Packets>() {
  const auto segments = list(expected_segment());
  return verb(
      MapType<Packets>(
          "packets",
          "Waits until a host's interfaces have seen these TCP segments, in this order. Each step "
          "continues where the previous one at that host ended.")
          .need("host", host(), &Packets::host, "client", "the host")
          .declare("are", false, segments, "[\"client > server S\"]", "these and no others")
          .declare("begin", false, segments, "[\"client > server S\"]",
                   "these first; the next such step continues after them")
          .declare(
              "has", false, segments, "[\"client > server icmp port-unreachable\"]",
              "all of these, with others in between; the next such step begins where this one did")
          .may("never", segments, &Packets::never, "[\"server > client R.\"]",
               "none of these so far")
          .declare("then", false, choice("word", {"nothing"}), "nothing",
                   "in the last such step at a host, with `are` or `begin`: no segment is seen "
                   "there behind these until the end of the run")
          .rule([segments](Packets& packets, const Fields& fields, Names& names) {
            const std::pair<const char*, Packets::Mode> modes[] = {{"are", Packets::Mode::exact},
                                                                   {"begin", Packets::Mode::begin},
                                                                   {"has", Packets::Mode::has}};
            const char* chosen = nullptr;
            for (const auto& [word, mode] : modes) {
              const YamlNode* node = fields.find(word);
              if (!node) continue;
              if (chosen)
                throw Problem(node->at,
                              fmt::format("packets has both \"{}\" and \"{}\"; write "
                                          "\"are\" for these and no others, \"begin\" for "
                                          "these first, \"has\" for these among others",
                                          chosen, word));
              chosen = word;
              packets.mode = mode;
              packets.segments = segments.read(*node, word, names);
              if (packets.segments.empty() && mode != Packets::Mode::exact)
                throw Problem(node->at,
                              fmt::format("{}: [] expects nothing; write the segments, or "
                                          "are: [] for none",
                                          word));
              for (const ExpectedSegment& segment : packets.segments)
                if (!segment.icmp.empty() && mode != Packets::Mode::has)
                  throw Problem(segment.at, fmt::format("\"{}\" counts TCP segments; expect ICMP "
                                                        "errors with has: or never:",
                                                        word));
            }
            if (const YamlNode* then = fields.find("then")) {
              packets.nothing_more = yaml::choice_of(*then, "word", {"nothing"}) == "nothing";
              if (!chosen || packets.mode == Packets::Mode::has)
                throw Problem(then->at,
                              "then: nothing is about what follows these segments; write "
                              "are: or begin: beside it");
            }
            names.require_packets(packets.host, fields.at());
            if (packets.nothing_more) names.end_packets(packets.host);
            if (chosen) return;
            packets.mode = Packets::Mode::has;
            if (packets.never.empty())
              throw Problem(fields.at(),
                            "packets expects nothing; write are: [...], begin: [...], "
                            "has: [...] or never: [...]");
          }),
      StepClass::observes, about_host(&Packets::host), [](const Packets& packets) {
        std::string expected;
        if (packets.mode != Packets::Mode::has || !packets.segments.empty())
          expected = fmt::format(" {}: {}", in_words(packets.mode), in_words(packets.segments));
        if (!packets.never.empty()) expected += fmt::format(" never: {}", in_words(packets.never));
        if (packets.nothing_more) expected += ", then nothing";
        return StepWords(fmt::format("packets at {}", packets.host), expected);
      });
}

template <>
Verb define<Path>() {
  const auto events = list(text(), true);
  return verb(
      MapType<Path>("path",
                    "Waits until a segment has taken this path through a host's kernel, "
                    "function by function, as the module's view `trace` shows it. It is "
                    "the first matching segment that no earlier `path` step at that "
                    "host has used.")
          .need("host", host(), &Path::host, "server",
                "the host whose kernel is traced: usually the receiver")
          .may("segment", path_segment(), &Path::segment, "\"client:40000 > server:8888 S\"",
               "if left out: everything that the host's kernel has done so far")
          .declare("passes", false, events, "[tcp_v4_rcv]",
                   "events in this order, with others in between")
          .declare("never", false, events, "[tcp_conn_request]", "events that must not happen")
          .declare("answer", false, text(), "R.",
                   "the flags of the segment sent in answer; `none`: there must be no answer")
          .rule(read_path),
      StepClass::observes, about_host(&Path::host), [](const Path& path) {
        std::vector<std::string> words;
        for (const PathEvent& event : path.passes) words.push_back(describe(event));
        for (const PathEvent& event : path.never)
          words.push_back(fmt::format("never {}", describe(event)));
        if (path.answer)
          words.push_back(fmt::format("answered by {}", written_flags(*path.answer)));
        if (path.unanswered) words.emplace_back("not answered");
        return StepWords(
            fmt::format("path of {} on {}",
                        path.segment ? describe(*path.segment) : "every segment", path.host),
            words.empty() ? "" : fmt::format(": {}", fmt::join(words, ", ")));
      });
}

template <>
Verb define<NoRetransmission>() {
  return verb(
      MapType<NoRetransmission>(
          "no-retransmission",
          "Checks that no host has sent a segment with SYN, FIN or data twice so far, and that no "
          "socket in any ehash has counted a retransmission (tcpi_total_retrans). Waits first "
          "until everything is acknowledged (tcpi_unacked), because then no retransmission can "
          "follow."),
      StepClass::observes, [](const NoRetransmission&) { return StepNames{}; },
      [](const NoRetransmission&) { return std::string("no segment was sent twice"); });
}

const std::vector<Key>& row_keys() { return row().keys(); }

std::vector<std::string> state_names() {
  std::vector<std::string> names;
  for (const TcpState state :
       {TcpState::established, TcpState::syn_sent, TcpState::syn_received, TcpState::fin_wait_1,
        TcpState::fin_wait_2, TcpState::time_wait, TcpState::closed, TcpState::close_wait,
        TcpState::last_ack, TcpState::listen, TcpState::closing})
    names.emplace_back(to_string(state));
  return names;
}

TcpState parse_state(const YamlNode& node) {
  const std::string word = text_of(node, "state");
  if (const auto state = tcp_state_from(word)) return *state;
  throw Problem(node.at, fmt::format("there is no state {}", unknown(word, state_names())));
}

VerbGroup look_verbs() { return group("Expectations", LookSteps{}); }

}  // namespace lab::language
