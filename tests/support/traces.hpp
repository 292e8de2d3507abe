// SPDX-License-Identifier: MIT
//
// Traces made by hand, for the tests of the report: what the module showed of a
// SYN that nobody listened for, on Linux 6.12.
#pragma once

#include <string>

#include "record/timeline.hpp"
#include "support/timelines.hpp"
#include "support/trace_words.hpp"

namespace lab::testing {

// Appends events to a timeline, each 1 µs after the one before.
class Traces {
 public:
  Timeline timeline;

  explicit Traces(Timeline begun) : timeline(std::move(begun)) {}

  // Where and when what follows happens, and to which segment; 0: to none.
  void at(const std::string& host, Timestamp time, std::uint64_t segment,
          const Segment& header = {}) {
    host_ = host;
    time_ = time;
    segment_ = segment;
    header_ = header;
  }

  TraceEvent& add(const std::string& event, const std::string& outcome = "enter") {
    TraceEvent& made = timeline.trace.emplace_back();
    made.host = host_;
    made.number = timeline.trace.size();
    made.time = time_ += us;
    if (segment_ != 0) {
      made.segment = segment_;
      made.source = header_.source;
      made.destination = header_.destination;
      made.flags = header_.flags;
      made.sequence = header_.sequence;
      made.acknowledgment = header_.acknowledgment;
      made.length = header_.length;
    }
    made.event = function_named(event);
    made.outcome = outcome_named(outcome);
    return made;
  }

  TraceEvent& lookup(const std::string& event, const std::string& outcome,
                     const std::string& caller, std::uint64_t cookie = 0,
                     TcpState state = TcpState::closed) {
    TraceEvent& made = add(event, outcome);
    made.caller = caller;
    made.flags.reset();  // a lookup is told the ends alone
    if (cookie != 0) {
      made.kind = Kind::full;
      made.state = state;
      made.cookie = cookie;
    }
    return made;
  }

  TraceEvent& state(const std::string& event, std::uint64_t cookie, TcpState before,
                    TcpState after) {
    TraceEvent& made = add(event);
    made.kind = Kind::full;
    made.state = before;
    made.state_after = after;
    made.cookie = cookie;
    return made;
  }

 private:
  std::string host_ = "b";
  Timestamp time_ = epoch;
  std::uint64_t segment_ = 0;
  Segment header_;
};

inline Timeline refused_with_trace() {
  Story story;
  story.timeline.scenario = "no-listen";
  story.timeline.title = "A server that binds and forgets to listen";
  story.timeline.kernel = "6.12.117+deb12-cloud-amd64";
  story.timeline.module = "schema 1";
  link_two_hosts(story.timeline, "client", "server");
  story.timeline.sockets = {{"srv", "server", 21, 201}, {"cli", "client", 22, 202}};
  const Segment syn = segment("10.0.0.1:40000", "10.0.0.2:8888", "S", 7000);
  const Segment reset = segment("10.0.0.2:8888", "10.0.0.1:40000", "R.", 0, 7001);
  story.step_at("server", "bind", "bind srv to any:8888");
  const Timestamp connect = story.timeline.end;
  story
      .step_at("client", "connect", "connect cli to server:8888, expecting ECONNREFUSED",
               "ECONNREFUSED")
      .checks = {passed("connect cli to server:8888, expecting ECONNREFUSED", Witness::socket)};
  story.packet("client", "server", syn, 10 * us);
  story.packet("server", "client", reset, 30 * us);

  Traces traces(std::move(story.timeline));
  traces.at("client", connect + 5 * us, 0);
  traces.state("inet_sock_set_state", 22, TcpState::closed, TcpState::syn_sent);
  traces.at("client", connect + 8 * us, 1, syn);
  traces.add("__ip_local_out");
  traces.at("server", connect + 19 * us, 1, syn);
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_early_demux");
  traces.add("tcp_v4_early_demux", "miss");
  traces.add("tcp_v4_rcv");
  traces.lookup("__inet_lookup_established", "miss", "tcp_v4_rcv");
  traces.lookup("inet_lhash2_lookup", "miss", "__inet_lookup_listener").detail = TraceDetail::exact;
  traces.lookup("inet_lhash2_lookup", "miss", "__inet_lookup_listener").detail =
      TraceDetail::wildcard;
  traces.lookup("__inet_lookup_listener", "miss", "tcp_v4_rcv");
  traces.add("tcp_v4_send_reset", "no-socket").reason = "NO_SOCKET";
  traces.at("server", connect + 28 * us, 2, reset);
  traces.add("__ip_local_out").cause = 1;
  traces.at("server", connect + 29 * us, 1, syn);
  traces.add("kfree_skb", "dropped").reason = "NO_SOCKET";
  traces.at("client", connect + 39 * us, 2, reset);
  traces.lookup("__inet_lookup_established", "hit", "tcp_v4_early_demux", 22, TcpState::syn_sent);
  TraceEvent& demux = traces.add("tcp_v4_early_demux", "hit");
  demux.cookie = 22;
  demux.state = TcpState::syn_sent;
  traces.add("tcp_v4_rcv").detail = TraceDetail::early_demux;
  traces.add("tcp_add_backlog");
  traces.state("tcp_reset", 22, TcpState::syn_sent, TcpState::syn_sent);
  traces.state("inet_sock_set_state", 22, TcpState::syn_sent, TcpState::closed);
  traces.state("tcp_rcv_state_process", 22, TcpState::syn_sent, TcpState::closed).outcome =
      TraceOutcome::ok;
  return std::move(traces.timeline);
}

}  // namespace lab::testing
