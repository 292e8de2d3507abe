// SPDX-License-Identifier: MIT
//
// A run as lanes and rows, apart from any drawing.
#include "sequence/sequence.hpp"

#include <gmock/gmock.h>

#include "support/timelines.hpp"
#include "support/traces.hpp"

namespace lab::sequence {
namespace {

using draw::Ink;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::segment;
using testing::Story;
using testing::us;

constexpr const char* a = "10.0.0.1:40000";
constexpr const char* b = "10.0.0.2:8888";

Story two_hosts() {
  Story story;
  testing::link_two_hosts(story.timeline, "a", "b");
  return story;
}

// client - nat - server; the hosts are told in another order.
Story behind_a_router() {
  Story story;
  story.timeline.hosts = {
      {"nat",
       {{"eth0", *Address::parse("203.0.113.1")}, {"eth1", *Address::parse("10.0.0.254")}},
       3},
      {"client", {{"eth0", *Address::parse("10.0.0.1")}}, 1},
      {"server", {{"eth0", *Address::parse("203.0.113.2")}}, 2}};
  story.timeline.links = {{"client:eth0", "nat:eth1"}, {"nat:eth0", "server:eth0"}};
  story.step("connect");
  return story;
}

// What an interface saw, at a moment counted from the last step's begin.
Packet seen(const Story& story, const std::string& host, const std::string& device, bool outgoing,
            const Segment& segment, Timestamp after) {
  Packet packet;
  packet.time = story.timeline.steps.back().begin + after;
  packet.host = host;
  packet.device = device;
  packet.outgoing = outgoing;
  packet.protocol = "tcp";
  packet.segment = segment;
  return packet;
}

template <typename What>
std::vector<What> all(const Sequence& sequence) {
  std::vector<What> result;
  for (const SequenceRow& row : sequence.rows)
    if (const What* what = std::get_if<What>(&row.what)) result.push_back(*what);
  return result;
}

std::vector<std::string> kinds(const Sequence& sequence) {
  std::vector<std::string> result;
  for (const SequenceRow& row : sequence.rows)
    result.emplace_back(std::visit(
        []<typename What>(const What&) {
          if constexpr (std::is_same_v<What, Leg>) return "leg";
          if constexpr (std::is_same_v<What, Wait>) return "wait";
          if constexpr (std::is_same_v<What, StepBegin>) return "step";
          if constexpr (std::is_same_v<What, StepFailed>) return "failed";
          if constexpr (std::is_same_v<What, StateChange>) return "state";
          if constexpr (std::is_same_v<What, Unseen>) return "unseen";
          if constexpr (std::is_same_v<What, Collapsed>) return "collapsed";
          return "?";
        },
        row.what));
  return result;
}

TEST(Lanes, FollowTheOrderOfTheLinks) {
  EXPECT_THAT(hosts_in_order(behind_a_router().timeline), ElementsAre("client", "nat", "server"));
}

TEST(Lanes, HaveAPortIfThereIsOnlyOne) {
  Story story = two_hosts();
  story.step("play");
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * us);
  story.packet("a", "b", segment("10.0.0.1:40001", b, "S", 2000), 20 * us);
  const Sequence sequence = sequence_of(story.timeline);
  EXPECT_EQ(sequence.lanes[0].port, std::nullopt);
  EXPECT_EQ(sequence.lanes[1].port, 8888);
  EXPECT_EQ(sequence.messages[0].ports, "40000 > 8888");
}

TEST(Sequence, PutsAStepBeforeWhatHappensInIt) {
  Story story = two_hosts();
  StepRecord& step = story.step("connect cli to b:8888", "ECONNREFUSED");
  step.verb = "connect";
  step.hosts = {"a"};
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * us);
  story.packet("b", "a", segment(b, a, "R.", 0, 1001), 30 * us);
  const Sequence sequence = sequence_of(story.timeline);
  EXPECT_THAT(kinds(sequence), ElementsAre("step", "leg", "leg"));
  const StepBegin begin = all<StepBegin>(sequence).front();
  EXPECT_THAT(begin.lanes, ElementsAre(0u));
  EXPECT_EQ(begin.result, "ECONNREFUSED");
  EXPECT_FALSE(begin.looks);
  EXPECT_EQ(sequence.messages[1].first().acknowledgment, 1u);
}

