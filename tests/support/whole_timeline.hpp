// SPDX-License-Identifier: MIT
//
// A run made by hand in which everything that a timeline can hold is set, and to
// something else than what it is by itself: for the tests of what stores one.
#pragma once

#include <cerrno>

#include "record/timeline.hpp"

namespace lab::testing {

inline Endpoint endpoint(const char* text) { return Endpoint::parse(text).value(); }
inline Address address(const char* text) { return Address::parse(text).value(); }

inline Row whole_row() {
  Row row;
  row.kind = Kind::timewait;
  row.state = TcpState::time_wait;
  row.local = endpoint("[fd00::1]:40000");
  row.remote = endpoint("[fd00::2]:8888");
  row.device = "eth0";
  row.uid = 1000;
  row.inode = 18'446'744'073'709'551'615U;
  row.cookie = 4097;
  row.v6only = true;
  row.reuseaddr = false;
  row.reuseport = true;
  row.accept_queue = 1;
  row.accept_queue_max = 128;
  row.role = Role::connected;
  row.bucket = 17;
  row.position = 2;
  row.retransmissions = 3;
  return row;
}

inline Row listening_row() {
  Row row;
  row.state = TcpState::listen;
  row.local = endpoint("[::]:8888");
  row.remote = {Address::any(Family::inet6), 0};
  return row;
}

inline LookupAnswer whole_answer() {
  LookupAnswer answer;
  answer.tuple = {endpoint("10.0.0.1:40000"), endpoint("10.0.0.2:8888"), "eth0"};
  answer.steps = {{LookupStepName::ehash, LookupResult::miss, 7, 2, {}, {}},
                  {LookupStepName::exact, LookupResult::hit, 8, 1, -3, whole_row()}};
  answer.verdict = LookupVerdict::conn_request;
  answer.handler = "tcp_v4_do_rcv";
  answer.agrees = true;
  answer.caveat = "a BPF program may choose another";
  return answer;
}

inline StepRecord whole_step() {
  StepRecord step;
  step.index = 3;
  step.verb = "receive";
  step.step_class = StepClass::acts;
  step.hosts = {"client"};
  step.text = "receive on c";
  step.subject = "receive";
  step.note = "with umlauts: \xc3\xa4";
  step.line = 31;
  step.begin = 1'700'000'000'000'000'001;
  step.end = 1'700'000'000'000'000'902;
  step.played.error = ECONNRESET;
  step.played.observed = "5 bytes";
  step.played.timed_out = true;
  step.played.data = std::string("\xff\0x\n", 4);  // no UTF-8
  step.played.ended = true;
  step.played.value = -1;
  step.played.exit = 139;
  Snapshot snapshot;
  snapshot.host = "server";
  snapshot.listeners = {{Witness::module, std::vector<Row>{listening_row()}, ""}};
  snapshot.bound = {{Witness::sock_diag, std::vector<Row>{}, ""}};
  snapshot.ehash = {{Witness::module, std::nullopt, "not loaded"},
                    {Witness::sock_diag, std::vector<Row>{whole_row()}, ""}};
  snapshot.settled = false;
  snapshot.disagreements = {"the module alone has it"};
  step.snapshots = {snapshot};
  step.lookups = {{"server", whole_answer(), ""}, {"client", std::nullopt, "not loaded"}};
  step.info = TcpInfo{TcpState::established, 1, 2, {"sack", "timestamps"}, {{"tcpi_snd_cwnd", 10}}};
  step.checks = {{Outcome::fail, "refused", Witness::socket, "ECONNREFUSED", "ECONNRESET",
                  "port 8888 is bound by forgot"},
                 {Outcome::not_observed, "bound shows srv", Witness::module, "", "not loaded"}};
  return step;
}

inline std::vector<Packet> whole_packets() {
  Packet tcp;
  tcp.time = 1'700'000'000'000'000'100;
  tcp.host = "client";
  tcp.device = "eth0";
  tcp.outgoing = true;
  tcp.protocol = "tcp";
  tcp.bytes = {0x00, 0xff, 0x45};
  tcp.missing = 40;
  tcp.injected = true;
  tcp.lost = true;
  Segment segment;
  segment.source = endpoint("10.0.0.1:40000");
  segment.destination = endpoint("10.0.0.2:8888");
  segment.flags = TcpFlags::parse("FSRP.UEW").value();
  segment.sequence = 4'294'967'295;
  segment.acknowledgment = 5;
  segment.window = 65'535;
  segment.length = 6;
  segment.options.mss = 1460;
  segment.options.window_scale = 7;
  segment.options.sack_permitted = true;
  segment.options.timestamps = {{100, 7}};
  segment.options.sack = {{1, 5}, {9, 13}};
  segment.options.fastopen_cookie = {0x0a, 0xbc};
  segment.options.kinds = {2, 4, 8, 3, 5, 34, 253};
  segment.options.malformed = true;
  tcp.segment = segment;

  Packet icmp;
  icmp.host = "router";
  icmp.protocol = "icmp6";
  icmp.icmp = IcmpError{{2, 0}, address("fd00::2"), address("fd00::1"), 1280, {}};
  icmp.icmp->about = IcmpError::Quoted{endpoint("[fd00::1]:40000"), endpoint("[fd00::3]:8888"), 5};
  return {tcp, icmp};
}

inline std::vector<TraceEvent> whole_trace() {
  TraceEvent event;
  event.host = "server";
  event.number = 4;
  event.time = 1'700'000'000'000'000'200;
  event.segment = 7;
  event.cause = 6;
  event.event = KernelFunction::established4;
  event.caller = "tcp_v4_rcv";
  event.detail = TraceDetail::exact;
  event.outcome = TraceOutcome::hit;
  event.reason = "NO_SOCKET";
  event.source = endpoint("10.0.0.1:40000");
  event.destination = endpoint("10.0.0.2:8888");
  event.device = "eth0";
  event.flags = TcpFlags::parse("S.");
  event.sequence = 1;
  event.acknowledgment = 2;
  event.length = 3;
  event.kind = Kind::request;
  event.state = TcpState::syn_sent;
  event.state_after = TcpState::syn_received;
  event.cookie = 99;
  TraceEvent bare;
  bare.host = "client";
  bare.event = KernelFunction::set_state;
  return {event, bare};
}

inline Timeline whole_timeline() {
  Timeline run;
  run.scenario = "no-listen";
  run.title = "bind() without listen()";
  run.rule = "RFC 9293";
  run.file = "scenarios/no-listen.yaml";
  run.variant = "exact";
  run.family = Family::inet6;
  run.kernel = "6.12.0";
  run.module = "tcp_lookup.ko, schema 1";
  run.hold_mechanism = "sch_plug";
  run.hosts = {{"server",
                {{"eth0", address("fd00::2")}},
                4026532001,
                {{"second", "lo", address("fd00::22")}}},
               {"client", {}, 4026532002}};
  run.links = {{"client:eth0", "server:eth0"}};
  run.sockets = {{"srv", "server", 7, 70}};
  run.programs = {{"srv", "server", "hello-server 8888", "listening\n", false, std::nullopt},
                  {"knock", "client", "knock", "\x80", true, 1}};
  run.values = {{"port", -40'000}};
  run.steps = {whole_step(), {}};
  run.steps[1].played.data = "Hello\n";
  run.steps[1].skipped = "needs a kernel >=99.0";
  run.packets = whole_packets();
  run.packets_lost = true;
  run.trace = whole_trace();
  run.arrivals = {{"server", whole_answer(), ""}, {"client", std::nullopt, "eth0 is gone"}};
  run.trace_lost = 8;
  run.trace_missed = 9;
  run.no_trace = "not loaded";
  run.trace_blind = {{"tcp_v4_rcv", "no_inlined"}};
  run.aborted = "step 4 failed";
  run.unexpected = {"b has seen a segment behind step 4 that no step expects: a > b F."};
  run.begin = 1'700'000'000'000'000'000;
  run.end = 1'700'000'000'000'001'000;
  return run;
}

}  // namespace lab::testing
