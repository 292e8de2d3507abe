// SPDX-License-Identifier: MIT
//
// How packetdrill's language is read, and what is said of a script that is wrong.
#include <gmock/gmock.h>

#include "packetdrill/script.hpp"
#include "record/tcp_options.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using std::chrono::microseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Node = Expression::Kind;

Event first(const std::string& line, const Defines& defines = {}) {
  return parse_script("0 " + line, defines).events.front();
}
Packet packet(const std::string& line) { return std::get<Packet>(first(line).action); }
Tcp tcp(const std::string& line) { return std::get<Tcp>(packet(line).content); }
Call call(const std::string& line, const Defines& defines = {}) {
  return std::get<Call>(first(line, defines).action);
}

// "LINE:COLUMN: what is wrong"; empty: nothing.
std::string mistake_in(const std::string& text) {
  try {
    parse_script(text);
    return "";
  } catch (const yaml::Problem& problem) {
    return std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column) + ": " +
           problem.what();
  }
}

TEST(Script, HasOptionsCommandsAndEvents) {
  const Script script = parse_script(
      "// a comment\n"
      "--tolerance_usecs=10000\n--ip_version=ipv4-mapped-ipv6 --strict_segments\n"
      "--local_ip=192.168.0.1\n--remote_ip=fd3d:fa7b:d17d::1\n"
      "`sysctl -q net.ipv4.tcp_sack=0`\n"
      "/* another,\n of two lines */\n"
      "  0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
      "+.1 `nstat`\n"
      "+0 %{ assert tcpi_snd_cwnd == 10 }%\n"
      "`rm x`\n");
  ASSERT_EQ(script.options.size(), 5u);
  EXPECT_EQ(script.options[0].name, "tolerance_usecs");
  EXPECT_EQ(script.options[0].value, "10000");
  EXPECT_EQ(script.options[1].value, "ipv4-mapped-ipv6");
  EXPECT_EQ(script.options[2].value, std::nullopt);
  EXPECT_EQ(script.options[3].value, "192.168.0.1");
  EXPECT_EQ(script.options[4].value, "fd3d:fa7b:d17d::1");
  EXPECT_EQ(script.init->line, "sysctl -q net.ipv4.tcp_sack=0");
  ASSERT_EQ(script.events.size(), 3u);
  EXPECT_EQ(script.events[0].at.line, 9);
  EXPECT_EQ(script.events[0].at.column, 3);
  EXPECT_EQ(std::get<Command>(script.events[1].action).line, "nstat");
  EXPECT_EQ(std::get<Code>(script.events[2].action).text, " assert tcpi_snd_cwnd == 10 ");
  EXPECT_EQ(script.cleanup->line, "rm x");
}

TEST(Script, DefinesReplaceWords) {
  const std::string text =
      "--define=PROTO=IPPROTO_TCP\n--define=CC=\"reno\"\n--define=SIZE=7\n"
      "0 setsockopt(SIZE, PROTO, TCP_CONGESTION, CC, 4) = 0\n";
  const auto arguments = [&](const Defines& given) {
    return std::get<Call>(parse_script(text, given).events[0].action).arguments;
  };
  EXPECT_EQ(arguments({})[0].number, 7);
  EXPECT_EQ(arguments({})[1].text, "IPPROTO_TCP");
  EXPECT_EQ(arguments({})[3].kind, Node::string);
  EXPECT_EQ(arguments({})[3].text, "reno");
  EXPECT_EQ(arguments({{"SIZE", "8"}})[0].number, 8);
}

TEST(Script, HasConditionalLines) {
  const std::string text =
      "0 close(3) = 0\n#ifdef BSD\n+1 close(4) = 0\n#else\n+1 close(5) = 0\n#endif\n";
  const auto closed = [&](const Defines& defines) {
    const Script script = parse_script(text, defines);
    return std::pair(std::get<Call>(script.events.at(1).action).arguments[0].number,
                     script.events.at(1).at.line);
  };
  EXPECT_EQ(closed({{"BSD", "1"}}), (std::pair<std::int64_t, int>(4, 3)));
  EXPECT_EQ(closed({}), (std::pair<std::int64_t, int>(5, 5)));
}