TEST(Sequence, JoinsHopsEvenIfTheEndsAreRewritten) {
  Story story = behind_a_router();
  const Segment inside = segment("10.0.0.1:40000", "203.0.113.2:8888", "S", 1000);
  const Segment outside = segment("203.0.113.1:50000", "203.0.113.2:8888", "S", 1000);
  const Segment answer = segment("203.0.113.2:8888", "203.0.113.1:50000", "S.", 7000, 1001);
  const Segment translated = segment("203.0.113.2:8888", "10.0.0.1:40000", "S.", 7000, 1001);
  story.timeline.packets = {seen(story, "client", "eth0", true, inside, 10 * us),
                            seen(story, "nat", "eth1", false, inside, 11 * us),
                            seen(story, "nat", "eth0", true, outside, 12 * us),
                            seen(story, "server", "eth0", false, outside, 13 * us),
                            seen(story, "server", "eth0", true, answer, 14 * us),
                            seen(story, "nat", "eth0", false, answer, 15 * us),
                            seen(story, "nat", "eth1", true, translated, 16 * us),
                            seen(story, "client", "eth0", false, translated, 17 * us)};
  const Sequence sequence = sequence_of(story.timeline);
  ASSERT_EQ(sequence.messages.size(), 2u);
  const Message& syn = sequence.messages[0];
  ASSERT_EQ(syn.hops.size(), 2u);
  EXPECT_EQ(syn.from(), 0u);
  EXPECT_EQ(syn.to(), 2u);
  EXPECT_EQ(syn.hops[0].rewritten, "");
  EXPECT_EQ(syn.hops[1].rewritten, "nat:50000 > server:8888");
  EXPECT_EQ(syn.fate, Fate::arrived);
  EXPECT_TRUE(sequence.lanes[1].forwards);
  // The way back is the same rewriting, and not told again.
  ASSERT_EQ(sequence.messages[1].hops.size(), 2u);
  EXPECT_EQ(sequence.messages[1].hops[1].rewritten, "");
  EXPECT_EQ(all<Leg>(sequence).size(), 2u);
}

TEST(Sequence, SaysWhereASegmentStopped) {
  Story story = behind_a_router();
  const Segment syn = segment("10.0.0.1:40000", "203.0.113.2:8888", "S", 1000);
  story.timeline.packets = {seen(story, "client", "eth0", true, syn, 10 * us),
                            seen(story, "nat", "eth1", false, syn, 11 * us)};
  const Sequence sequence = sequence_of(story.timeline);
  ASSERT_EQ(sequence.messages.size(), 1u);
  EXPECT_EQ(sequence.messages[0].fate, Fate::stopped);
  EXPECT_EQ(sequence.messages[0].to(), 1u);
}

TEST(Sequence, DistinguishesLossOnALinkFromADropStep) {
  Story story = two_hosts();
  story.step("send");
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * us);
  story.packet("a", "b", segment(a, b, "S", 1000), 50 * us);
  story.packet("a", "b", segment(a, b, "S", 1000), 90 * us);
  story.timeline.packets[1].lost = true;
  story.timeline.packets.pop_back();
  const Sequence sequence = sequence_of(story.timeline);
  ASSERT_EQ(sequence.messages.size(), 3u);
  EXPECT_EQ(sequence.messages[0].fate, Fate::dropped);
  EXPECT_EQ(sequence.messages[1].fate, Fate::arrived);
  EXPECT_EQ(sequence.messages[2].fate, Fate::lost_on_link);
  EXPECT_TRUE(sequence.messages[2].first().again);
}

void at_host(StepRecord& step, const char* verb, const char* host) {
  step.verb = verb;
  step.step_class = Story::class_of(verb);
  step.hosts = {host};
}

// Two SYNs are held, and released one after the other.
Story held_syns() {
  Story story = two_hosts();
  at_host(story.step("hold what a sends"), "hold", "a");
  at_host(story.step("hold what b sends"), "hold", "b");
  at_host(story.step("connect left"), "connect", "a");
  at_host(story.step("connect right"), "connect", "b");
  at_host(story.step("release a"), "release", "a");
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * us);
  story.step("look").step_class = StepClass::observes;
  at_host(story.step("release b"), "release", "b");
  story.packet("b", "a", segment(b, a, "S", 5000), 10 * us);
  return story;
}

