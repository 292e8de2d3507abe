// SPDX-License-Identifier: MIT
//
// Which incidents the trace tells of, and which a capture.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "explain_output/incident_text.hpp"
#include "support/trace_words.hpp"
#include "unit/explain/facts.hpp"

namespace lab::explain_output {
namespace {

using namespace explain;

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Events as the module tells them, fed one by one.
class Trace {
 public:
  Trace& on(const char* event, std::optional<std::uint64_t> segment = std::nullopt) {
    flush();
    event_.emplace();
    event_->event = lab::testing::function_named(event);
    event_->segment = segment;
    return *this;
  }
  Trace& of(const char* source, const char* destination, const char* flags = nullptr) {
    event_->source = at(source);
    event_->destination = at(destination);
    if (flags) event_->flags = TcpFlags::parse(flags);
    return *this;
  }
  Trace& outcome(const char* outcome, const char* reason = "") {
    event_->outcome = lab::testing::outcome_named(outcome);
    event_->reason = reason;
    return *this;
  }
  Trace& detail(const char* detail) {
    event_->detail = lab::testing::detail_named(detail);
    return *this;
  }
  Trace& caller(const char* caller) {
    event_->caller = caller;
    return *this;
  }
  Trace& socket(std::uint64_t cookie, TcpState state,
                std::optional<TcpState> after = std::nullopt) {
    event_->cookie = cookie;
    event_->state = state;
    event_->state_after = after;
    return *this;
  }
  std::vector<Incident> incidents() {
    flush();
    return incidents_;
  }
  std::vector<Connecting> connecting() {
    flush();
    return connecting_;
  }

  void icmp(const IcmpError& error) { reader_.feed(error); }

  // A connect() from 10.0.0.1:40000 to 10.0.0.2:80 by the socket 9.
  Trace& syn() {
    return on("__ip_local_out", 1)
        .of("10.0.0.1:40000", "10.0.0.2:80", "S")
        .socket(9, TcpState::syn_sent);
  }
  // tcp_v4_err() looks up whose SYN an ICMP error is about.
  Trace& icmp_error_finds_it() {
    return on("__inet_lookup_established")
        .outcome("hit")
        .detail("icmp-error")
        .socket(9, TcpState::syn_sent);
  }
  Trace& closes() {
    return on("inet_sock_set_state")
        .of("10.0.0.1:40000", "10.0.0.2:80")
        .socket(9, TcpState::syn_sent, TcpState::closed);
  }

 private:
  void flush() {
    if (event_) reader_.feed(*event_, incidents_, connecting_);
    event_.reset();
  }

  TraceIncidents reader_;
  std::optional<TraceEvent> event_;
  std::vector<Incident> incidents_;
  std::vector<Connecting> connecting_;
};

TEST(Incidents, ARefusedConnectIsToldWhenItsSocketIsClosed) {
  Trace trace;
  trace.syn();
  trace.on("tcp_v4_rcv", 2).of("10.0.0.2:80", "10.0.0.1:40000", "R.");
  trace.on("tcp_reset", 2).of("10.0.0.2:80", "10.0.0.1:40000", "R.").socket(9, TcpState::syn_sent);
  trace.closes();
  trace.on("kfree_skb", 2).outcome("dropped", "NOT_SPECIFIED");
  const auto incidents = trace.incidents();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].kind, Incident::Kind::connect_failed);
  EXPECT_EQ(incidents[0].error, ECONNREFUSED);
  EXPECT_EQ(incidents[0].local.str(), "10.0.0.1:40000");
  EXPECT_EQ(incidents[0].remote.str(), "10.0.0.2:80");
  EXPECT_EQ(incidents[0].cookie, 9U);
}

TEST(Incidents, AConnectIsToldWhileItIsUnderWayOnce) {
  Trace trace;
  trace.syn();
  trace.syn();  // sent again
  const auto connecting = trace.connecting();
  ASSERT_THAT(connecting, SizeIs(1));
  EXPECT_EQ(connecting[0].local.str(), "10.0.0.1:40000");
  EXPECT_EQ(connecting[0].cookie, 9U);
}

