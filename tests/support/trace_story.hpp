// SPDX-License-Identifier: MIT
//
// Runs made by hand in which the trace and the capture tell of the same
// segments: what record/paths and report/ make comments of.
#pragma once

#include <string>

#include "record/timeline.hpp"
#include "support/timelines.hpp"
#include "support/trace_words.hpp"

namespace lab::testing {

inline Segment tcp(const char* source, const char* destination, const char* flags,
                   std::uint32_t sequence, std::uint32_t acknowledgment = 0,
                   std::uint32_t length = 0) {
  Segment made = segment(source, destination, flags, sequence, acknowledgment, length);
  made.window = 64240;
  return made;
}

struct TraceStory {
  Timeline timeline;

  void packet(Timestamp time, const char* host, bool outgoing, const Segment& carries) {
    Packet& added = timeline.packets.emplace_back();
    added.time = time;
    added.host = host;
    added.device = "eth0";
    added.outgoing = outgoing;
    added.protocol = "tcp";
    added.segment = carries;
    added.bytes.assign(60, 0);
  }

  // An event in a segment's path, numbered as a reader of the trace gets it.
  TraceEvent& event(Timestamp time, const char* host, std::uint64_t segment, const char* name,
                    const char* outcome) {
    TraceEvent& added = timeline.trace.emplace_back();
    added.time = time;
    added.host = host;
    added.number = timeline.trace.size();
    added.segment = segment;
    added.event = function_named(name);
    added.outcome = outcome_named(outcome);
    return added;
  }
  // One that tells the whole segment.
  TraceEvent& event(Timestamp time, const char* host, std::uint64_t segment, const char* name,
                    const char* outcome, const Segment& about) {
    TraceEvent& added = event(time, host, segment, name, outcome);
    added.source = about.source;
    added.destination = about.destination;
    added.flags = about.flags;
    added.sequence = about.sequence;
    added.acknowledgment = about.acknowledgment;
    added.length = about.length;
    return added;
  }
};

// A SYN to a port that is bound and not heard, and the reset.
inline TraceStory refused() {
  const Segment syn = tcp("10.0.0.1:40000", "10.0.0.2:8888", "S", 1000);
  const Segment rst = tcp("10.0.0.2:8888", "10.0.0.1:40000", "R.", 0, 1001);
  TraceStory story;
  Timeline& run = story.timeline;
  run.scenario = "no-listen";
  run.title = "Nobody listens";
  run.rule = "RFC 9293, section 3.10.7.1";
  run.kernel = "6.12.0";
  run.module = "tcp_lookup.ko, schema 1";
  link_two_hosts(run, "client", "server");
  run.sockets = {{"srv", "server", 21, 201}, {"cli", "client", 22, 202}};

  story.packet(11, "client", true, syn);
  story.packet(12, "server", false, syn);
  story.packet(30, "server", true, rst);
  story.packet(31, "client", false, rst);

  story.event(10, "client", 1, "__ip_local_out", "enter", syn);
  const auto lookup = [&](const char* name, const char* detail, const char* caller) {
    TraceEvent& event = story.event(14, "server", 1, name, "miss");
    event.detail = detail_named(detail);
    event.caller = caller;
  };
  lookup("__inet_lookup_established", "", "tcp_v4_early_demux");
  story.event(15, "server", 1, "tcp_v4_early_demux", "miss", syn);
  story.event(16, "server", 1, "tcp_v4_rcv", "enter", syn);
  lookup("__inet_lookup_established", "", "tcp_v4_rcv");
  lookup("inet_lhash2_lookup", "exact", "__inet_lookup_listener");
  lookup("inet_lhash2_lookup", "wildcard", "__inet_lookup_listener");
  lookup("__inet_lookup_listener", "", "tcp_v4_rcv");
  story.event(20, "server", 2, "__ip_local_out", "enter", rst).cause = 1;
  story.event(21, "server", 1, "tcp_v4_send_reset", "no-socket", syn).reason = "NO_SOCKET";
  story.event(22, "server", 1, "kfree_skb", "dropped", syn).reason = "NO_SOCKET";

  TraceEvent& closed = story.event(33, "client", 2, "tcp_reset", "enter", rst);
  closed.state = TcpState::syn_sent;
  closed.cookie = 22;
  return story;
}

}  // namespace lab::testing
