// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "persist/packet_file.hpp"
#include "persist/packet_line.hpp"
#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab::persist {
namespace {

using testing::HasSubstr;

Endpoint at(const char* text) { return Endpoint::parse(text).value(); }

Packet packet(const char* from, const char* to, const char* flags, std::uint32_t seq,
              std::uint32_t ack, std::uint32_t length = 0) {
  Packet made;
  made.time = 1'700'000'000'123'456'789;
  made.host = "a";
  made.device = "eth0";
  made.outgoing = true;
  made.protocol = "tcp";
  Segment segment;
  segment.source = at(from);
  segment.destination = at(to);
  segment.flags = TcpFlags::parse(flags).value();
  segment.sequence = seq;
  segment.acknowledgment = ack;
  segment.length = length;
  made.segment = segment;
  made.bytes.assign(60, 0);
  return made;
}

class PacketLine : public testing::Test {
 protected:
  std::string line(const Packet& packet) {
    std::ostringstream out;
    draw::Page page(out, {});
    lines_.print(page, packet);
    const std::string text = out.str();
    // The time is local.
    EXPECT_THAT(text, HasSubstr(".123456  "));
    return text.substr(std::min(text.size(), std::size_t{17}));
  }
  PacketLines lines_{{{at("10.0.0.1:1").address, "a"}}};
};

TEST_F(PacketLine, CountsFromTheFirstOfEachDirection) {
  EXPECT_EQ(line(packet("10.0.0.1:4000", "10.0.0.2:80", "S", 1000, 0)),
            "out eth0  a:4000 > 10.0.0.2:80  SYN seq 0\n");
  EXPECT_EQ(line(packet("10.0.0.2:80", "10.0.0.1:4000", "S.", 7000, 1001)),
            "out eth0  10.0.0.2:80 > a:4000  SYN ACK seq 0 ack 1\n");
  EXPECT_EQ(line(packet("10.0.0.1:4000", "10.0.0.2:80", "P.", 1001, 7001, 5)),
            "out eth0  a:4000 > 10.0.0.2:80  PSH ACK seq 1 ack 1 len 5\n");
}

TEST_F(PacketLine, RestartsItsNumbersAtANewSyn) {
  (void)line(packet("10.0.0.1:4000", "10.0.0.2:80", "S", 1000, 0));
  EXPECT_THAT(line(packet("10.0.0.1:4000", "10.0.0.2:80", "S", 5000, 0)), HasSubstr("seq 0"));
}

TEST_F(PacketLine, CountsFromTheFirstPacketInTheMiddleOfAConnection) {
  EXPECT_THAT(line(packet("10.0.0.2:80", "10.0.0.1:4000", ".", 7000, 1001)),
              HasSubstr("ACK seq 0 ack 0"));
}

TEST_F(PacketLine, NamesWhatIsNotTcp) {
  Packet other;
  other.time = 123'456'000;
  other.device = "lo";
  other.protocol = "icmp";
  other.bytes.assign(98, 0);
  EXPECT_EQ(line(other), "in  lo    icmp, 98 bytes\n");
}

TEST(PacketFile, IsReadableFromItsFirstByte) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "packets.pcapng";
  Lab lab;
  lab.name = "simopen";
  lab.links = {{"a:eth0", "b:eth7"}};
  lab.hosts = {{"a", "lab-simopen-a", 1, {"10.0.0.1"}}};
  PacketFile file(path, lab, "a");
  const auto text = [&] {
    std::ifstream stream(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  };
  const std::string head = text();
  EXPECT_EQ(head.substr(0, 4), "\x0a\x0d\x0d\x0a");
  EXPECT_THAT(head, HasSubstr("a:eth0"));
  EXPECT_THAT(head, testing::Not(HasSubstr("eth7"))) << "the other end's";
  file.add(packet("10.0.0.1:4000", "10.0.0.2:80", "S", 1000, 0));
  file.finish();
  EXPECT_GT(text().size(), head.size() + 60);
}

TEST(PacketFile, ReportsAFullDisk) {
  Lab lab;
  PacketFile file("/dev/full", lab, "a");
  EXPECT_THROW(file.finish(), EnvironmentError);
  EXPECT_THROW(PacketFile("/nowhere/x", lab, "a"), UsageError);
}

}  // namespace
}  // namespace lab::persist