TEST(Sequence, LetsAHeldSegmentWaitFromWhereTcpProvesItWithoutATrace) {
  const Sequence sequence = sequence_of(held_syns().timeline);
  ASSERT_EQ(sequence.messages.size(), 2u);
  EXPECT_TRUE(sequence.messages[0].hops[0].held);
  EXPECT_TRUE(sequence.messages[1].hops[0].held);
  EXPECT_EQ(sequence.messages[0].crosses, 1u);
  EXPECT_TRUE(sequence.messages[0].simultaneous_open);
  // The second SYN was made before the first one came; when the first was made nobody saw.
  EXPECT_THAT(kinds(sequence), ElementsAre("step", "step", "step", "step", "step", "wait", "leg",
                                           "step", "step", "leg"));
  EXPECT_EQ(all<Wait>(sequence).front().message, 1u);
  EXPECT_TRUE(sequence.messages[1].hops[0].ready_at_latest);
}

TEST(Sequence, LetsAHeldSegmentWaitFromWhenTheTraceShowsItSent) {
  Story story = held_syns();
  const auto& steps = story.timeline.steps;
  const Timestamp left = steps[2].begin, right = steps[3].begin;
  testing::Traces traces(std::move(story.timeline));
  traces.at("a", left, 1, segment(a, b, "S", 1000));
  traces.add("__ip_local_out");
  traces.at("b", right, 1, segment(b, a, "S", 5000));
  traces.add("__ip_local_out");
  const Sequence sequence = sequence_of(traces.timeline);
  EXPECT_THAT(kinds(sequence), ElementsAre("step", "step", "step", "wait", "step", "wait", "step",
                                           "leg", "step", "step", "leg"));
}

// The ACK answers what came in during the release; it was never held.
TEST(Sequence, DoesNotTreatAnAnswerWithinAReleaseAsHeld) {
  Story story = two_hosts();
  at_host(story.step("hold"), "hold", "a");
  at_host(story.step("release"), "release", "a");
  story.packet("a", "b", segment(a, b, "S", 1000), 10 * us);
  story.packet("b", "a", segment(b, a, "S.", 5000, 1001), 25 * us);
  story.packet("a", "b", segment(a, b, ".", 1001, 5001), 40 * us);
  const Sequence sequence = sequence_of(story.timeline);
  ASSERT_EQ(sequence.messages.size(), 3u);
  EXPECT_TRUE(sequence.messages[0].hops[0].held);
  EXPECT_FALSE(sequence.messages[2].hops[0].held);
}

TEST(Sequence, MarksASegmentThatIsHeldToTheEnd) {
  Story story = two_hosts();
  at_host(story.step("hold"), "hold", "a");
  at_host(story.step("connect"), "connect", "a");
  const Timestamp connect = story.timeline.steps.back().begin;
  testing::Traces traces(std::move(story.timeline));
  traces.at("a", connect, 1, segment(a, b, "S", 1000));
  traces.add("__ip_local_out");
  const Sequence sequence = sequence_of(traces.timeline);
  ASSERT_EQ(sequence.messages.size(), 1u);
  EXPECT_EQ(sequence.messages[0].fate, Fate::never_left);
  EXPECT_THAT(kinds(sequence), ElementsAre("step", "step", "wait"));
}

// As a stored run may say, which anybody can have written.
TEST(Sequence, LeavesOutWhatAHostSentThatTheRunDoesNotHave) {
  Story story = two_hosts();
  story.step("connect");
  const Timestamp connect = story.timeline.steps.back().begin;
  testing::Traces traces(std::move(story.timeline));
  traces.at("elsewhere", connect, 1, segment(a, b, "S", 1000));
  traces.add("__ip_local_out");
  const Sequence sequence = sequence_of(traces.timeline);
  EXPECT_THAT(sequence.messages, IsEmpty());
  EXPECT_THAT(kinds(sequence), ElementsAre("step"));
}

