// SPDX-License-Identifier: MIT
//
// The moments of a run, and the lookup of a segment that arrived.
#include "html/arrival_lookup.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "html/moments.hpp"
#include "html/sections.hpp"
#include "support/traces.hpp"
#include "unit/html/runs.hpp"

namespace lab::html {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<Moment> moments_in(const Timeline& run) {
  static std::vector<std::unique_ptr<diagram::Ladder>> kept;
  kept.push_back(std::make_unique<diagram::Ladder>(diagram::ladder_of(run, draw::glyphs_of(true))));
  return moments_of(run, *kept.back());
}

const Moment& arrival(const std::vector<Moment>& moments, std::string_view what) {
  for (const Moment& moment : moments)
    if (moment.lookup && moment.what.starts_with(what)) return moment;
  throw std::runtime_error("no such arrival: " + std::string(what));
}

std::vector<std::string> in_words(const ArrivalLookup& lookup) {
  std::vector<std::string> words;
  for (const Search& each : lookup.searches)
    words.push_back(
        fmt::format("{} {}", to_string(each.step), each.result ? to_string(*each.result) : "?"));
  return words;
}

// As tests/support/traces.hpp has it, after a step that has read the server's tables.
Timeline forgotten(bool traced) {
  Timeline run = testing::refused_with_trace();
  Row srv = testing::row(TcpState::closed, "0.0.0.0:8888", nullptr, 21);
  srv.role = Role::nothing;
  run.steps[0].snapshots = {
      {"server", testing::both({}), testing::both({srv}, 624), testing::both({}), true, {}}};
  if (!traced) {
    run.trace.clear();
    run.no_trace = "tcp_lookup.ko is not loaded";
  }
  return run;
}

TEST(ArrivalLookup, OfASynThatNobodyListensFor) {
  const Timeline run = forgotten(true);
  const auto moments = moments_in(run);
  const Moment& syn = arrival(moments, "SYN seq 0");
  EXPECT_EQ(syn.hosts.front().host, "server");
  const ArrivalLookup& lookup = *syn.lookup;
  EXPECT_THAT(in_words(lookup),
              ElementsAre("ehash miss", "lhash2-exact miss", "lhash2-wildcard miss"));
  EXPECT_EQ(lookup.searches[0].asker, "tcp_v4_rcv");
  EXPECT_EQ(lookup.searches[0].hash, "inet_ehashfn(server:8888, client:40000) & ehash_mask");
  EXPECT_EQ(lookup.searches[0].bucket, std::nullopt);  // no table shows a socket with these ends
  EXPECT_EQ(lookup.searches[2].hash, "ipv4_portaddr_hash(0.0.0.0:8888) & lhash2_mask");
  EXPECT_TRUE(lookup.forgotten);
  ASSERT_THAT(lookup.holders, SizeIs(1));
  EXPECT_EQ(lookup.bind_bucket, 624u);
  EXPECT_THAT(lookup.verdict, HasSubstr("RST"));
  EXPECT_FALSE(lookup.inferred);
}

TEST(ArrivalLookup, EndsInTheTableThatHasTheSocket) {
  const Timeline run = forgotten(true);
  const auto moments = moments_in(run);
  const ArrivalLookup& lookup = *arrival(moments, "RST").lookup;
  EXPECT_THAT(in_words(lookup),
              ElementsAre("ehash hit", "lhash2-exact skipped", "lhash2-wildcard skipped"));
  EXPECT_EQ(lookup.searches[0].asker, "tcp_v4_early_demux");
  EXPECT_EQ(lookup.searches[0].socket, "cli, SYN-SENT");
  EXPECT_FALSE(lookup.holders_known);  // no step has read the client's tables
}

TEST(ArrivalLookup, WithoutATraceIsInferredFromTheTables) {
  const Timeline run = forgotten(false);
  const auto moments = moments_in(run);
  const ArrivalLookup& lookup = *arrival(moments, "SYN seq 0").lookup;
  EXPECT_TRUE(lookup.inferred);
  EXPECT_THAT(in_words(lookup),
              ElementsAre("ehash miss", "lhash2-exact miss", "lhash2-wildcard miss"));
  const ArrivalLookup& back = *arrival(moments, "RST").lookup;
  EXPECT_THAT(back.searches, IsEmpty());
  EXPECT_EQ(back.why_not,
            "tcp_lookup.ko is not loaded; and no step before had read the tables of client");
}

TEST(ArrivalLookup, OfALookupThatThisKernelHasInlinedIsNotObserved) {
  Timeline run = forgotten(true);
  std::erase_if(run.trace,
                [](const TraceEvent& event) { return event.event == KernelFunction::lhash4; });
  for (TraceEvent& event : run.trace)
    if (event.event == KernelFunction::listener4) {
      event.outcome = TraceOutcome::hit;
      event.cookie = 21;
      event.state = TcpState::listen;
    }
  const auto moments = moments_in(run);
  const ArrivalLookup& lookup = *arrival(moments, "SYN seq 0").lookup;
  EXPECT_THAT(in_words(lookup), ElementsAre("ehash miss", "lhash2-exact ?", "lhash2-wildcard ?"));
  EXPECT_EQ(lookup.searches[1].why_not,
            "inet_lhash2_lookup() is inlined; one of the two found srv, LISTEN");
}

TEST(Moments, FollowTheLadder) {
  const Timeline run = testing::simopen();
  const auto moments = moments_in(run);
  ASSERT_GT(moments.size(), 10u);
  for (std::size_t i = 1; i < moments.size(); ++i)
    EXPECT_LE(moments[i - 1].row, moments[i].row) << i;
  std::size_t with_lookup = 0;
  for (const Moment& moment : moments) with_lookup += moment.lookup.has_value();
  EXPECT_GE(with_lookup, 4u);  // two SYNs and two SYN-ACKs
}

// A reader sees the same text in the page; the script finds ladder rows by these numbers.
TEST(StepThrough, NamesTheRowsOfTheLadderAndTheTables) {
  const std::string html = step_through_section(forgotten(true), "r");
  EXPECT_THAT(html, HasSubstr("<li id=\"r-t-1\" data-row=\"0\""));
  EXPECT_THAT(html, HasSubstr("never asked"));
  EXPECT_THAT(html, HasSubstr("srv, CLOSED holds the port, and does not listen"));
  EXPECT_THAT(html, HasSubstr("data-bucket=\"624\""));
  EXPECT_THAT(html, HasSubstr("<div class=\"strips\" id=\"r-s1\">"));
  EXPECT_THAT(step_through_section(forgotten(false), "r"),
              HasSubstr("inferred from the tables of step 1"));
}

TEST(StepThrough, SaysWhyAMomentHasNoTables) {
  EXPECT_THAT(step_through_section(testing::asked(), "r"),
              HasSubstr("not observed: the report names no host of this step"));
}

constexpr const char* predictable = R"(name: no-listen
title: t
summary: s
rule: r
topology:
  hosts: {client: , server: }
  links: [{endpoints: ["client:eth0", "server:eth0"]}]
steps:
  - socket: {name: srv, host: server}
  - bind: {socket: srv, to: "any:8888"}
  - socket: {name: cli, host: client}
  - connect: {socket: cli, to: "server:8888", error: ECONNREFUSED}
)";

TEST(Prediction, AsksWithoutTellingTheErrno) {
  const std::string html = prediction_section(forgotten(true), predictable, "r");
  EXPECT_THAT(html, HasSubstr("data-seen=\"RST\""));
  EXPECT_THAT(html, HasSubstr("<li>SYN-ACK</li>"));
  EXPECT_THAT(html, HasSubstr("<li value=\"2\">bind srv"));
  EXPECT_THAT(html, Not(HasSubstr("ECONNREFUSED")));
  EXPECT_EQ(prediction_section(forgotten(true), "local 1.2.3.4\n", "r"), "");
}

}  // namespace
}  // namespace lab::html
