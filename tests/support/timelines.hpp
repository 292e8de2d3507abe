// SPDX-License-Identifier: MIT
//
// Two runs made by hand, with round numbers, for the tests of the report:
// a simultaneous open as a kernel with the module shows it, and a no-listen
// without the module in which one check failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "record/timeline.hpp"

namespace lab::testing {

constexpr Timestamp us = 1'000;
constexpr Timestamp epoch = 1'700'000'000'000'000'000;

inline Endpoint at(const char* text) { return *Endpoint::parse(text); }

// Builds a timeline line by line, each step 100 µs after the one before.
class Story {
 public:
  Timeline timeline;

  Story() { timeline.begin = timeline.end = epoch; }

  StepRecord& step(std::string text, std::string observed = "") {
    StepRecord record;
    record.index = timeline.steps.size();
    record.text = std::move(text);
    record.line = 20 + static_cast<int>(record.index);
    record.begin = timeline.end;
    record.end = record.begin + 80 * us;
    record.played.observed = std::move(observed);
    timeline.end = record.begin + 100 * us;
    timeline.steps.push_back(std::move(record));
    return timeline.steps.back();
  }

  // As the definitions of the verbs that these tests use have it.
  static StepClass class_of(std::string_view verb) {
    for (const std::string_view preparing : {"socket", "bind"})
      if (verb == preparing) return StepClass::prepares;
    for (const std::string_view observing : {"tables", "observe", "lookup", "packets", "path",
                                             "no-retransmission"})
      if (verb == observing) return StepClass::observes;
    return StepClass::acts;
  }

  // The same, with where it happens and by which verb. Its subject is its text up to
  // ": ", as most verbs define it.
  StepRecord& step_at(const std::string& host, std::string verb, std::string text,
                      std::string observed = "") {
    StepRecord& record = step(std::move(text), std::move(observed));
    record.step_class = class_of(verb);
    record.verb = std::move(verb);
    record.subject = record.text.substr(0, record.text.find(": "));
    record.hosts = {host};
    return record;
  }

