// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "check/paths.hpp"
#include "check/same_paths.hpp"
#include "support/trace_words.hpp"
#include "unit/check/timelines.hpp"

namespace lab::check {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string client = "10.0.0.1:40000", server = "10.0.0.2:8888";

// Writes a host's trace, event by event.
class Tracer {
 public:
  Timeline timeline = two_hosts();

  TraceEvent& at(const std::string& host, const std::string& event,
                 const std::string& outcome = "enter") {
    TraceEvent& made = timeline.trace.emplace_back();
    made.host = host;
    made.number = ++numbers_[host];
    made.time = static_cast<Timestamp>(timeline.trace.size());
    made.event = lab::testing::function_named(event);
    made.outcome = lab::testing::outcome_named(outcome);
    return made;
  }

  // An event about a segment.
  TraceEvent& on(std::uint64_t segment, const std::string& host, const std::string& event,
                 const std::string& outcome = "enter") {
    TraceEvent& made = at(host, event, outcome);
    made.segment = segment;
    return made;
  }

  // One that has the segment's header as well.
  TraceEvent& on(std::uint64_t segment, const std::string& host, const std::string& event,
                 const std::string& outcome, const std::string& from, const std::string& to,
                 const std::string& flags, std::uint32_t sequence) {
    TraceEvent& made = on(segment, host, event, outcome);
    made.source = Endpoint::parse(from);
    made.destination = Endpoint::parse(to);
    made.flags = TcpFlags::parse(flags);
    made.sequence = sequence;
    made.acknowledgment = 0;
    made.length = 0;
    return made;
  }

  // A SYN that nobody listens for.
  void refused(std::uint64_t segment, std::uint32_t sequence) {
    on(segment, "client", "__ip_local_out", "enter", client, server, "S", sequence);
    on(segment, "server", "__inet_lookup_established", "miss").caller = "tcp_v4_early_demux";
    on(segment, "server", "tcp_v4_rcv", "enter", client, server, "S", sequence);
    on(segment, "server", "__inet_lookup_established", "miss").caller = "tcp_v4_rcv";
    on(segment, "server", "inet_lhash2_lookup", "miss").detail = TraceDetail::exact;
    on(segment, "server", "inet_lhash2_lookup", "miss").detail = TraceDetail::wildcard;
    on(segment, "server", "tcp_v4_send_reset", "no-socket");
    on(segment + 1, "server", "__ip_local_out", "enter", server, client, "R.", 0).cause = segment;
    on(segment, "server", "kfree_skb", "dropped").reason = "NO_SOCKET";
  }

  // A SYN that the listener takes.
  void heard(std::uint64_t segment, std::uint32_t sequence) {
    on(segment, "server", "tcp_v4_rcv", "enter", client, server, "S", sequence);
    TraceEvent& found = on(segment, "server", "inet_lhash2_lookup", "hit");
    found.detail = TraceDetail::wildcard;
    found.state = TcpState::listen;
    found.cookie = 71;  // srv
    on(segment + 1, "server", "__ip_local_out", "enter", server, client, "S.", 500).cause = segment;
    on(segment, "server", "tcp_conn_request", "request");
  }

