// SPDX-License-Identifier: MIT
//
// ICMP errors of a script, and what is said of what cannot be played.
#include <gmock/gmock.h>

#include <chrono>

#include "unit/packetdrill/scripts.hpp"

namespace lab::packetdrill {
namespace {

TEST(Load, AnIcmpErrorQuotesWhatTheScriptHasExpected) {
  const auto error =
      last<scenario::Inject>(server +
                             "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n"
                             "+0 < icmp unreachable frag_needed mtu 1200 [1:11(10)]\n");
  EXPECT_EQ(error.icmp, "type 3 code 4");
  EXPECT_EQ(error.mtu, 1200);
  EXPECT_EQ(error.quoted->number, 1);
  EXPECT_EQ(error.about->flags.str(), "P.");
}

TEST(Load, AnIcmpErrorMayHaveAnyCode) {
  const auto error = [](const std::string& words, const std::string& version = "ipv4") {
    return last<scenario::Inject>("--ip_version=" + version + "\n" + server +
                                  "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n+0 < icmp " +
                                  words + " [1:11(10)]\n")
        .icmp;
  };
  EXPECT_EQ(error("unreachable code_3"), "type 3 code 3");
  EXPECT_EQ(error("unreachable code_255"), "type 3 code 255");
  EXPECT_EQ(error("parameter_problem code_1"), "type 12 code 1");
  EXPECT_EQ(error("redirect code_0"), "type 5 code 0");
  EXPECT_EQ(error("unreachable code_6", "ipv6"), "type 1 code 6");
  EXPECT_EQ(error("packet_too_big mtu 1280", "ipv6"), "type 2 code 0");
}

TEST(Load, WhatIsNoTextIsNamed) {
  const std::string zero(1, '\0');
  const std::pair<std::string, std::string> mistakes[] = {
      {"\xff\xfe" + server, "1:1: the script is in UTF-16; save it as UTF-8"},
      {"\xef\xbb\xbf" + server,
       "1:1: the script begins with a byte order mark; save it without one"},
      {zero, "1:1: a byte of value 0; a script is text"},
      {server + "+0 write(4, \"a" + zero + "\", 2) = 2\n",
       "9:15: a byte of value 0; a script is text"},
  };
  for (const auto& [text, message] : mistakes)
    EXPECT_EQ(mistake_in(text), "folder/x.pkt:" + message) << text;
}

// Once the time for it was the square of the length, and the length was as long as a script may be.
TEST(Load, ALongMistakeIsFoundAtOnce) {
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string part : {"1:", "a:", "1.", "::"}) {
    std::string text = "0 ";
    while (text.size() < 200'000) text += part;
    EXPECT_NE(mistake_in(text), "") << part;
  }
  const std::string open(100'000, '('), close(100'000, ')');
  EXPECT_EQ(mistake_in(server + "+0 %{ assert " + open + "tcpi_rto == 1" + close + " }%\n"), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

TEST(Load, WhatCannotBePlayedIsNamed) {
  const std::pair<std::string, std::string> mistakes[] = {
      {"--psp_udp_port=1\n" + server, "1:1: the option --psp_udp_port cannot be played"},
      {"--foo=1\n" + server, "1:1: packetdrill has no option --foo"},
      {"--ip_version=ipv5\n" + server,
       "1:1: --ip_version=ipv5: write ipv4, ipv6 or ipv4-mapped-ipv6"},
      {"--mtu=x\n" + server, "1:1: --mtu=x: write a number from 68 to 65535"},
      {"--local_ip=::1\n" + server,
       "1:1: ::1 is not an address of --ip_version=ipv4: set it with "
       "--local_ip, or --set local_ip=ADDRESS"},
      {server + "+0 psp_rx_assoc(4) = 5\n", "9:1: psp_rx_assoc() cannot be played"},
      {server + "+0 epoll_ctl(9, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0\n",
       "9:1: epoll_ctl() on a descriptor that the script has not opened cannot be played"},
      {server + "+0 poll([{fd=4, events=POLLIN, revents=0}], 1, 5000) = 0\n",
       "9:1: poll() with a timeout and without the time when it returns cannot be played"},
      {server + "+0 sendmsg(4, {msg_iov(1)=[...], msg_flags=0}, 0) = 1\n",
       "9:1: this msg_iov of sendmsg() cannot be played"},
      {server + "+0 < . 1:1(0) ack 1\n",
       "9:1: an inbound packet without a window (win) cannot be played"},
      {server + "+0 > 5 > 6 . 1:1(0) ack 1\n",
       "9:1: a packet with ports of its own cannot be played"},
      {server + "+0 > gre: . 1:1(0) ack 1\n",
       "9:1: a packet with the outer header gre cannot be played"},
      {server + "+0 > E5 1:1(0) ack 1\n", "9:1: the flags E5: ACE and E, W or A cannot be played"},
      {server + "+0 > udp (5)\n", "9:1: an outbound packet that is not TCP cannot be played"},
      {server + "+0 > . 1:1(0) ack 1\n+0 < icmp unreachable code_256 [1:1(0)]\n",
       "10:1: ICMP unreachable code_256 cannot be played"},
      {server + "+0 > . 1:1(0) ack 1\n+0 < icmp unreachable host_unknown mtu 9 [1:1(0)]\n",
       "10:1: an MTU in ICMP unreachable host_unknown cannot be played"},
      {server + "+0 > . 1:1(0) ack 1\n+0 < icmp unreachable code_4 mtu 65536 [1:1(0)]\n",
       "10:1: the MTU 65536 in an ICMP error cannot be played"},
      {server + "+0 > S. 0:0(0) ack 1 <FO COOKIE>\n",
       "9:26: COOKIE is not a Fast Open cookie: write pairs of hexadecimal digits, or define it "
       "with -D COOKIE=VALUE"},
      {server + "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=0, "
                "msg_control=[{cmsg_level=LEVEL, cmsg_type=1, cmsg_data=1}]}, 0) = 1\n",
       "9:96: LEVEL is no known number; define it with -D LEVEL=VALUE"},
      {server + "+0 listen(3, 99999999999) = 0\n",
       "9:1: argument 2 of listen(), 99999999999, which is no int, cannot be played"},
      {server + "+0 < . 1:65512(65511) ack 1 win 5\n",
       "9:1: a packet of 65551 bytes cannot be played"},
      {server + "+0 > . 1:1(0) ack 1 <nop,sack 1:2 3:4 5:6 7:8,mss 9,nop,nop>\n",
       "9:22: the options take 44 bytes; a TCP header has room for 40"},
      {server + "+0...1 listen(3, 5) = 0\n", "9:1: listen() that blocks cannot be played"},
      {server + "+1...0.5 write(4, ..., 5) = 5\n",
       "9:1: a call that returns before it begins cannot be played"},
      {server + "+0 setsockopt(4, SOL_TCP, TCP_MD5SIG, [1], 4) = 0\n",
       "9:1: the option TCP_MD5SIG of SOL_TCP cannot be played"},
      {server + "+0 < . 1:1(0) ack 1 win 5 <TS val 1 ecr 9>\n",
       "9:28: no packet that the script expects before has the timestamp 9, which this one echoes"},
  };
  for (const auto& [text, message] : mistakes)
    EXPECT_EQ(mistake_in(text), "folder/x.pkt:" + message) << text;
}

}  // namespace
}  // namespace lab::packetdrill