TEST(Incidents, AConnectWithoutAnAnswerCountsItsSyns) {
  Trace trace;
  trace.syn();
  trace.syn();
  trace.closes();
  const auto incidents = trace.incidents();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].error, 0);
  EXPECT_THAT(incidents[0].what, HasSubstr("no answer to 2 SYNs"));
}

TEST(Incidents, AConnectThatNeverSentASyn) {
  Trace trace;
  trace.closes();
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_THAT(trace.incidents()[0].what, HasSubstr("no SYN was sent"));
}

// tcp_done() has released the port by then.
TEST(Incidents, AFailedConnectHasThePortItsSynHad) {
  Trace trace;
  trace.syn();
  trace.on("inet_sock_set_state")
      .of("0.0.0.0:0", "10.0.0.2:80")
      .socket(9, TcpState::syn_sent, TcpState::closed);
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_EQ(trace.incidents()[0].local.str(), "10.0.0.1:40000");
}

TEST(Incidents, ACapturedIcmpErrorGivesTheErrno) {
  Trace trace;
  trace.icmp(
      {{3, 13},
       *Address::parse("10.0.0.2"),
       *Address::parse("10.0.0.1"),
       0,
       IcmpError::Quoted{*Endpoint::parse("10.0.0.1:40000"), *Endpoint::parse("10.0.0.2:80"), 1}});
  trace.syn();
  trace.icmp_error_finds_it();
  trace.closes();
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_EQ(trace.incidents()[0].error, EHOSTUNREACH);
  EXPECT_EQ(trace.incidents()[0].what, "ICMP admin-prohibited came from 10.0.0.2");
}

TEST(Incidents, AConnectThatAnIcmpErrorEnds) {
  Trace trace;
  trace.syn();
  trace.icmp_error_finds_it();
  trace.closes();
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_THAT(trace.incidents()[0].what, HasSubstr("ICMP"));
}

TEST(Incidents, AConnectThatSucceedsIsNone) {
  Trace trace;
  trace.syn();
  trace.on("inet_sock_set_state")
      .of("10.0.0.1:40000", "10.0.0.2:80")
      .socket(9, TcpState::syn_sent, TcpState::established);
  trace.on("inet_sock_set_state")
      .of("10.0.0.1:40000", "10.0.0.2:80")
      .socket(9, TcpState::last_ack, TcpState::closed);
  EXPECT_THAT(trace.incidents(), IsEmpty());
}

TEST(Incidents, ARstThatAnswersASyn) {
  Trace trace;
  trace.on("tcp_v4_send_reset", 1)
      .of("10.0.0.1:40000", "10.0.0.2:80", "S")
      .outcome("no-socket", "NO_SOCKET");
  const auto incidents = trace.incidents();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].kind, Incident::Kind::reset_sent);
  EXPECT_EQ(incidents[0].local.str(), "10.0.0.2:80") << "this end sends it";
  EXPECT_TRUE(incidents[0].is_refusal());
  EXPECT_EQ(incidents[0].reason, "NO_SOCKET");
  EXPECT_EQ(incidents[0].what, "answers a SYN for which there is no socket");
}

TEST(Incidents, ARstOverIpv6) {
  Trace trace;
  trace.on("tcp_v6_send_reset", 1).of("[fd00::1]:40000", "[fd00::2]:80", "S").outcome("no-socket");
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_TRUE(trace.incidents()[0].is_refusal());
}

TEST(Incidents, ARstThatAnswersSomethingElseIsNoRefusal) {
  Trace trace;
  trace.on("tcp_v4_send_reset", 1)
      .of("10.0.0.1:40000", "10.0.0.2:80", "P.")
      .outcome("socket")
      .socket(9, TcpState::fin_wait_2);
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_FALSE(trace.incidents()[0].is_refusal());
  EXPECT_THAT(trace.incidents()[0].what, HasSubstr("socket in FIN-WAIT-2"));
}

TEST(Incidents, NothingIsSentForARst) {
  Trace trace;
  trace.on("tcp_v4_send_reset", 1)
      .of("10.0.0.1:40000", "10.0.0.2:80", "R")
      .outcome("no-socket", "NO_SOCKET");
  EXPECT_THAT(trace.incidents(), IsEmpty());
}