  // One packet on a link between two eth0, captured at both ends 9 µs apart.
  void packet(const std::string& from, const std::string& to, const Segment& segment,
              Timestamp after_step = 10 * us) {
    Packet sent;
    sent.time = timeline.steps.back().begin + after_step;
    sent.host = from;
    sent.device = "eth0";
    sent.outgoing = true;
    sent.protocol = "tcp";
    sent.segment = segment;
    Packet arrived = sent;
    arrived.time += 9 * us;
    arrived.host = to;
    arrived.outgoing = false;
    timeline.packets.push_back(sent);
    timeline.packets.push_back(arrived);
  }
};

// Gives a run two hosts, 10.0.0.1 and 10.0.0.2, and a link between their eth0.
inline void link_two_hosts(Timeline& run, const std::string& one, const std::string& other) {
  run.hosts = {{one, {{"eth0", *Address::parse("10.0.0.1")}}, 4026532001},
               {other, {{"eth0", *Address::parse("10.0.0.2")}}, 4026532002}};
  run.links = {{one + ":eth0", other + ":eth0"}};
}

// The hosts a and b, in their first step.
inline Story two_hosts() {
  Story story;
  link_two_hosts(story.timeline, "a", "b");
  story.step("play");
  return story;
}

inline Segment segment(const char* source, const char* destination, const char* flags,
                       std::uint32_t sequence, std::uint32_t acknowledgment = 0,
                       std::uint32_t length = 0) {
  Segment result;
  result.source = at(source);
  result.destination = at(destination);
  result.flags = *TcpFlags::parse(flags);
  result.sequence = sequence;
  result.acknowledgment = acknowledgment;
  result.length = length;
  return result;
}

inline Check passed(std::string title, Witness witness) {
  return {Outcome::pass, std::move(title), witness, "as expected", "the same"};
}

inline Check not_observed(std::string title, Witnesses witnesses, std::string why) {
  return {Outcome::not_observed, std::move(title), std::move(witnesses), "", std::move(why)};
}

inline Row row(TcpState state, const char* local, const char* remote, std::uint64_t cookie) {
  Row result;
  result.state = state;
  result.local = at(local);
  if (remote)
    result.remote = at(remote);
  else
    result.remote.address = Address::any(result.local.address.family());
  result.cookie = cookie;
  return result;
}

inline Row placed(Row row, std::uint32_t bucket, std::uint32_t position) {
  row.bucket = bucket;
  row.position = position;
  return row;
}

// Both witnesses show the same rows; the module knows the bucket as well.
inline std::vector<Witnessed> both(const std::vector<Row>& rows, std::uint32_t bucket = 0) {
  std::vector<Row> of_module;
  for (const Row& each : rows) of_module.push_back(placed(each, bucket, 0));
  return {{Witness::module, of_module, ""}, {Witness::sock_diag, rows, ""}};
}

inline Timeline simopen() {
  Story story;
  Timeline& run = story.timeline;
  run.scenario = "simopen";
  run.title = "Two sockets open one connection, and nobody listens";
  run.rule = "RFC 9293, section 3.5, figure 7; tcp_rcv_synsent_state_process()";
  run.file = "scenarios/handshake/simopen.yaml";
  run.kernel = "6.12.117+deb12-cloud-amd64";
  run.module = "schema 1";
  run.hold_mechanism = "sch_plug";
  link_two_hosts(run, "left", "right");
  run.sockets = {{"l", "left", 11, 101}, {"r", "right", 12, 102}};

  const char* l = "10.0.0.1:40000";
  const char* r = "10.0.0.2:40001";
  const auto snapshots = [&](TcpState state) {
    Snapshot left{"left", both({}), both({}), both({row(state, l, r, 11)}, 4711), true, {}};
    Snapshot right{"right", both({}), both({}), both({row(state, r, l, 12)}, 815), true, {}};
    return std::vector<Snapshot>{left, right};
  };
  const auto checks = [](const std::string& state) {
    std::vector<Check> result;
    for (const Witness witness : {Witness::module, Witness::sock_diag}) {
      result.push_back(passed("ehash on left shows l, " + state, witness));
      result.push_back(passed("listeners on left is empty", witness));
      result.push_back(passed("ehash on right shows r, " + state, witness));
      result.push_back(passed("listeners on right is empty", witness));
    }
    return result;
  };

  story.step_at("left", "socket", "open socket l on left");
  story.step_at("left", "bind", "bind l to left:40000");
  story.step_at("right", "socket", "open socket r on right");
  story.step_at("right", "bind", "bind r to right:40001");
  story.step_at("left", "hold", "hold what left sends", "by sch_plug");
  story.step_at("right", "hold", "hold what right sends", "by sch_plug");
  story.step_at("left", "connect", "connect l to right:40001", "EINPROGRESS");
  story.step_at("right", "connect", "connect r to left:40000", "EINPROGRESS").note =
      "Both SYNs are on their way now; neither has arrived.";
  auto& sent = story.step_at("left", "tables", "tables of left and right: ehash and listeners");
  sent.snapshots = snapshots(TcpState::syn_sent);
  sent.checks = checks("SYN-SENT");
  story.step_at("left", "release", "release what left held, until the mark");
  story.packet("left", "right", segment(l, r, "S", 1000));
  story.step_at("right", "release", "release what right held, until the mark");
  story.packet("right", "left", segment(r, l, "S", 5000));
  auto& received = story.step_at("left", "tables", "tables of left and right: ehash and listeners");
  received.snapshots = snapshots(TcpState::syn_received);
  received.checks = checks("SYN-RECEIVED");
  story.step_at("left", "release", "release what left held");
  story.packet("left", "right", segment(l, r, "S.", 1000, 5001));
  story.step_at("right", "release", "release what right held");
  story.packet("right", "left", segment(r, l, "S.", 5000, 1001));
  auto& established =
      story.step_at("left", "tables", "tables of left and right: ehash and listeners");
  established.snapshots = snapshots(TcpState::established);
  established.checks = checks("ESTABLISHED");
  story.step_at("left", "send", "send \"Hello\" on l", "5 bytes");
  story.packet("left", "right", segment(l, r, "P.", 1001, 5001, 5));
  story.packet("right", "left", segment(r, l, ".", 5001, 1006), 40 * us);
  story.step_at("left", "no-retransmission", "no segment was sent twice").checks = {
      passed("no segment was sent twice", Witness::packets),
      passed("no socket counts a retransmission", Witness::sock_diag)};
  return run;
}

inline Timeline no_listen_failing() {
  Story story;
  Timeline& run = story.timeline;
  run.scenario = "no-listen";
  run.title = "A server that binds and forgets to listen";
  run.rule = "RFC 9293, section 3.10.7.1; tcp_v4_send_reset()";
  run.file = "scenarios/refusal/no-listen.yaml";
  run.kernel = "6.18.0";
  run.module = "none: tcp_lookup.ko is not loaded";
  link_two_hosts(run, "client", "server");
  run.sockets = {{"srv", "server", 21, 201}, {"c", "client", 22, 202}};
  const std::string why = "tcp_lookup.ko is not loaded";

  story.step_at("server", "socket", "open socket srv on server");
  story.step_at("server", "bind", "bind srv to any:8888");
  story.step_at("client", "ping", "ping server from client", "answered");
  for (const bool request : {true, false}) {
    Packet echo;
    echo.time = story.timeline.steps.back().begin + (request ? 10 : 20) * us;
    echo.host = request ? "client" : "server";
    echo.device = "eth0";
    echo.outgoing = true;
    echo.protocol = "icmp";
    echo.bytes = {request ? std::uint8_t{8} : std::uint8_t{0}};
    run.packets.push_back(echo);
    echo.time += 5 * us;
    echo.host = request ? "server" : "client";
    echo.outgoing = false;
    run.packets.push_back(echo);
  }
  story.step_at("client", "socket", "open socket c on client");
  auto& refused =
      story.step_at("client", "connect", "connect c to server:8888, expecting ECONNREFUSED");
  refused.played.error = 111;
  refused.played.observed = "ECONNREFUSED after 0.1 ms";
  refused.checks = {passed("connect ends with ECONNREFUSED", Witness::socket)};
  story.packet("client", "server", segment("10.0.0.1:50000", "10.0.0.2:8888", "S", 7000));
  story.packet("server", "client", segment("10.0.0.2:8888", "10.0.0.1:50000", "R.", 0, 7001),
               30 * us);

  auto& tables = story.step_at("server", "tables", "tables of server: bound and ehash");
  Snapshot server;
  server.host = "server";
  server.listeners = {{Witness::module, std::nullopt, why},
                      {Witness::sock_diag, std::vector<Row>{}, ""}};
  server.bound = {{Witness::module, std::nullopt, why},
                  {Witness::sock_diag,
                   std::vector<Row>{row(TcpState::closed, "0.0.0.0:8888", nullptr, 21)}, ""}};
  server.ehash = {
      {Witness::module, std::nullopt, why},
      {Witness::sock_diag,
       std::vector<Row>{row(TcpState::time_wait, "10.0.0.2:8888", "10.0.0.1:49999", 19)}, ""}};
  tables.snapshots = {server};
  tables.checks = {
      not_observed("bound on server shows srv, CLOSED, nothing", Witness::module, why),
      passed("bound on server shows srv, CLOSED, nothing", Witness::sock_diag),
      not_observed("ehash on server is empty", Witness::module, why),
      {Outcome::fail, "ehash on server is empty", Witness::sock_diag, "No row at all.",
       "One row: TIME-WAIT 10.0.0.2:8888 > 10.0.0.1:49999, which is no socket of this scenario."}};
  auto& lookup = story.step_at("server", "lookup", "look up client:50001 > server:8888 on server");
  lookup.lookups = {{"server", std::nullopt, why}};
  lookup.checks = {not_observed("verdict is RST", Witness::module, why)};
  return run;
}

}  // namespace lab::testing