TEST(Sequence, HasTheKernelsPathUnderTheArrivalAndTheAnswersCause) {
  const Sequence sequence = sequence_of(testing::refused_with_trace());
  ASSERT_EQ(sequence.messages.size(), 2u);
  const Message& syn = sequence.messages[0];
  EXPECT_EQ(syn.verdict, "answered with RST, no socket was found (NO_SOCKET)");
  EXPECT_THAT(calls_of(syn.path),
              ElementsAre(PathCall{"__inet_lookup_established", "miss", Ink::faint},
                          PathCall{"inet_lhash2_lookup", "miss", Ink::faint},
                          PathCall{"tcp_v4_send_reset", "no-socket NO_SOCKET", Ink::bad}));
  const Message& reset = sequence.messages[1];
  EXPECT_EQ(reset.answers, 0u);
  ASSERT_EQ(reset.changes.size(), 1u);
  EXPECT_EQ(reset.changes[0].socket, "cli");
  EXPECT_EQ(reset.changes[0].before, TcpState::syn_sent);
  EXPECT_EQ(reset.changes[0].after, TcpState::closed);
  // The change by connect() belongs to no segment.
  const auto states = all<StateChange>(sequence);
  ASSERT_EQ(states.size(), 1u);
  EXPECT_EQ(states[0].after, TcpState::syn_sent);
  EXPECT_TRUE(states[0].traced);
}

TEST(Sequence, AListenerIsCopiedToAChildInSynReceived) {
  Story story = two_hosts();
  story.timeline.sockets = {{"srv", "b", 7, 70}, {"conn", "b", 9, 90}};
  story.step("connect");
  const Timestamp begin = story.timeline.steps.back().begin;
  const Segment ack = segment(a, b, ".", 1001, 5001);
  story.packet("a", "b", ack, 10 * us);
  testing::Traces traces(std::move(story.timeline));
  traces.at("b", begin + 12 * us, 1, ack);
  traces.add("tcp_v4_rcv");
  traces.state("inet_sock_set_state", 0, TcpState::listen, TcpState::syn_received).cookie.reset();
  traces.state("tcp_v4_syn_recv_sock", 9, TcpState::syn_received, TcpState::syn_received).outcome =
      TraceOutcome::child;
  traces.state("inet_sock_set_state", 9, TcpState::syn_received, TcpState::established);
  const Sequence sequence = sequence_of(traces.timeline);
  ASSERT_EQ(sequence.messages.size(), 1u);
  const auto& changes = sequence.messages[0].changes;
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].socket, "conn");
  EXPECT_FALSE(changes[0].before);
  EXPECT_EQ(changes[0].after, TcpState::syn_received);
  EXPECT_EQ(changes[1].before, TcpState::syn_received);
}

TEST(Sequence, TakesStatesFromTheTablesWithoutATrace) {
  const auto states = all<StateChange>(sequence_of(testing::simopen()));
  std::vector<std::string> words;
  for (const StateChange& state : states)
    words.push_back(state.socket + " " + std::string(to_string(state.after)));
  EXPECT_THAT(words, ElementsAre("l SYN-SENT", "r SYN-SENT", "l SYN-RECEIVED", "r SYN-RECEIVED",
                                 "l ESTABLISHED", "r ESTABLISHED"));
  EXPECT_FALSE(states[0].before);
  EXPECT_EQ(states[2].before, TcpState::syn_sent);
}

TEST(Sequence, PutsAFailureAfterWhatHappenedInItsStep) {
  const Timeline run = testing::no_listen_failing();
  const Sequence sequence = sequence_of(run);
  const auto failed = all<StepFailed>(sequence);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].step->text, "tables of server: bound and ehash");
}

TEST(Sequence, JoinsStepsThatOnlyPrepareOrObserve) {
  Story story = two_hosts();
  story.step_at("a", "socket", "open socket cli on a", "inode 5");
  story.step_at("a", "bind", "bind cli to a:40000", "10.0.0.1:40000");
  story.step_at("b", "socket", "open socket srv on b");
  story.step_at("a", "packets", "packets at a are: a > b S").subject = "packets at a";
  story.step_at("a", "path", "path of a > b S on a: tcp_v4_rcv");
  story.step_at("a", "tables", "tables of a: ehash []").note = "Nobody is there.";
  const auto steps = all<StepBegin>(sequence_of(story.timeline));
  ASSERT_EQ(steps.size(), 4u);
  EXPECT_EQ(steps[0].text, "open socket cli on a; bind cli to a:40000");
  EXPECT_EQ(steps[0].numbers(), "1-2");
  EXPECT_EQ(steps[0].result, "");
  EXPECT_EQ(steps[1].numbers(), "3");
  EXPECT_EQ(steps[2].text, "packets at a; path of a > b S on a");
  EXPECT_EQ(steps[3].text, "tables of a");
  EXPECT_EQ(all<StepBegin>(sequence_of(story.timeline, {.collapse = false})).size(), 6u);
}

