// SPDX-License-Identifier: MIT
//
// Segments and ICMP errors, as they are injected and expected: how each is written, and what is
// said of each that is wrong.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>

#include "language/step_facts.hpp"
#include "unit/parser/steps_text.hpp"

namespace lab::parser {

using language::describe;
using scenario::ExpectedSegment;
using scenario::Inject;
using scenario::InjectedSegment;
using scenario::Number;
using scenario::Packets;
using scenario::Place;

namespace {

using testing::ElementsAre;

TEST(Inject, ReadsSegmentsLikeExpectedOnes) {
  const auto inject = last<Inject>(
      "  - inject: {host: client, data: Hello, segment: \"client:1 > server:2 S. seq 3 ack 4 win 5 "
      "mss 1460 wscale 7 sackOK ts 100:0 fastopen 0011223344556677\"}\n");
  const InjectedSegment& segment = *inject.segment;
  EXPECT_EQ(segment.from, (Place{"client", 1}));
  EXPECT_EQ(segment.to, (Place{"server", 2}));
  EXPECT_EQ(segment.flags.str(), "S.");
  EXPECT_EQ(segment.sequence, Number{3});
  EXPECT_EQ(segment.acknowledgment, Number{4});
  EXPECT_EQ(segment.window, Number{5});
  EXPECT_EQ(segment.mss, 1460);
  EXPECT_EQ(segment.wscale, 7);
  EXPECT_TRUE(segment.sack);
  EXPECT_EQ(segment.timestamps, (std::array{Number{100}, Number{0}}));
  EXPECT_EQ(segment.fastopen_cookie, "0011223344556677");
  const auto error = last<Inject>(
      "  - inject: {host: server, icmp: port-unreachable, about: \"client > server:2 S\"}\n");
  EXPECT_EQ(error.icmp, "port-unreachable");
  EXPECT_EQ(error.about->from, (Place{"client"}));
}

TEST(Inject, HasEveryFieldAndOption) {
  const std::string text =
      "client:1 > server:2 - seq 3 <mss 1460,sackOK,ts 1:+2,nop,wscale 7,sack 0:1 2:3,eol> urg 4 "
      "tos 16 ttl 9";
  const auto inject = last<Inject>("  - inject: {host: client, segment: \"" + text + "\"}\n");
  EXPECT_EQ(inject.segment->flags, TcpFlags{});
  EXPECT_EQ(describe(*inject.segment), text);
  const std::string others =
      "client:1 > server:2 S seq 0 <md5 000102030405060708090a0b0c0d0e0f,kind 253 "
      "abcd,fastopen-exp 01,fastopen request>";
  EXPECT_EQ(
      describe(*last<Inject>("  - inject: {host: client, segment: \"" + others + "\"}\n").segment),
      others);
  EXPECT_EQ(
      last<Inject>("  - inject: {host: client, segment: \"client:1 > server:2 S ect0 tos 18\"}\n")
          .segment->tos,
      18);
  const auto error = last<Inject>(
      "  - inject: {host: server, icmp: type 3 code 4, mtu: 600, rawseq: 5, about: \"client > "
      "server:2 S\"}\n");
  EXPECT_EQ(error.icmp, "type 3 code 4");
  EXPECT_EQ(error.mtu, 600);
  EXPECT_EQ(error.quoted, Number{5});
  EXPECT_TRUE(error.raw_quoted);
}

TEST(Inject, HasTheFlagOfAccurateEcn) {
  const std::string text = "client:1 > server:2 SEW seq 3 AE";
  const auto inject = last<Inject>("  - inject: {host: client, segment: \"" + text + "\"}\n");
  EXPECT_TRUE(inject.segment->ae);
  EXPECT_EQ(describe(*inject.segment), text);
  const auto expected = [](const std::string& word) {
    return last<Packets>("  - packets: {host: client, has: [\"client > server SEW " + word +
                         "\"]}\n")
        .segments[0]
        .ae;
  };
  EXPECT_EQ(expected("AE"), true);
  EXPECT_EQ(expected("noAE"), false);
  EXPECT_EQ(expected("seq 0"), std::nullopt);
}

TEST(Packets, MayComeInParts) {
  const std::string text = "client > server P. seq 1 length 3000 parts";
  const auto packets = last<Packets>("  - packets: {host: client, are: [\"" + text + "\"]}\n");
  EXPECT_TRUE(packets.segments[0].in_parts);
  EXPECT_EQ(describe(packets.segments[0]), text);
  expect_each({{"  - packets: {host: client, are: [\"client > server P. parts\"]}\n",
                "8:35: parts needs the number of bytes in all; write length 3000 parts"}});
}

TEST(Inject, MayComeInPartsAsOne) {
  const auto of = [](const std::string& more) {
    return "  - inject: {host: client, segment: \"client:1 > server:2 S\", " + more + "}\n";
  };
  EXPECT_EQ(last<Inject>(of("bytes: 9000, part: 1000")).part, 1000);
  EXPECT_EQ(last<Inject>(of("bytes: 9")).part, 0);
  expect_each({
      {of("bytes: 1000, part: 1000"),
       "8:81: part is 1000, and the segment has 1000 bytes of data: write a smaller number, or no "
       "part"},
  });
}

TEST(Inject, IsChecked) {
  const auto of = [](const std::string& segment) {
    return "  - inject: {host: client, segment: \"" + segment + "\"}\n";
  };
  expect_each({
      {"  - inject: {host: client}\n", "8:13: inject needs segment:, or icmp: and about:"},
      {"  - inject: {host: client, icmp: port-unreachable}\n",
       "8:13: an ICMP error needs a segment; write icmp: and about:"},
      {"  - inject: {host: client, icmp: port-closed, about: \"client > server S\"}\n",
       "8:34: there is no ICMP error \"port-closed\"; choose one of net-unreachable, "
       "host-unreachable, protocol-unreachable, port-unreachable, frag-needed, admin-prohibited"},
      {of("client > server:1 S"),
       "8:37: an injected segment needs a port at each end; write client:8888"},
      {of("client:1 > server:1 S ack 1"),
       "8:37: a segment without ACK acknowledges nothing; add \".\" to the flags or remove ack"},
      {of("client:1 > server:1 S ts 1"), "8:37: ts is a value and an echo; write ts 100:0"},
      {of("client:1 > server:1 S fastopen 123"),
       "8:37: fastopen \"123\": write at most 38 bytes as hexadecimal digits, two a byte"},
      {of("client:1 > server:1 S mss 1 <mss 1>"),
       "8:37: a list in < > has all options; move mss, wscale, sackOK, ts, sack and fastopen into "
       "it"},
      {of("client:1 > server:1 S <mss>"), "8:37: the option mss needs a value; write mss 1"},
      {of("client:1 > server:1 S <mss 1,,nop>"),
       "8:37: an option of the list is missing; write <mss 1460,sackOK>, or <> for none"},
      {of("client:1 > server:1 S <md5 00>"), "8:37: the option md5 has 16 bytes, not 1"},
      {of("client:1 > server:1 S <sack 0:1 2:3 4:5 6:7,ts 1:2>"),
       "8:37: the options take 44 bytes; a TCP header has room for 40"},
      {of("client:1 > server:1 S <mss 1"),
       "8:37: \"client:1 > server:1 S <mss 1\": write one list of options, as in <mss "
       "1460,sackOK>"},
      {of("client:1 > server:1 S ect0 ce"), "8:37: ECN occurs twice; keep one"},
      {"  - inject: {host: client, icmp: type 3, about: \"client > server S\"}\n",
       "8:34: \"type 3\" is not an ICMP error; by its numbers it is written type 3 code 9"},
      {"  - inject: {host: client, icmp: type 3 code 256, about: \"client > server S\"}\n",
       "8:34: \"type 3 code 256\": type and code are numbers from 0 to 255"},
      {"  - inject: {host: client, segment: \"client:1 > server:1 S\", mtu: 600}\n",
       "8:67: seq, rawseq and mtu are of an ICMP error; write icmp: and about:, or the numbers in "
       "segment:"},
      {of("client:1 > server:1 S seq 1 rawseq 2"), "8:37: seq occurs twice; keep one"},
      {of("client:1 > server:1 S mss 70000"), "8:37: mss is a number from 0 to 65535"},
      {of("client:1 > server:1 S seq"),
       "8:37: \"client:1 > server:1 S seq\" ends with \"seq\"; write a number after it"},
  });
}

TEST(Segments, FitIntoTheirHeaders) {
  const auto expected = [](const std::string& segment) {
    return "  - packets: {host: client, has: [\"" + segment + "\"]}\n";
  };
  const auto injected = [](const std::string& segment) {
    return "  - inject: {host: client, segment: \"" + segment + "\"}\n";
  };
  const std::string seen = "client > server S ", sent = "client:1 > server:2 S ";
  const std::pair<const char*, int> largest[] = {{"win", 65535}, {"mss", 65535}, {"wscale", 255},
                                                 {"urg", 65535}, {"tos", 255},   {"ttl", 255}};
  for (const auto& [word, most] : largest) {
    const std::string fits = fmt::format("{} {}", word, most);
    const std::string large = fmt::format("{} {}", word, most + 1);
    const std::string wrong = fmt::format("{} is a number from 0 to {}", word, most);
    EXPECT_NO_THROW(last<Packets>(expected(seen + fits)));
    EXPECT_NO_THROW(last<Inject>(injected(sent + fits)));
    EXPECT_EQ(error_of(with_steps(expected(seen + large))), "x.yaml:8:35: " + wrong);
    EXPECT_EQ(error_of(with_steps(injected(sent + large))), "x.yaml:8:37: " + wrong);
  }
  expect_each({
      {expected(seen + "tos 16 ect0"),
       "8:35: the ECN bits of tos 16 are noect, not ect0; keep one of the two"},
      {injected(sent + "ce tos 18"),
       "8:37: the ECN bits of tos 18 are ect0, not ce; keep one of the two"},
      {expected("client > server S <fastopen any>"),
       "8:35: in a list of options, fastopen without a cookie is any; remove any"},
      {injected(sent + "<fastopen any>"),
       "8:37: fastopen any is no cookie; write its hexadecimal digits"},
  });
}

TEST(IcmpErrors, AreNamedOrNumbered) {
  const auto expected = [](const std::string& error) {
    return "  - packets: {host: client, has: [\"server > client icmp" + error + "\"]}\n";
  };
  EXPECT_EQ(last<Packets>(expected(" type 3 code 9 seq 1")).segments[0].icmp, "type 3 code 9");
  expect_each({
      {expected(""),
       "8:35: icmp needs the name of an error, or its numbers; write icmp "
       "port-unreachable or icmp type 3 code 9"},
      {expected(" type 3"),
       "8:35: \"type 3\" is not an ICMP error; by its numbers it is written type 3 code 9"},
      {expected(" type 3 seq 9"),
       "8:35: \"type 3 seq 9\" is not an ICMP error; by its numbers it is written type 3 code 9"},
      {expected(" type 3 code 256"),
       "8:35: \"type 3 code 256\": type and code are numbers from 0 to 255"},
      {expected(" port-unreachable mtu 600"),
       "8:35: the ICMP error port-unreachable reports no MTU; remove mtu, or write frag-needed"},
      {"  - inject: {host: server, icmp: type 3 code 9, mtu: 600, about: \"client > server:2 "
       "S\"}\n",
       "8:54: the ICMP error type 3 code 9 reports no MTU; remove mtu, or write frag-needed"},
  });
}

TEST(Packets, CompareEveryFieldAndWhatFollows) {
  const std::string text =
      "client > server S <mss,sackOK,ts +0:0,nop,wscale> urg 0 tos 2 ttl 64 ect0";
  const auto packets =
      last<Packets>("  - packets: {host: client, are: [\"" + text + "\"], then: nothing}\n");
  EXPECT_TRUE(packets.nothing_more);
  EXPECT_EQ(describe(packets.segments[0]), text);
  EXPECT_EQ(
      describe(last<Packets>("  - packets: {host: client, has: [\"client > server S fastopen "
                             "any\", \"server > client icmp type 3 code 4 mtu 600 seq 0\"]}\n")),
      "packets at client have: client > server S fastopen any, server > client icmp type 3 "
      "code 4 mtu 600 seq 0");
  const std::string ended = "  - packets: {host: client, are: [], then: nothing}\n";
  expect_each({
      {ended + "  - packets: {host: client, are: []}\n",
       "9:14: an earlier step says that nothing more is seen at \"client\"; write then: nothing in "
       "the last packets step at that host"},
      {"  - packets: {host: client, has: [\"client > server S\"], then: nothing}\n",
       "8:63: then: nothing is about what follows these segments; write are: or begin: beside it"},
  });
}

TEST(Packets, CompareOptionsAndIcmp) {
  const auto packets = last<Packets>(
      "  - packets: {host: client, has: [\"client:1 > server S win 0 mss 1460 wscale 7 nosackOK "
      "ts\"], never: [\"server > client icmp port-unreachable\"]}\n");
  const ExpectedSegment& segment = packets.segments[0];
  EXPECT_EQ(segment.from, (Place{"client", 1}));
  EXPECT_EQ(segment.window, Number{0});
  EXPECT_EQ(segment.mss, Number{1460});
  EXPECT_EQ(segment.wscale, Number{7});
  EXPECT_EQ(segment.sack, false);
  EXPECT_EQ(segment.timestamps, true);
  EXPECT_EQ(packets.never[0].icmp, "port-unreachable");
  EXPECT_EQ(last<Packets>("  - packets: {host: client, has: [\"client > server . sack 0:1\"]}\n")
                .segments[0]
                .sack_block,
            (std::array{Number{0}, Number{1}}));
  expect_each({
      {"  - packets: {host: client, are: [\"server > client icmp port-unreachable\"]}\n",
       "8:35: \"are\" counts TCP segments; expect ICMP errors with has: or never:"},
      {"  - packets: {host: client, has: [\"server > client . sack 1\"]}\n",
       "8:35: sack is the first byte of a block and the byte after it; write sack 0:1"},
      {"  - packets: {host: client, has: [\"server > client S sack 0:1\"]}\n",
       "8:35: a segment without ACK acknowledges nothing; add \".\" to the flags or remove ack"},
      {"  - packets: {host: client, has: [\"server > client S sackOK nosackOK\"]}\n",
       "8:35: sackOK occurs twice; keep one"},
  });
}

}  // namespace
}  // namespace lab::parser
