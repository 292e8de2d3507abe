// SPDX-License-Identifier: MIT
//
// The view "trace": text written by hand as the contract says, cut into pieces at
// every byte.
#include <gmock/gmock.h>

#include "tcp_lookup/contract.h"
#include "util/error.hpp"
#include "view/trace.hpp"
#include "view/trace_text.hpp"

namespace lab {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::ThrowsMessage;

const std::string header = TCP_LOOKUP_COLUMNS_TRACE "\n";

// A SYN to a port that nobody listens on, as the contract has it.
const std::string refused =
    "1 1700000000000000001 9 - __inet_lookup_established tcp_v4_early_demux - miss - inet 10.0.0.1 "
    "40000 10.0.0.2 8888 eth0 - - - - - - - -\n"
    "2 1700000000000000002 9 - tcp_v4_rcv - - enter - inet 10.0.0.1 40000 10.0.0.2 8888 eth0 S 77 "
    "0 0 - - - -\n"
    "3 1700000000000000003 10 9 __ip_local_out - - enter - inet 10.0.0.2 8888 10.0.0.1 40000 - R. "
    "0 78 0 - - - -\n"
    "4 1700000000000000004 9 - kfree_skb - - dropped NO_SOCKET inet 10.0.0.1 40000 10.0.0.2 8888 "
    "eth0 S 77 0 0 - - - -\n";

const std::string state_change =
    "5 1700000000000000005 - - inet_sock_set_state - - enter - inet6 fd00::2 8888 :: 0 - - - - - "
    "full CLOSED LISTEN 41\n";

std::vector<TraceEvent> events_of(const std::string& text) {
  TraceText trace("trace", "server");
  std::vector<TraceEvent> events;
  trace.feed(text, events);
  return events;
}

TEST(TraceText, ReadsEachColumn) {
  const auto events = events_of(header + refused + state_change);
  ASSERT_THAT(events, SizeIs(5));
  const TraceEvent& lookup = events[0];
  EXPECT_EQ(lookup.host, "server");
  EXPECT_EQ(lookup.number, 1U);
  EXPECT_EQ(lookup.time, 1'700'000'000'000'000'001);
  EXPECT_EQ(lookup.segment, 9U);
  EXPECT_EQ(lookup.cause, std::nullopt);
  EXPECT_EQ(lookup.event, KernelFunction::established4);
  EXPECT_EQ(lookup.caller, "tcp_v4_early_demux");
  EXPECT_EQ(lookup.detail, std::nullopt);
  EXPECT_EQ(lookup.outcome, TraceOutcome::miss);
  EXPECT_EQ(lookup.source, Endpoint::parse("10.0.0.1:40000"));
  EXPECT_EQ(lookup.destination, Endpoint::parse("10.0.0.2:8888"));
  EXPECT_EQ(lookup.device, "eth0");
  EXPECT_EQ(lookup.flags, std::nullopt);
  EXPECT_EQ(lookup.state, std::nullopt);

  EXPECT_EQ(events[1].flags, TcpFlags::parse("S"));
  EXPECT_EQ(events[1].sequence, 77U);
  EXPECT_EQ(events[1].length, 0U);
  EXPECT_EQ(events[2].cause, 9U);
  EXPECT_EQ(events[2].acknowledgment, 78U);
  EXPECT_EQ(events[3].reason, "NO_SOCKET");

  const TraceEvent& change = events[4];
  EXPECT_EQ(change.segment, std::nullopt);
  EXPECT_EQ(change.destination, Endpoint::parse("[::]:0"));
  EXPECT_EQ(change.kind, Kind::full);
  EXPECT_EQ(change.state, TcpState::closed);
  EXPECT_EQ(change.state_after, TcpState::listen);
  EXPECT_EQ(change.cookie, 41U);
}

// A read ends where the buffer ends, and that may be anywhere.
TEST(TraceText, CanBeCutAnywhere) {
  const std::string text = "# a remark\n" + header + refused + "# another\n" + state_change;
  const auto whole = events_of(text);
  ASSERT_THAT(whole, SizeIs(5));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    TraceText trace("trace", "server");
    std::vector<TraceEvent> events;
    trace.feed(text.substr(0, cut), events);
    trace.feed(text.substr(cut), events);
    ASSERT_EQ(events, whole) << "cut before byte " << cut;
  }
  TraceText trace("trace", "server");
  std::vector<TraceEvent> events;
  for (const char byte : text) trace.feed(std::string(1, byte), events);
  EXPECT_EQ(events, whole) << "byte by byte";
}

TEST(TraceText, GivesAnEventOnceItsLineIsComplete) {
  TraceText trace("trace", "server");
  std::vector<TraceEvent> events;
  trace.feed(header, events);
  EXPECT_THAT(events, IsEmpty());
  const std::size_t end = refused.find('\n');
  trace.feed(refused.substr(0, end), events);
  EXPECT_THAT(events, IsEmpty());
  trace.feed("\n", events);
  EXPECT_THAT(events, SizeIs(1));
}