Story transfer(std::size_t segments) {
  Story story = two_hosts();
  story.step("transfer");
  std::uint32_t sent = 1;
  for (std::size_t i = 0; i < segments; ++i, sent += 100)
    story.packet("a", "b", segment(a, b, ".", 1000 + sent, 5001, 100),
                 static_cast<Timestamp>(20 * i) * us);
  return story;
}

TEST(Collapse, KeepsTheBeginningAndTheEndOfALongTransfer) {
  const Sequence sequence = sequence_of(transfer(40).timeline);
  EXPECT_THAT(kinds(sequence), ElementsAre("step", "leg", "leg", "leg", "collapsed", "leg"));
  EXPECT_EQ(all<Collapsed>(sequence)[0].words,
            "36 more segments like these, 3600 bytes in 0.70 ms");
  EXPECT_THAT(all<Collapsed>(sequence_of(transfer(40).timeline, {.collapse = false})), IsEmpty());
}

TEST(Collapse, KeepsShortSequences) {
  EXPECT_THAT(all<Collapsed>(sequence_of(transfer(6).timeline)), IsEmpty());
}

TEST(Collapse, NeverHidesALoss) {
  Story story = transfer(40);
  story.timeline.packets[2 * 20 + 1].lost = true;
  const Sequence sequence = sequence_of(story.timeline);
  EXPECT_EQ(all<Collapsed>(sequence).size(), 2u);
}

TEST(Collapse, CountsHowOftenASegmentWasSentAgain) {
  Story story = two_hosts();
  story.step("connect");
  for (int i = 0; i < 8; ++i) story.packet("a", "b", segment(a, b, "S", 1000), (1 << i) * 10 * us);
  const auto collapsed = all<Collapsed>(sequence_of(story.timeline));
  ASSERT_EQ(collapsed.size(), 1u);
  EXPECT_THAT(collapsed[0].words, ::testing::StartsWith("sent 4 more times"));
}

// A client that connects over and over to a port where nobody listens.
Story refusals(std::size_t count) {
  Story story = two_hosts();
  story.step("exec");
  for (std::size_t i = 0; i < count; ++i) {
    const std::string from = "10.0.0.1:" + std::to_string(40000 + 2 * i);
    const auto first = static_cast<std::uint32_t>(1000 + 77 * i);
    story.packet("a", "b", segment(from.c_str(), b, "S", first), static_cast<Timestamp>(20 * i) * us);
    story.packet("b", "a", segment(b, from.c_str(), "R.", 0, first + 1),
                 static_cast<Timestamp>(20 * i + 10) * us);
  }
  return story;
}

TEST(Collapse, CountsAnExchangeThatRepeatsWithOtherPorts) {
  const Sequence sequence = sequence_of(refusals(100).timeline);
  EXPECT_THAT(kinds(sequence), ElementsAre("step", "leg", "leg", "collapsed", "leg", "leg"));
  const auto collapsed = all<Collapsed>(sequence);
  EXPECT_THAT(collapsed[0].words, ::testing::StartsWith("98 times more the same 2 segments, in "));
  EXPECT_EQ(collapsed[0].messages.size(), 196u);
}

TEST(Collapse, ShowsThreeExchangesInFull) {
  EXPECT_THAT(all<Collapsed>(sequence_of(refusals(3).timeline)), IsEmpty());
}

TEST(Collapse, AnExchangeThatEndsOtherwiseIsShown) {
  Story story = refusals(10);
  story.packet("a", "b", segment("10.0.0.1:50000", b, "S", 1), 500 * us);
  story.packet("b", "a", segment(b, "10.0.0.1:50000", "S.", 9, 2), 510 * us);
  EXPECT_THAT(kinds(sequence_of(story.timeline)),
              ElementsAre("step", "leg", "leg", "collapsed", "leg", "leg", "leg", "leg"));
}

TEST(Collapse, MakesOneRowOfPings) {
  const auto collapsed = all<Collapsed>(sequence_of(testing::no_listen_failing()));
  ASSERT_EQ(collapsed.size(), 1u);
  EXPECT_EQ(collapsed[0].words, "icmp, 2 packets");
}

}  // namespace
}  // namespace lab::sequence