 private:
  std::map<std::string, std::uint64_t> numbers_;
};

Timeline refused() {
  Tracer tracer;
  tracer.refused(9, 1000);
  return tracer.timeline;
}

scenario::PathEvent event(const std::string& name, const std::string& outcome = "") {
  scenario::PathEvent made;
  made.event = lab::testing::function_named(name);
  made.outcome = lab::testing::outcome_named(outcome);
  return made;
}

scenario::PathEvent probe(const std::string& detail, const std::string& outcome) {
  scenario::PathEvent made = event("inet_lhash2_lookup", outcome);
  made.detail = lab::testing::detail_named(detail);
  return made;
}

scenario::Path of_syn(std::vector<scenario::PathEvent> passes = {}) {
  scenario::Path path;
  path.host = "server";
  path.segment = {place("client", 40000), place("server", 8888), *TcpFlags::parse("S"), {}};
  path.passes = std::move(passes);
  return path;
}

std::vector<Check> judge_path(const scenario::Path& path, const Timeline& timeline) {
  return judge_last(scenario_with({path}), {}, timeline);
}

TEST(Path, PassesInOrderWithOthersInBetween) {
  const auto checks = judge_path(
      of_syn({event("tcp_v4_rcv"), probe("wildcard", "miss"), event("kfree_skb")}), refused());
  EXPECT_THAT(outcomes(checks),
              ElementsAre(Outcome::pass, Outcome::pass, Outcome::pass, Outcome::pass));
  EXPECT_EQ(checks[0].witnesses, Witness::trace);
  EXPECT_EQ(checks[0].title, "path on server: saw client:40000 > server:8888 S");
  EXPECT_EQ(checks[2].title, "path on server: inet_lhash2_lookup wildcard miss");
  EXPECT_EQ(checks[3].seen, "saw kfree_skb dropped NO_SOCKET");
}

TEST(Path, FailsOnAMissingEventAndContinuesAfterIt) {
  const auto checks = judge_path(
      of_syn({event("tcp_v4_rcv"), probe("exact", "hit"), event("tcp_v4_send_reset")}), refused());
  EXPECT_THAT(outcomes(checks),
              ElementsAre(Outcome::pass, Outcome::pass, Outcome::fail, Outcome::pass));
  EXPECT_EQ(checks[2].expected,
            "client:40000 > server:8888 S on server reaches inet_lhash2_lookup exact hit, after "
            "tcp_v4_rcv");
  EXPECT_EQ(checks[2].seen,
            "it does not; its path: __inet_lookup_established miss by tcp_v4_early_demux; "
            "tcp_v4_rcv; __inet_lookup_established miss by tcp_v4_rcv; inet_lhash2_lookup exact "
            "miss; inet_lhash2_lookup wildcard miss; tcp_v4_send_reset no-socket; kfree_skb "
            "dropped NO_SOCKET; answered by R.");
}

TEST(Path, FailsInTheWrongOrder) {
  EXPECT_THAT(
      outcomes(judge_path(of_syn({probe("wildcard", "miss"), event("tcp_v4_rcv")}), refused())),
      ElementsAre(Outcome::pass, Outcome::pass, Outcome::fail));
}

// Two probes of ehash over veth: one event cannot be both.
TEST(Path, MatchesEachEventOnce) {
  const auto ehash = event("__inet_lookup_established", "miss");
  EXPECT_THAT(outcomes(judge_path(of_syn({ehash, ehash}), refused())),
              ElementsAre(Outcome::pass, Outcome::pass, Outcome::pass));
  EXPECT_THAT(outcomes(judge_path(of_syn({ehash, ehash, ehash}), refused())),
              ElementsAre(Outcome::pass, Outcome::pass, Outcome::pass, Outcome::fail));
}

TEST(Path, ComparesStatedFields) {
  Tracer tracer;
  tracer.heard(5, 1000);
  TraceEvent& change = tracer.on(5, "server", "tcp_rcv_state_process", "ok");
  change.state = TcpState::syn_received;
  change.state_after = TcpState::established;
  change.cookie = 72;  // conn
  change.caller = "tcp_child_process";
  change.reason = "SOCKET_FILTER";
  scenario::PathEvent expected = event("tcp_rcv_state_process", "ok");
  expected.state = TcpState::syn_received;
  expected.state_after = TcpState::established;
  expected.socket = "conn";
  expected.caller = "tcp_child_process";
  EXPECT_EQ(fit(tracer.timeline, expected, change), Fit::yes);

  const auto differs = [&](auto alter) {
    scenario::PathEvent other = expected;
    alter(other);
    return fit(tracer.timeline, other, change) == Fit::no;
  };
  EXPECT_TRUE(differs([](auto& e) { e.event = KernelFunction::rcv_established; }));
  EXPECT_TRUE(differs([](auto& e) { e.outcome = TraceOutcome::reset; }));
  EXPECT_TRUE(differs([](auto& e) { e.detail = TraceDetail::early_demux; }));
  EXPECT_TRUE(differs([](auto& e) { e.reason = "NO_SOCKET"; }));
  EXPECT_TRUE(differs([](auto& e) { e.state = TcpState::syn_sent; }));
  EXPECT_TRUE(differs([](auto& e) { e.state_after = TcpState::closed; }));
  EXPECT_TRUE(differs([](auto& e) { e.socket = "srv"; }));
  EXPECT_TRUE(differs([](auto& e) { e.socket = "nobody"; }));
  EXPECT_TRUE(differs([](auto& e) { e.caller = "tcp_v4_rcv"; }));
}

TEST(Path, UsesIpv6NamesOverIpv6) {
  Timeline timeline = two_hosts();
  timeline.family = Family::inet6;
  TraceEvent seen;
  seen.event = KernelFunction::established6;
  seen.caller = "tcp_v6_rcv";
  scenario::PathEvent expected = event("__inet_lookup_established");
  expected.caller = "tcp_v4_rcv";
  EXPECT_EQ(fit(timeline, expected, seen), Fit::yes);
  timeline.family = Family::inet;
  EXPECT_EQ(fit(timeline, expected, seen), Fit::no);
}

TEST(Path, FailsOnAForbiddenEvent) {
  scenario::Path path = of_syn();
  path.never = {event("tcp_conn_request"), event("tcp_v4_send_reset")};
  const auto checks = judge_path(path, refused());
  EXPECT_THAT(outcomes(checks), ElementsAre(Outcome::pass, Outcome::pass, Outcome::fail));
  EXPECT_EQ(checks[1].title, "path on server: never tcp_conn_request");
  EXPECT_EQ(checks[1].seen, "none of 7 events matches");
  EXPECT_THAT(checks[2].seen, HasSubstr("saw tcp_v4_send_reset no-socket; its path: "));
}

TEST(Path, FindsTheAnswerByItsCause) {
  const auto judged = [](const char* flags) {
    scenario::Path path = of_syn();
    path.answer = TcpFlags::parse(flags);
    return judge_path(path, refused()).at(1);
  };
  EXPECT_EQ(judged("R.").outcome, Outcome::pass);
  EXPECT_EQ(judged("R.").title, "path on server: answered by R.");
  EXPECT_EQ(judged("S.").outcome, Outcome::fail);
  EXPECT_THAT(judged("S.").seen, HasSubstr("answered by R."));

  scenario::Path path = of_syn();
  path.unanswered = true;
  EXPECT_EQ(judge_path(path, refused()).at(1).outcome, Outcome::fail);
  path.host = "client";  // where it was sent, and answers nothing
  EXPECT_EQ(judge_path(path, refused()).at(1).outcome, Outcome::pass);
}

TEST(Path, FailsAsAWholeIfItsSegmentWasNotSeen) {
  scenario::Path path = of_syn({event("tcp_v4_rcv")});
  path.segment->flags = *TcpFlags::parse(".");
  auto checks = judge_path(path, refused());
  ASSERT_THAT(checks, SizeIs(1));
  EXPECT_EQ(checks[0].outcome, Outcome::fail);
  EXPECT_EQ(checks[0].seen,
            "no such segment, except those of earlier path steps; seen: client:40000 > server:8888 "
            "S; server:8888 > client:40000 R.");
  checks = judge_path(path, two_hosts());
  EXPECT_EQ(checks.at(0).seen, "no segment was seen");
}

TEST(Path, UsesTheSegmentAfterThatOfThePreviousStep) {
  Tracer tracer;
  tracer.refused(9, 1000);
  tracer.heard(20, 7000);
  const auto second = [&](std::vector<scenario::Action> before) {
    before.push_back(of_syn({event("tcp_conn_request", "request")}));
    return judge_last(scenario_with(std::move(before)), {}, tracer.timeline).back().outcome;
  };
  EXPECT_EQ(second({}), Outcome::fail) << "the first one was refused";
  EXPECT_EQ(second({of_syn()}), Outcome::pass);
  EXPECT_EQ(second({of_syn(), of_syn()}), Outcome::fail) << "there is no third one";
  scenario::Path elsewhere = of_syn();
  elsewhere.host = "client";
  EXPECT_EQ(second({elsewhere}), Outcome::fail) << "another host's path takes nothing away";
}

TEST(Path, MatchesAnyPortIfNoneIsStated) {
  scenario::Path path = of_syn();
  path.segment->from.port = 0;
  path.segment->to.port = 0;
  EXPECT_THAT(outcomes(judge_path(path, refused())), ElementsAre(Outcome::pass));
  path.segment->to.port = 80;
  EXPECT_THAT(outcomes(judge_path(path, refused())), ElementsAre(Outcome::fail));
}

// How often a held SYN is sent again no scenario can know.
TEST(Path, IgnoresRetransmittedSegments) {
  Tracer tracer;
  tracer.refused(9, 1000);
  tracer.refused(11, 1000);
  tracer.heard(20, 7000);
  EXPECT_EQ(judge_last(scenario_with({of_syn(), of_syn({event("tcp_conn_request")})}), {},
                       tracer.timeline)
                .back()
                .outcome,
            Outcome::pass);
}

// What a stalled machine makes the kernel send again may change the state before the segment comes.
TEST(Path, IsNotProvenAfterTooLongAHold) {
  const auto judged = [](Timestamp held_for, int sent) {
    Tracer tracer;
    tracer.refused(9, 1000);
    StepRecord hold, release;
    hold.index = 3;  // scenario_with() opens three sockets first
    hold.begin = 5'000'000'000;
    release.index = 4;
    release.end = hold.begin + held_for;
    tracer.timeline.steps = {hold, release};
    for (int i = 0; i < sent; ++i)
      tracer.timeline.packets.push_back(packet("server", false, client, server, "S", 1000));
    return judge_last(scenario_with({scenario::Hold{"client"}, scenario::Release{"client", false},
                                     of_syn({event("tcp_conn_request")})}),
                      {}, tracer.timeline)
        .back();
  };
  EXPECT_EQ(judged(900'000'000, 2).outcome, Outcome::fail);
  EXPECT_EQ(judged(1'100'000'000, 1).outcome, Outcome::fail);
  EXPECT_EQ(judged(1'100'000'000, 2).outcome, Outcome::not_observed);
  EXPECT_THAT(judged(1'100'000'000, 2).seen,
              HasSubstr("held for 1.1 s, longer than the retransmission timeout, and server saw a "
                        "segment more than once: it does not; its path: "));
}

// Times of two CPUs may differ by more than two events do.
TEST(Path, IsSortedByNumber) {
  Timeline timeline = refused();
  std::reverse(timeline.trace.begin(), timeline.trace.end());
  EXPECT_THAT(outcomes(judge_path(of_syn({event("tcp_v4_rcv"), event("kfree_skb")}), timeline)),
              ElementsAre(Outcome::pass, Outcome::pass, Outcome::pass));
}

TEST(Path, ContainsEverythingOfAWholeHost) {
  Tracer tracer;
  tracer.refused(9, 1000);
  TraceEvent& change = tracer.at("server", "inet_sock_set_state");
  change.state = TcpState::closed;
  change.state_after = TcpState::listen;
  scenario::Path path;
  path.host = "server";
  path.passes = {event("tcp_v4_send_reset"), event("inet_sock_set_state"), event("tcp_v4_rcv")};
  path.never = {event("tcp_conn_request")};
  const auto checks = judge_path(path, tracer.timeline);
  EXPECT_THAT(outcomes(checks),
              ElementsAre(Outcome::pass, Outcome::pass, Outcome::fail, Outcome::pass));
  EXPECT_EQ(checks[2].seen, "it does not; the calls of that function: tcp_v4_rcv");
  path.passes = {event("tcp_reset")};
  EXPECT_EQ(judge_path(path, tracer.timeline).at(0).seen,
            "it does not; none of its 9 events is a call of that function");
}

TEST(Path, IsNotObservedWithoutATrace) {
  Timeline timeline = two_hosts();
  timeline.no_trace = "tcp_lookup.ko is not loaded in this kernel";
  scenario::Path path = of_syn({event("tcp_v4_rcv")});
  path.never = {event("tcp_conn_request")};
  const auto checks = judge_path(path, timeline);
  EXPECT_THAT(outcomes(checks), ElementsAre(Outcome::not_observed));
  EXPECT_EQ(checks[0].seen, timeline.no_trace);
}

TEST(Path, IsNotObservedIfTheKernelDoesNotShowTheFunction) {
  Timeline timeline = refused();
  timeline.trace_blind = {{"inet_lhash2_lookup", "no:_inlined"}, {"tcp_conn_request", "no"}};
  scenario::Path path =
      of_syn({event("tcp_v4_rcv"), probe("exact", "miss"), event("tcp_v4_send_reset")});
  path.never = {event("tcp_conn_request")};
  const auto checks = judge_path(path, timeline);
  EXPECT_THAT(outcomes(checks), ElementsAre(Outcome::pass, Outcome::pass, Outcome::not_observed,
                                            Outcome::pass, Outcome::not_observed));
  EXPECT_EQ(checks[2].seen,
            "this kernel does not show the calls of inet_lhash2_lookup(): no: inlined");
}

TEST(Path, DoesNotMatchADropWithoutAReason) {
  Timeline timeline = refused();
  for (TraceEvent& event : timeline.trace)
    if (event.event == KernelFunction::drop) event.reason.clear();
  scenario::PathEvent no_socket = event("kfree_skb");
  no_socket.reason = "NO_SOCKET";
  scenario::Path path = of_syn({no_socket});
  path.never = {no_socket};
  const auto checks = judge_path(path, timeline);
  EXPECT_THAT(outcomes(checks),
              ElementsAre(Outcome::pass, Outcome::not_observed, Outcome::not_observed));
  EXPECT_EQ(checks[1].seen,
            "this kernel reports no reason, so NO_SOCKET cannot be checked: saw kfree_skb dropped");
  EXPECT_EQ(checks[2].seen, checks[1].seen);
}

TEST(Path, IsNotObservedIfTheKernelHidesDrops) {
  Timeline timeline = refused();
  std::erase_if(timeline.trace,
                [](const TraceEvent& event) { return event.event == KernelFunction::drop; });
  scenario::Path path = of_syn({event("kfree_skb"), event("tcp_reset")});
  path.never = {event("kfree_skb"), event("tcp_conn_request")};
  EXPECT_THAT(
      outcomes(judge_path(path, timeline)),
      ElementsAre(Outcome::pass, Outcome::fail, Outcome::fail, Outcome::pass, Outcome::pass));
  timeline.trace_blind = {{"drop_reasons", "no:_came_with_5.17"}};
  const auto checks = judge_path(path, timeline);
  EXPECT_THAT(outcomes(checks), ElementsAre(Outcome::pass, Outcome::not_observed, Outcome::fail,
                                            Outcome::not_observed, Outcome::pass));
  EXPECT_EQ(checks[1].seen, "this kernel does not show drop reasons: no: came with 5.17");
}

TEST(Path, ProvesOnlyWhatIsThereIfEventsWereLost) {
  for (const bool lost : {true, false}) {
    Timeline timeline = refused();
    (lost ? timeline.trace_lost : timeline.trace_missed) = 3;
    scenario::Path path = of_syn({event("tcp_v4_rcv"), event("tcp_reset")});
    path.never = {event("tcp_conn_request"), event("tcp_v4_send_reset")};
    path.answer = TcpFlags::parse("S.");
    EXPECT_THAT(outcomes(judge_path(path, timeline)),
                ElementsAre(Outcome::pass, Outcome::pass, Outcome::not_observed,
                            Outcome::not_observed, Outcome::fail, Outcome::not_observed));
    path.segment->flags = *TcpFlags::parse("F");
    EXPECT_THAT(outcomes(judge_path(path, timeline)), ElementsAre(Outcome::not_observed));
  }
}

TEST(Path, ReportsThatItWaited) {
  StepRecord record;
  record.played.timed_out = true;
  const auto checks = judge_last(scenario_with({of_syn({event("tcp_reset")})}), record, refused());
  EXPECT_THAT(checks.back().seen, ::testing::EndsWith("still so at the deadline, after 2500 ms"));
}

TEST(Paths, OmitSegmentsWithoutAHeader) {
  Tracer tracer;
  tracer.on(3, "server", "tcp_v4_send_reset", "no-socket");
  EXPECT_THAT(paths_at(tracer.timeline, "server"), IsEmpty());
}

TEST(SamePaths, OmitsWhatDiffersBetweenPlays) {
  Tracer one, other;
  one.refused(9, 1000);
  other.refused(500, 77777);
  EXPECT_EQ(paths_in_words(one.timeline), paths_in_words(other.timeline));
  EXPECT_THAT(paths_in_words(one.timeline), HasSubstr("inet_lhash2_lookup wildcard miss"));
}

TEST(SamePaths, IgnoresWhetherTheSocketWasLocked) {
  Tracer one, other;
  one.refused(9, 1000);
  other.refused(9, 1000);
  other.on(9, "server", "tcp_add_backlog");
  EXPECT_EQ(paths_in_words(one.timeline), paths_in_words(other.timeline));
}

TEST(SamePaths, ReportsTheFirstDifference) {
  Tracer one, other;
  one.refused(9, 1000);
  other.heard(9, 1000);
  const std::string difference =
      first_difference(paths_in_words(one.timeline), paths_in_words(other.timeline));
  EXPECT_THAT(difference, HasSubstr("server received client:40000 > server:8888 S"));
  EXPECT_EQ(first_difference(paths_in_words(one.timeline), paths_in_words(one.timeline)), "");
}

}  // namespace
}  // namespace lab::check