TEST(Incidents, ARstThatNobodyHasCaused) {
  Trace trace;
  trace.on("tcp_send_active_reset")
      .of("10.0.0.2:80", "10.0.0.1:40000")
      .outcome("enter", "TCP_ABORT_ON_CLOSE")
      .socket(9, TcpState::close_wait);
  // Before 6.10 the function that wanted it is all there is.
  trace.on("tcp_send_active_reset")
      .of("10.0.0.2:80", "10.0.0.1:40000")
      .caller("__tcp_close")
      .socket(9, TcpState::close_wait);
  // TCP_STATE says no more than that a RST fits the state.
  trace.on("tcp_send_active_reset")
      .of("10.0.0.2:80", "10.0.0.1:40000")
      .outcome("enter", "TCP_STATE")
      .caller("tcp_disconnect")
      .socket(9, TcpState::established);
  trace.on("tcp_send_active_reset")
      .of("10.0.0.2:80", "10.0.0.1:40000")
      .caller("tcp_something_new")
      .socket(9, TcpState::established);
  const auto incidents = trace.incidents();
  ASSERT_THAT(incidents, SizeIs(4));
  EXPECT_EQ(incidents[0].local.str(), "10.0.0.2:80");
  EXPECT_THAT(incidents[0].what, HasSubstr("unread data"));
  EXPECT_THAT(incidents[1].what, HasSubstr("unread data"));
  EXPECT_THAT(incidents[2].what, HasSubstr("SO_LINGER 0"));
  EXPECT_EQ(incidents[3].what, "by tcp_something_new()");
}

TEST(Incidents, ARstThatEndsAConnection) {
  Trace trace;
  trace.on("tcp_v4_rcv", 2).of("10.0.0.1:40000", "10.0.0.2:80", "R.");
  trace.on("tcp_reset", 2)
      .of("10.0.0.1:40000", "10.0.0.2:80", "R.")
      .socket(7, TcpState::established);
  trace.on("kfree_skb", 2).outcome("dropped", "NOT_SPECIFIED");
  const auto incidents = trace.incidents();
  ASSERT_THAT(incidents, SizeIs(1));
  EXPECT_EQ(incidents[0].kind, Incident::Kind::reset_received);
  EXPECT_EQ(incidents[0].error, ECONNRESET);
  EXPECT_EQ(incidents[0].local.str(), "10.0.0.2:80");
  EXPECT_THAT(incidents[0].what, HasSubstr("ESTABLISHED"));
}

TEST(Incidents, ARstForNobody) {
  Trace trace;
  trace.on("tcp_v4_rcv", 2).of("10.0.0.1:40000", "10.0.0.2:80", "R");
  trace.on("kfree_skb", 2).outcome("dropped", "NO_SOCKET");
  ASSERT_THAT(trace.incidents(), SizeIs(1));
  EXPECT_EQ(trace.incidents()[0].kind, Incident::Kind::reset_received);
  EXPECT_THAT(trace.incidents()[0].what, HasSubstr("no socket was found"));
}

// Whatever is begun and never ends must not fill the memory.
TEST(Incidents, ForgetsTheOldest) {
  TraceIncidents reader;
  std::vector<Incident> incidents;
  std::vector<Connecting> connecting;
  TraceEvent event;
  event.event = KernelFunction::send4;
  event.flags = TcpFlags::parse("S");
  event.source = at("10.0.0.1:40000");
  event.destination = at("10.0.0.2:80");
  for (std::uint64_t cookie = 1; cookie < 30000; ++cookie) {
    event.cookie = cookie;
    reader.feed(event, incidents, connecting);
  }
  EXPECT_THAT(connecting, SizeIs(29999));
}

Packet packet(bool outgoing, const char* source, const char* destination, const char* flags) {
  Packet made;
  made.outgoing = outgoing;
  made.segment.emplace();
  made.segment->source = at(source);
  made.segment->destination = at(destination);
  made.segment->flags = TcpFlags::parse(flags).value();
  return made;
}

std::vector<Incident> captured(const std::vector<Packet>& packets) {
  CaptureIncidents reader;
  std::vector<Incident> incidents;
  std::vector<Connecting> connecting;
  for (const Packet& each : packets) reader.feed(each, incidents, connecting);
  return incidents;
}