TEST(TraceText, CountsLostEventsSeparately) {
  TraceText trace("trace", "server");
  std::vector<TraceEvent> events;
  const auto lost = [](const std::string& how_many) {
    return "900 1700000000000000009 - - lost - - " + how_many + " - - - - - - - - - - - - - - -\n";
  };
  trace.feed(header + lost("300") + refused + lost("5"), events);
  EXPECT_THAT(events, SizeIs(4));
  EXPECT_EQ(trace.lost(), 305U);
  EXPECT_THAT([&] { trace.feed(lost("many"), events); },
              ThrowsMessage<EnvironmentError>(HasSubstr("\"outcome\" holds \"many\"")));
}

// Newer modules may add columns anywhere.
TEST(TraceText, FindsColumnsByName) {
  std::string columns, values;
  for (const std::string_view name : words(TCP_LOOKUP_COLUMNS_TRACE)) {
    columns = std::string(name) + " new " + columns;
    values = (name == "number"  ? "8 x "
              : name == "time"  ? "9 x "
              : name == "event" ? "tcp_reset x "
                                : "- x ") +
             values;
  }
  const auto events = events_of(columns + "\n" + values + "\n");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].number, 8U);
  EXPECT_EQ(events[0].event, KernelFunction::reset);
}

TEST(TraceText, TakesSegmentsWithTheUrgentFlagAndWithNoneAtAll) {
  const std::string row =
      "1 2 3 - tcp_v4_rcv - - enter - inet 10.0.0.1 1 10.0.0.2 2 eth0 {} 7 0 0 - - - -\n";
  const std::string without_header =
      "1 2 3 - tcp_v4_rcv - - enter - inet 10.0.0.1 1 10.0.0.2 2 eth0 - - - - - - - -\n";
  const auto flags = [&](const std::string& word) {
    return events_of(header + std::string(row).replace(row.find("{}"), 2, word)).at(0).flags;
  };
  EXPECT_EQ(flags("P.U"), TcpFlags::from_byte(0x38));
  EXPECT_EQ(flags("-"), TcpFlags{});
  EXPECT_EQ(events_of(header + without_header).at(0).flags, std::nullopt);
}

TEST(TraceText, NamesAnInvalidWord) {
  struct Broken {
    std::string row;
    std::string says;
  };
  const std::string good =
      "1 2 3 - tcp_v4_rcv - - enter - inet 10.0.0.1 1 10.0.0.2 2 eth0 S 7 0 0 full LISTEN - 5\n";
  ASSERT_THAT(events_of(header + good), SizeIs(1));
  const auto with = [&](const std::string& was, const std::string& is) {
    return std::string(good).replace(good.find(was), was.size(), is);
  };
  for (const Broken& broken :
       {Broken{with("1 2 3", "- 2 3"), "\"number\" holds \"-\""},
        Broken{with("1 2 3", "1 x 3"), "\"time\" holds \"x\""},
        Broken{with("1 2 3", "1 2 x"), "\"segment\" holds \"x\""},
        Broken{with("10.0.0.1", "10.0.0"), "\"source_address\" holds \"10.0.0\""},
        Broken{with("inet", "inet6"), "\"family\" holds \"inet6\""},
        Broken{with(" S ", " Q "), "\"flags\" holds \"Q\""},
        Broken{with("tcp_v4_rcv", "tcp_v5_rcv"), "\"event\" holds \"tcp_v5_rcv\""},
        Broken{with("- - enter", "- by-hand enter"), "\"detail\" holds \"by-hand\""},
        Broken{with("enter", "leave"), "\"outcome\" holds \"leave\""},
        Broken{with("LISTEN", "ASLEEP"), "\"state\" holds \"ASLEEP\""},
        Broken{with("full", "half"), "\"kind\" holds \"half\""},
        Broken{with(" - 5", " 5"), "the header names 23 columns, this row has 22 words"}}) {
    EXPECT_THAT([&] { events_of(header + broken.row); },
                ThrowsMessage<EnvironmentError>(
                    AllOf(HasSubstr("trace, line 2: "), HasSubstr(broken.says))))
        << broken.row;
  }
}

TEST(TraceText, RefusesAnotherHeaderAndALineWithoutEnd) {
  EXPECT_THAT([] { events_of("number time\n"); },
              ThrowsMessage<EnvironmentError>(HasSubstr("the header has no column \"segment\"")));
  EXPECT_THAT([] { events_of(std::string(100000, 'x')); },
              ThrowsMessage<EnvironmentError>(HasSubstr("longer than 65536 bytes")));
}

TEST(Trace, ReportsThatItIsMissing) {
  TraceHere here = Trace::open_here("here");
  if (here.trace) {
    EXPECT_EQ(here.why_not, "");
    std::vector<TraceEvent> events;
    here.trace->drain(events);  // does not wait
    EXPECT_EQ(here.trace->lost(), 0U);
  } else {
    EXPECT_NE(here.why_not, "");
  }
}

}  // namespace
}  // namespace lab
