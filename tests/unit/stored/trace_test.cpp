// SPDX-License-Identifier: MIT
#include "stored/stored.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lab {
namespace {

TEST(TraceEventAsJson, LeavesOutMissingFields) {
  TraceEvent event;
  event.host = "server";
  event.number = 7;
  event.time = 1'700'000'000'000'000'001;
  event.event = KernelFunction::set_state;
  EXPECT_EQ(nlohmann::json(event), nlohmann::json::parse(R"({
    "host": "server", "number": 7, "time": 1700000000000000001,
    "event": "inet_sock_set_state"})"));
}

TEST(TraceEventAsJson, HasTheRestInTheWordsOfTheView) {
  TraceEvent event;
  event.host = "b";
  event.event = KernelFunction::rcv_state;
  event.segment = 4;
  event.cause = 3;
  event.caller = "tcp_v4_do_rcv";
  event.detail = TraceDetail::early_demux;
  event.outcome = TraceOutcome::ok;
  event.reason = "NO_SOCKET";
  event.source = Endpoint::parse("10.0.0.1:40000");
  event.destination = Endpoint::parse("10.0.0.2:40001");
  event.device = "eth0";
  event.flags = TcpFlags::parse("S.");
  event.sequence = 0;
  event.acknowledgment = 4294967295U;
  event.length = 0;
  event.kind = Kind::full;
  event.state = TcpState::syn_sent;
  event.state_after = TcpState::syn_received;
  event.cookie = 12;
  EXPECT_EQ(nlohmann::json(event), nlohmann::json::parse(R"({
    "host": "b", "number": 0, "time": 0, "event": "tcp_rcv_state_process", "segment": 4,
    "cause": 3, "caller": "tcp_v4_do_rcv", "detail": "early-demux", "outcome": "ok",
    "reason": "NO_SOCKET", "source": "10.0.0.1:40000", "destination": "10.0.0.2:40001",
    "device": "eth0", "flags": "S.", "sequence": 0, "acknowledgment": 4294967295, "length": 0,
    "kind": "full", "state": "SYN-SENT", "state_after": "SYN-RECEIVED", "cookie": 12})"));
}

}  // namespace
}  // namespace lab