TEST(CapturedIncidents, ARstAfterASynIsARefusal) {
  const auto sent = captured({packet(false, "10.0.0.1:40000", "10.0.0.2:80", "S"),
                              packet(true, "10.0.0.2:80", "10.0.0.1:40000", "R.")});
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_TRUE(sent[0].is_refusal());
  EXPECT_EQ(sent[0].local.str(), "10.0.0.2:80");

  const auto received = captured({packet(true, "10.0.0.1:40000", "10.0.0.2:80", "S"),
                                  packet(false, "10.0.0.2:80", "10.0.0.1:40000", "R.")});
  ASSERT_THAT(received, SizeIs(1));
  EXPECT_EQ(received[0].kind, Incident::Kind::connect_failed);
  EXPECT_EQ(received[0].error, ECONNREFUSED);
}

TEST(CapturedIncidents, ARstAfterAHandshakeIsNoRefusal) {
  const auto incidents = captured({packet(false, "10.0.0.1:40000", "10.0.0.2:80", "S"),
                                   packet(true, "10.0.0.2:80", "10.0.0.1:40000", "S."),
                                   packet(true, "10.0.0.2:80", "10.0.0.1:40000", "R."),
                                   packet(false, "10.0.0.1:40000", "10.0.0.2:80", "R")});
  ASSERT_THAT(incidents, SizeIs(2));
  EXPECT_FALSE(incidents[0].is_refusal());
  EXPECT_THAT(incidents[0].what, HasSubstr("not observed"));
  EXPECT_EQ(incidents[1].kind, Incident::Kind::reset_received);
}

// On lo each packet is seen twice.
TEST(CapturedIncidents, OverTheLoopbackBothEndsAreHere) {
  const auto incidents = captured({packet(true, "127.0.0.1:40000", "127.0.0.1:80", "S"),
                                   packet(false, "127.0.0.1:40000", "127.0.0.1:80", "S"),
                                   packet(true, "127.0.0.1:80", "127.0.0.1:40000", "R."),
                                   packet(false, "127.0.0.1:80", "127.0.0.1:40000", "R.")});
  ASSERT_THAT(incidents, SizeIs(2));
  EXPECT_TRUE(incidents[0].is_refusal());
  EXPECT_EQ(incidents[1].kind, Incident::Kind::connect_failed);
}

ExplainedIncident refusal() {
  ObservedIncident observed;
  observed.incident.kind = Incident::Kind::reset_sent;
  observed.incident.local = at("10.0.0.2:80");
  observed.incident.remote = at("10.0.0.1:40000");
  observed.incident.answers = TcpFlags::parse("S");
  observed.incident.reason = "NO_SOCKET";
  observed.incident.what = "answers a SYN for which there is no socket";
  observed.remote_process = "curl (pid 99, fd 5)";
  observed.witness = "module";
  return {observed, Conclusion{"nothing-bound", Answer::rst, "nobody has port 80", "start it"}};
}

TEST(IncidentText, IsALineOrAFewForPeople) {
  std::ostringstream out;
  print_text(refusal(), out, {false, 80, true});
  const std::string text = out.str();
  EXPECT_EQ(text.substr(text.find("RST sent")),
            R"(RST sent        10.0.0.2:80 > 10.0.0.1:40000
                                 answers a SYN for which there is no socket
                                 (NO_SOCKET)
                 nothing-bound   nobody has port 80
                                 start it
                 other end       curl (pid 99, fd 5)
)");
}

TEST(IncidentText, IsOneJsonObjectForPrograms) {
  const nlohmann::json json = to_json(refusal());
  EXPECT_EQ(json["kind"], "reset-sent");
  EXPECT_EQ(json["local"], "10.0.0.2:80");
  EXPECT_EQ(json["answers"], "S");
  EXPECT_EQ(json["cause"], "nothing-bound");
  EXPECT_EQ(json["remote_process"], "curl (pid 99, fd 5)");
  EXPECT_FALSE(json.contains("local_process"));
  EXPECT_FALSE(json.contains("error"));
  EXPECT_EQ(json["witness"], "module");
}

}  // namespace
}  // namespace lab::explain_output
