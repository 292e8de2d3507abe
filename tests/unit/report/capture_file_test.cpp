// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "support/pcapng_reader.hpp"
#include "report/capture_file.hpp"
#include "report/packet_comments.hpp"
#include "support/trace_story.hpp"

namespace lab::report {
namespace {

using ::lab::testing::PcapngBlock;
using ::lab::testing::PcapngReader;
using ::lab::testing::refused;
using ::lab::testing::tcp;
using ::lab::testing::TraceStory;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::uint32_t section = 0x0a0d0d0a, interface = 1, names = 4, packet = 6;
constexpr unsigned comment = 1, flags = 2;

PcapngReader written(const Timeline& timeline) {
  return PcapngReader(capture_file(timeline, "the test"));
}

std::vector<std::string> option_of_each(const std::vector<PcapngBlock>& blocks, unsigned code) {
  std::vector<std::string> values;
  for (const PcapngBlock& each : blocks) values.push_back(each.option(code));
  return values;
}

TEST(PacketComments, GiveVerdictAnswerAndPathOfReceivedPackets) {
  EXPECT_EQ(packet_comments(refused().timeline).at(1),
            "Verdict: answered with RST, no socket was found (NO_SOCKET). "
            "Answered by frame 3. "
            "Path: __inet_lookup_established for tcp_v4_early_demux: miss; "
            "tcp_v4_early_demux: miss; "
            "tcp_v4_rcv; "
            "__inet_lookup_established for tcp_v4_rcv: miss; "
            "inet_lhash2_lookup (exact) for __inet_lookup_listener: miss; "
            "inet_lhash2_lookup (wildcard) for __inet_lookup_listener: miss; "
            "__inet_lookup_listener for tcp_v4_rcv: miss; "
            "tcp_v4_send_reset: no-socket (NO_SOCKET); "
            "kfree_skb: dropped (NO_SOCKET).");
  EXPECT_EQ(packet_comments(refused().timeline).at(3),
            "Verdict: the RST ends cli. Path: tcp_reset: cli SYN-SENT.");
}

TEST(PacketComments, NameTheFrameThatASentPacketAnswers) {
  TraceStory story = refused();
  EXPECT_THAT(packet_comments(story.timeline).at(0),
              StartsWith("Sent while no segment was being received"));
  EXPECT_EQ(packet_comments(story.timeline).at(2), "Answers frame 2, S from client:40000.");
  story.timeline.packets.erase(story.timeline.packets.begin() + 1);
  EXPECT_EQ(packet_comments(story.timeline).at(1), "Answers a segment that is not in this file.");
}

TEST(PacketComments, AreEmptyForOtherProtocols) {
  TraceStory story = refused();
  Packet arp;
  arp.host = "server";
  arp.protocol = "arp";
  story.timeline.packets.push_back(arp);
  EXPECT_EQ(packet_comments(story.timeline).back(), "");
}

TEST(PacketComments, AreEmptyWithoutATrace) {
  Timeline timeline = refused().timeline;
  timeline.trace.clear();
  EXPECT_THAT(packet_comments(timeline), ElementsAre("", "", "", ""));
}

TEST(PacketComments, SayThatAMissingPathIsNotObserved) {
  TraceStory story = refused();
  story.packet(50, "server", false, tcp("10.0.0.1:40001", "10.0.0.2:8888", "S", 1));
  EXPECT_THAT(packet_comments(story.timeline).back(), HasSubstr("not observed"));
  story.timeline.trace_lost = 12;
  EXPECT_EQ(packet_comments(story.timeline).back(),
            "Path: not observed, the trace lost 12 events and missed 0 calls.");
}

TEST(CaptureFile, BeginsWithTheRun) {
  const PcapngReader file = written(refused().timeline);
  ASSERT_EQ(file.blocks.at(0).type, section);
  const PcapngBlock& header = file.blocks[0];
  EXPECT_EQ(header.option(3), "Linux 6.12.0");
  EXPECT_EQ(header.option(4), "the test");
  for (const char* fact :
       {"scenario: no-listen over IPv4\n", "title: Nobody listens\n",
        "rule: RFC 9293, section 3.10.7.1\n", "hosts: client, server\n", "kernel: 6.12.0\n",
        "module: tcp_lookup.ko, schema 1\n", "paths: in the packets' comments\n"})
    EXPECT_THAT(header.option(comment), HasSubstr(fact));
  EXPECT_THAT(header.option(comment), Not(HasSubstr("not observed:")));
}

TEST(CaptureFile, SaysWhyThereAreNoPaths) {
  Timeline timeline = refused().timeline;
  timeline.trace.clear();
  timeline.no_trace = "tcp_lookup.ko is not loaded";
  const PcapngReader file = written(timeline);
  EXPECT_THAT(file.blocks.at(0).option(comment),
              HasSubstr("\npaths: not observed: tcp_lookup.ko is not loaded\n"));
  EXPECT_THAT(option_of_each(file.of_type(packet), comment),
              AllOf(Not(IsEmpty()), Each(IsEmpty())));
}

TEST(CaptureFile, SaysWhatWasLost) {
  Timeline timeline = refused().timeline;
  timeline.packets_lost = true;
  timeline.trace_lost = 3;
  const std::string text = written(timeline).blocks.at(0).option(comment);
  EXPECT_THAT(text, HasSubstr("\npackets: the capture lost some\n"));
  EXPECT_THAT(text, HasSubstr("; 3 events were lost and 0 calls missed\n"));
}

TEST(CaptureFile, HasAnInterfaceForEachEndOfALink) {
  const auto interfaces = written(refused().timeline).of_type(interface);
  EXPECT_THAT(option_of_each(interfaces, 2), ElementsAre("client:eth0", "server:eth0"));
  EXPECT_THAT(option_of_each(interfaces, 3),
              ElementsAre("eth0 of host client, linked to server:eth0",
                          "eth0 of host server, linked to client:eth0"));
  EXPECT_THAT(option_of_each(interfaces, 9), Each("\x09")) << "nanoseconds";
  for (const PcapngBlock& each : interfaces) EXPECT_EQ(each.word(0), 1u) << "Ethernet";
}

TEST(CaptureFile, HasALoopbackOnlyIfSomethingCrossedIt) {
  TraceStory story = refused();
  story.packet(60, "client", true, tcp("127.0.0.1:1", "127.0.0.1:2", "S", 1));
  story.timeline.packets.back().device = "lo";
  const PcapngReader file = written(story.timeline);
  EXPECT_THAT(option_of_each(file.of_type(interface), 2),
              ElementsAre("client:eth0", "server:eth0", "client:lo"));
  EXPECT_EQ(file.of_type(packet).back().word(0), 2u);
}

TEST(CaptureFile, NamesTheHosts) {
  const auto blocks = written(refused().timeline).of_type(names);
  ASSERT_THAT(blocks, SizeIs(1));
  EXPECT_THAT(blocks[0].fixed, HasSubstr(std::string("\x0a\0\0\1client\0", 11)));
  EXPECT_THAT(blocks[0].fixed, HasSubstr(std::string("\x0a\0\0\2server\0", 11)));
}

TEST(CaptureFile, HasEveryPacketInItsPlace) {
  Timeline timeline = refused().timeline;
  timeline.packets[1].time = 1'700'000'000'123'456'789;
  timeline.packets[1].missing = 40;
  timeline.packets[1].bytes[0] = 0x42;
  const auto packets = written(timeline).of_type(packet);
  ASSERT_THAT(packets, SizeIs(4));
  std::vector<std::uint32_t> on;
  for (const PcapngBlock& each : packets) on.push_back(each.word(0));
  EXPECT_THAT(on, ElementsAre(0, 1, 1, 0));
  EXPECT_THAT(option_of_each(packets, flags),
              ElementsAre(std::string("\2\0\0\0", 4), std::string("\1\0\0\0", 4),
                          std::string("\2\0\0\0", 4), std::string("\1\0\0\0", 4)));
  EXPECT_EQ(static_cast<std::uint64_t>(packets[1].word(1)) << 32 | packets[1].word(2),
            1'700'000'000'123'456'789u);
  EXPECT_EQ(packets[1].word(3), 60u) << "captured";
  EXPECT_EQ(packets[1].word(4), 100u) << "on the link";
  EXPECT_EQ(packets[1].fixed[20], 0x42);
  EXPECT_EQ(option_of_each(packets, comment), packet_comments(timeline));
}

TEST(CaptureFile, HasNoLineForgedByATitle) {
  Timeline timeline = refused().timeline;
  timeline.title = "x\nverdict: pass\x1b[2J";
  timeline.kernel = "6.1\nmodule: forged";
  const std::string text = written(timeline).of_type(section).at(0).option(comment);
  EXPECT_THAT(text, HasSubstr("\ntitle: x verdict: pass\\u001b[2J\n"));
  EXPECT_THAT(text, HasSubstr("\nkernel: 6.1 module: forged\n"));
}

}  // namespace
}  // namespace lab::report