TEST(Time, IsAbsoluteRelativeARangeOrAny) {
  const Script script = parse_script(
      "0 > S 0:0(0) <...>\n1.25 > S 0:0(0) <...>\n+.000123 > S 0:0(0) <...>\n"
      "* > S 0:0(0) <...>\n2~2.5 > S 0:0(0) <...>\n+.1~+.2 > S 0:0(0) <...>\n");
  std::vector<EventTime> times;
  for (const Event& event : script.events) times.push_back(event.time);
  using Kind = EventTime::Kind;
  EXPECT_EQ(times[1].kind, Kind::absolute);
  EXPECT_EQ(times[1].begin, microseconds(1'250'000));
  EXPECT_EQ(times[2].kind, Kind::relative);
  EXPECT_EQ(times[2].begin, microseconds(123));
  EXPECT_EQ(times[3].kind, Kind::any);
  EXPECT_EQ(times[4].begin, microseconds(2'000'000));
  EXPECT_EQ(times[4].end, microseconds(2'500'000));
  EXPECT_EQ(times[5].kind, Kind::relative);
  EXPECT_EQ(times[5].end, microseconds(200'000));
}

TEST(Packets, HaveFlagsNumbersAndOptions) {
  const Tcp synack =
      tcp("> S. 0:0(0) ack 1 win 65535 <mss 1460,nop,nop,sackOK,nop,wscale 8,TS val 1 ecr 2>");
  EXPECT_EQ(synack.flags, "S.");
  EXPECT_EQ(synack.acknowledgment, 1u);
  EXPECT_EQ(synack.window, 65535);
  ASSERT_EQ(synack.options->size(), 7u);
  EXPECT_THAT((*synack.options)[0].numbers, ElementsAre(1460));
  EXPECT_EQ((*synack.options)[6].kind, static_cast<std::uint8_t>(TcpOptionKind::timestamps));
  EXPECT_THAT((*synack.options)[6].numbers, ElementsAre(1, 2));

  const Tcp data = tcp("< P. 1:1001(1000) ack 1 win 257 urg 5");
  EXPECT_EQ(data.sequence, 1u);
  EXPECT_EQ(data.length, 1000);
  EXPECT_EQ(data.urgent, 5);
  EXPECT_THAT(*data.options, IsEmpty());

  EXPECT_EQ(tcp("> - 1:1(0)").flags, "");
  EXPECT_EQ(tcp("> .5 1:1(0) ack 1").flags, ".5");
  EXPECT_EQ(tcp("> S 0:0(0) <...>").options, std::nullopt);
  EXPECT_TRUE(tcp("> R. 5:5(0)! ack 1").raw_sequence);
  EXPECT_EQ(packet("> (class 0x20, hlim 4) R 0:0(0)").ip.ttl, 4);
  const std::string digits = "0102030405060708091011121314151617181920";
  EXPECT_EQ((*tcp("> S 0:0(0) <FO " + digits + ">").options)[0].data, digits);
}

TEST(Packets, HaveSackBlocksCookiesAndCounters) {
  const auto options = *tcp("> . 1:1(0) ack 1 <nop,sack 1:2 5:9,FO 12ab,FOEXP,ECN e1b 1 ceb 2,"
                            "md5 00ff>")
                            .options;
  EXPECT_THAT(options[1].numbers, ElementsAre(1, 2, 5, 9));
  EXPECT_EQ(options[2].data, "12ab");
  EXPECT_EQ(options[3].kind, 254);
  EXPECT_EQ(options[3].data, "f989");
  EXPECT_EQ(options[4].kind, 174);
  EXPECT_EQ(options[4].data, "000001000002");
  EXPECT_EQ(options[5].kind, 19);
}

TEST(Packets, HaveIpValuesPortsAndOuterHeaders) {
  EXPECT_EQ(packet("> [ect0] . 1:1(0) ack 1").ip.ecn, 2);
  EXPECT_TRUE(packet("> (ect01) . 1:1(0) ack 1").ip.any_ect);
  EXPECT_EQ(packet("< [tos 0x10, flowlabel 0xfffff] . 1:1(0) ack 1").ip.tos, 16);
  EXPECT_EQ(packet("< [ttl 255] . 1:1(0) ack 1").ip.ttl, 255);
  EXPECT_EQ(packet("< 4000 > 80 S 0:0(0)").ports->source, 4000);
  EXPECT_THAT(packet("> ipv4 1.1.1.1 > 2.2.2.2: gre: . 1:1(0) ack 1").outer,
              ElementsAre("ipv4", "gre"));
  EXPECT_EQ(std::get<Udp>(packet("< udp (20)").content).length, 20);
}

TEST(Packets, MayBeIcmp) {
  const auto icmp =
      std::get<Icmp>(packet("< icmp unreachable frag_needed mtu 1200 [1:1001(1000)]").content);
  EXPECT_EQ(icmp.type, "unreachable");
  EXPECT_EQ(icmp.code, "frag_needed");
  EXPECT_EQ(icmp.mtu, 1200u);
  EXPECT_EQ(icmp.quoted->sequence, 1u);
  EXPECT_EQ(icmp.quoted->length, 1000);
}

TEST(Calls, HaveArgumentsAndResults) {
  const Call read = call("...0.25 read(4, ..., 1000) = -1 EAGAIN (Try again)");
  EXPECT_EQ(read.name, "read");
  EXPECT_EQ(read.end, microseconds(250'000));
  EXPECT_EQ(read.arguments[1].kind, Node::ellipsis);
  EXPECT_EQ(read.result.number, -1);
  EXPECT_EQ(read.error, "EAGAIN");

  const Call poll = call("poll([{fd=3, events=POLLIN|POLLOUT, revents=0}], 1, 0) = 0");
  const Expression& entry = poll.arguments[0].parts[0];
  EXPECT_EQ(entry.kind, Node::structure);
  EXPECT_EQ(entry.parts[0].kind, Node::field);
  EXPECT_EQ(entry.parts[0].text, "fd");
  EXPECT_EQ(entry.parts[0].parts[0].number, 3);
  EXPECT_EQ(entry.parts[1].parts[0].kind, Node::either);

  const Call bind = call(
      "bind(3, {sa_family = AF_INET, sin_port = htons(80), sin_addr = "
      "inet_addr(\"0.0.0.0\")}, ...) = 0");
  EXPECT_EQ(bind.arguments[1].parts[1].parts[0].kind, Node::apply);
  EXPECT_EQ(call("write(3, \"a\\n\" \"\\x41\", 3) = 3").arguments[1].text, "a\nA");
  EXPECT_EQ(call("fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)").result.number, 2);
}

TEST(Mistakes, AreNamedWithTheirPlace) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"", "1:1: expected an event's time (\"+.1\", \"0.25\", \"*\"), found the end of the script"},
      {"1 socket() = 3", "1:1: the first event must be at time 0"},
      {"0 > S 0:0(0) <mss 1460",
       "1:23: expected \">\" or \",\" behind a TCP option, found the end "
       "of the script"},
      {"0 > S 0:0(0) <foo>",
       "1:15: expected a TCP option (nop, eol, mss, wscale, sackOK, sack, TS, "
       "md5, FO, FOEXP, ECN), found \"foo\""},
      {"0 > S 0:10(5)", "1:7: 0:10(5): from 0 on, 5 bytes end at 5"},
      {"0 > X 0:0(0)", "1:5: X is no TCP flag; the letters are FSRP.UEWA"},
      {"0 < S 0:0(0) win 65536", "1:18: 65536 is not a window: from 0 to 65535"},
      {"0 < S 0:0(0) <...>",
       "1:3: <...> is only for outbound packets: an inbound one needs its options"},
      {"* close(3) = 0", "1:1: the time \"*\" is only for outbound packets"},
      {"0~1 close(3) = 0", "1:1: a time range is only for outbound packets"},
      {"0~1 > S 0:0(0)\n+.2~+.1 > S 0:0(0)", "2:4: the time range ends before it begins"},
      {"0 close(3)",
       "1:11: expected \"=\" and the result behind close(), found the end of the "
       "script"},
      {"0 close(3) = -1 EBADF",
       "1:22: expected a note in parentheses behind the errno, found the "
       "end of the script"},
      {"0 write(3, \"abc", "1:12: the string that begins here does not end; write \""},
      {"0 %{ assert", "1:3: the code that begins here does not end; write }%"},
      {"`a` 0 close(3) = 0 `b` +0 close(3) = 0",
       "1:24: expected nothing behind the command that cleans up, found \"+\""},
      {"--define=X 0 close(3) = 0", "1:1: --define needs a name and a value: --define=NAME=VALUE"},
      {"0 > S 99999999999999999999:0(0)",
       "1:7: expected a sequence number, found \"99999999999999999999\""},
      {"#ifdef X\n0 close(3) = 0\n", "2:1: #ifdef has no #endif"},
      {"#else\n0 close(3) = 0\n", "1:1: #else has no name, or no #ifdef"},
      {"0 > F 1:1(0) ack 1/udp(1 > 2)", "1:19: TCP in UDP cannot be played: Linux does not have it"},
      {"0 > S 0:0(0) <md5 valid>", "1:19: an MD5 digest that is to be computed cannot be played"},
  };
  for (const auto& [text, message] : mistakes) EXPECT_EQ(mistake_in(text), message) << text;
}

TEST(Mistakes, DeepNestingIsRefused) {
  const std::string deep = "0 f(" + std::string(1000, '[') + std::string(1000, ']') + ") = 0";
  EXPECT_THAT(mistake_in(deep), testing::HasSubstr("the values are nested too deeply"));
}

}  // namespace
}  // namespace lab::packetdrill
