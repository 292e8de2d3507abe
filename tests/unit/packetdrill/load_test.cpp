// SPDX-License-Identifier: MIT
//
// What becomes of a script: the steps of a scenario.
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "language/step_facts.hpp"
#include "unit/packetdrill/scripts.hpp"

namespace lab::packetdrill {
namespace {

using namespace std::chrono_literals;
using scenario::Scenario;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> steps_of(const Scenario& scenario) {
  std::vector<std::string> words;
  for (const scenario::Step& step : scenario.steps) words.push_back(language::describe(step.action));
  return words;
}

TEST(Load, MakesAHostWithAStackAndOneWithout) {
  const Scenario made =
      scenario_of("// SPDX-License-Identifier: MIT\n//\n// A title\n// More\n" + server);
  EXPECT_EQ(made.name, "x");
  EXPECT_EQ(made.title, "A title");
  EXPECT_EQ(made.hosts[0].stack, scenario::Stack::kernel);
  EXPECT_EQ(made.hosts[1].stack, scenario::Stack::none);
  EXPECT_EQ(made.links[0].ends[0].device, "tun0");
  EXPECT_EQ(made.links[0].mtu, 1500);
  EXPECT_EQ(made.links[0].addresses.at(Family::inet)[0].str(), "192.168.0.1");
  EXPECT_EQ(made.links[0].addresses.at(Family::inet)[1].str(), "192.0.2.1");
  EXPECT_THAT(made.families, ElementsAre(Family::inet));
}

TEST(Load, OptionsComeFromTheScriptAndTheCommandLine) {
  const std::string text =
      "--mtu=1400\n--tolerance_usecs=100\n--define=N=7\n" + server + "+0 close(N) = 0";
  const std::string closing = server + "+0 close(N) = 0";
  const Scenario given =
      scenario_of(closing, {{"mtu", "1300"}, {"N", "4"}, {"ip_version", "ipv6"}});
  EXPECT_EQ(given.links[0].mtu, 1300);
  EXPECT_THAT(given.families, ElementsAre(Family::inet6));
  EXPECT_EQ(given.links[0].addresses.at(Family::inet6)[1].str(), "fd3d:fa7b:d17d::1");
  EXPECT_EQ(mistake_in(text),
            "folder/x.pkt:12:1: close() on a descriptor that the script has not "
            "opened cannot be played");
  const Scenario own = scenario_of("--mtu=1400\n--tolerance_usecs=100\n" + server);
  EXPECT_EQ(own.links[0].mtu, 1400);
  EXPECT_EQ(own.steps[0].moment->tolerance, 100us);
}

TEST(Load, AServersStepsHaveTimes) {
  const Scenario made = scenario_of(server +
                                    "+.25 write(4, ..., 1000) = 1000\n"
                                    "* > P. 1:1001(1000) ack 1\n"
                                    "+0 close(4) = 0\n");
  ASSERT_EQ(made.steps.size(), 11u);
  EXPECT_EQ(made.steps[0].moment->kind, scenario::Moment::Kind::absolute);
  EXPECT_EQ(made.steps[6].moment->begin, 100ms);
  EXPECT_EQ(made.steps[8].moment->begin, 250ms);
  EXPECT_EQ(made.steps[9].moment->kind, scenario::Moment::Kind::any);
  EXPECT_EQ(made.steps[9].at.line, 10);

  const auto& syn = *std::get<scenario::Inject>(made.steps[4].action).segment;
  EXPECT_EQ(syn.from.port.number, 40000);
  EXPECT_EQ(syn.to.port.number, 8080);
  EXPECT_TRUE(syn.raw_sequence);
  const auto& synack = std::get<scenario::Packets>(made.steps[5].action);
  EXPECT_EQ(synack.mode, scenario::Packets::Mode::next);
  EXPECT_EQ(synack.segments[0].options->size(), 1u);
  const auto& send = std::get<scenario::Send>(made.steps[8].action);
  EXPECT_EQ(send.data.size(), 1000u);
  EXPECT_EQ(send.accepted, 1000);
  EXPECT_EQ(std::get<scenario::Close>(made.steps[10].action).socket, "fd4");
}

TEST(Load, NumbersOfTheLocalEndCountFromItsFirst) {
  const Scenario made = scenario_of(
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
      "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
      "+0 connect(3, ..., ...) = -1 EINPROGRESS (In progress)\n"
      "+0 > S 1000:1000(0) <...>\n"
      "+0 < S. 5:5(0) ack 1001 win 5 <sack 1001:1002,nop,nop>\n"
      "+0 > . 1:1(0) ack 1\n");
  EXPECT_THAT(steps_of(made)[2], HasSubstr("let $port_fd3"));
  EXPECT_EQ(made.steps[2].moment, std::nullopt);
  const auto& answer = *std::get<scenario::Inject>(made.steps[4].action).segment;
  EXPECT_EQ(answer.sequence.number, 5);
  EXPECT_EQ(answer.acknowledgment.number, 1);
  EXPECT_FALSE(answer.raw_acknowledgment);
  EXPECT_EQ((*answer.options)[0].numbers[0].number, 1);
  const auto& ack = std::get<scenario::Packets>(made.steps[5].action).segments[0];
  EXPECT_EQ(ack.sequence->number, 1);
  EXPECT_EQ(ack.acknowledgment->number, 6);  // 1 behind the remote end's 5
  EXPECT_TRUE(ack.raw_acknowledgment);
}

TEST(Load, OutboundSackBlocksCountFromTheInitialNumber) {
  const Scenario made = scenario_of(
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
      "+0 < S 1234:1234(0) win 32792 <mss 1000,sackOK>\n"
      "+0 > S. 0:0(0) ack 1235 <mss 1460,nop,nop,sackOK>\n"
      "+0 < . 1:1(0) ack 1 win 257\n+0 < . 5:9(4) ack 1 win 257\n"
      "+0 > . 1:1(0) ack 1 <nop,nop,sack 5:9>\n");
  const auto& block =
      std::get<scenario::Packets>(made.steps.back().action).segments[0].options->back();
  EXPECT_EQ(block.numbers.at(0).number, 5);
  EXPECT_EQ(block.numbers.at(1).number, 9);
}

TEST(Load, AnEchoedTimestampIsTakenFromTheWire) {
  const Scenario made = scenario_of(
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
      "+0 < S 0:0(0) win 32792 <mss 1000,TS val 100 ecr 0>\n"
      "+0 > S. 0:0(0) ack 1 <mss 1460,TS val 700 ecr 100>\n"
      "+0 < . 1:1(0) ack 1 win 257 <nop,nop,TS val 101 ecr 700>\n");
  EXPECT_THAT(steps_of(made)[5], HasSubstr("let $ts700"));
  const auto& ack = *std::get<scenario::Inject>(made.steps[6].action).segment;
  EXPECT_EQ((*ack.options)[2].numbers[1].value, "ts700");
}

TEST(Load, ABlockingCallIsOverBeforeTheNextOne) {
  const Scenario made = scenario_of(
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
      "+0...0.1 connect(3, ..., ...) = 0\n"
      "+0 > S 0:0(0) <...>\n"
      "+0 < S. 0:0(0) ack 1 win 5\n"
      "+0 write(3, ..., 5) = 5\n");
  EXPECT_THAT(steps_of(made),
              ElementsAre("open socket fd3 on local", "connect fd3 to remote:8080 without waiting",
                          testing::_, testing::_, testing::_,
                          "wait for the outcome of fd3's connect", HasSubstr("send")));
}

TEST(Load, AnAssertionWaitsForTheConnectionThatACallBrings) {
  const Scenario made = scenario_of(
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
      "+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <mss 1460>\n"
      "+.1...0.4 accept(3, ..., ...) = 4\n+.3 < . 1:1(0) ack 1 win 5\n"
      "+.01 %{ assert tcpi_unacked == 0 }%\n");
  EXPECT_TRUE(std::holds_alternative<scenario::Accept>(made.steps[made.steps.size() - 2].action));
}

TEST(Load, CodeThatIsNotUnderstoodIsPythons) {
  const Scenario made = scenario_of(server +
                                    "+0 %{ cwnd = 10 }%\n"
                                    "+0 %{ assert tcpi_snd_cwnd == cwnd }%\n"
                                    "+0 %{\n  cwnd = max(cwnd, 20)\n}%\n"
                                    "+0 %{ assert tcpi_snd_cwnd == cwnd }%\n"
                                    "`true`\n");
  const std::size_t steps = made.steps.size();
  EXPECT_THAT(steps_of(made), testing::Contains("fd4 is tcpi_snd_cwnd 10"));
  EXPECT_EQ(language::describe(made.steps[steps - 3].action), "read TCP_INFO of fd4");
  const auto& code = std::get<scenario::PythonCode>(made.steps[steps - 2].action);
  EXPECT_EQ(code.host, "local");
  std::vector<std::string> texts;
  std::vector<std::optional<std::size_t>> infos;
  for (const auto& snippet : code.snippets) {
    texts.push_back(snippet.text);
    infos.push_back(snippet.info);
  }
  EXPECT_THAT(texts, ElementsAre("cwnd = 10", "assert tcpi_snd_cwnd == cwnd",
                                 "cwnd = max(cwnd, 20)", "assert tcpi_snd_cwnd == cwnd"));
  EXPECT_THAT(infos, ElementsAre(std::nullopt, steps - 5, steps - 4, steps - 3));
  EXPECT_EQ(made.steps[steps - 2].at.line, 11);
  EXPECT_FALSE(made.steps[steps - 2].moment);
}

TEST(Load, CallsBecomeSteps) {
  EXPECT_EQ(last<scenario::Receive>(server + "+0 read(4, ..., 100) = 10\n").room, 100);
  EXPECT_TRUE(last<scenario::Receive>(server + "+0 read(4, ..., 100) = 0\n").end);
  EXPECT_EQ(last<scenario::Receive>(server + "+0 read(4, ..., 1) = -1 EAGAIN (x)\n").error, EAGAIN);
  EXPECT_EQ(last<scenario::SetOption>(
                server + "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0\n")
                .value,
            5);
  EXPECT_EQ(last<scenario::GetOption>(
                server + "+0 getsockopt(4, SOL_SOCKET, SO_ERROR, [ECONNRESET], [4]) = 0\n")
                .value,
            ECONNRESET);
  EXPECT_EQ(last<scenario::SetOption>(
                server + "+0 setsockopt(4, SOL_TCP, TCP_CONGESTION, \"reno\", 4) = 0\n")
                .name,
            "reno");
  EXPECT_EQ(last<scenario::Shutdown>(server + "+0 shutdown(4, SHUT_RDWR) = 0\n").how,
            scenario::Direction::both);
  const auto poll = last<scenario::Poll>(
      server + "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n");
  EXPECT_THAT(poll.events, ElementsAre(POLLOUT));
  EXPECT_THAT(poll.lacks, ElementsAre(POLLIN));
}

template <typename Arguments>
Arguments arguments_of(const std::string& line) {
  return std::get<Arguments>(last<scenario::SystemCall>(server + line).arguments);
}

TEST(Load, AWriteThatBlocksBeginsAndIsOver) {
  const Scenario made = scenario_of(server + "+.1...0.3 write(4, ..., 100000) = 100000\n" +
                                    "+0 > . 1:1001(1000) ack 1\n");
  const auto& begun = std::get<scenario::SystemCall>(made.steps[8].action);
  EXPECT_TRUE(begun.begins);
  EXPECT_EQ(std::get<scenario::SendMessage>(begun.arguments).parts.at(0).size(), 100000u);
  const auto& over = std::get<scenario::CallOver>(made.steps.back().action);
  EXPECT_EQ(over.duration, 200ms);
  EXPECT_EQ(over.tolerance, 25ms);
  EXPECT_EQ(over.call.result, 100000);
  EXPECT_THAT(steps_of(made).back(), HasSubstr("write 100000 bytes on fd4 returns"));
}

TEST(Load, MessagesHavePartsAndFlags) {
  const auto sent = arguments_of<scenario::SendMessage>(
      "+0 sendmsg(4, {msg_name(...)=..., msg_iov(2)=[{..., 40}, {..., 2}], msg_flags=0}, "
      "MSG_ZEROCOPY|MSG_MORE) = 42\n");
  EXPECT_EQ(sent.parts, (std::vector<std::string>{std::string(40, 'x'), "xx"}));
  EXPECT_EQ(sent.flags, MSG_ZEROCOPY | MSG_MORE);
  EXPECT_EQ(arguments_of<scenario::SendMessage>("+0 send(4, ..., 5, MSG_ZEROCOPY) = 5\n").flags,
            MSG_ZEROCOPY);
  EXPECT_TRUE(arguments_of<scenario::SendMessage>("+0 write(4, NULL, 5) = -1 EFAULT (Bad)\n").null);
  const auto fresh = arguments_of<scenario::SendMessage>(
      "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 9\n"
      "+0 sendto(9, ..., 2000, MSG_FASTOPEN, ..., ...) = 900\n");
  EXPECT_EQ(fresh.to->host, "remote");
  EXPECT_TRUE(arguments_of<scenario::SendMessage>(
                  "+0 sendto(4, ..., 0, 0, AF_UNSPEC, ...) = -1 EPIPE (x)\n")
                  .unspecified);
}

TEST(Load, ReceivedMessagesHaveControlMessages) {
  const auto call = last<scenario::SystemCall>(
      server +
      "+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{...,0}], msg_flags=MSG_ERRQUEUE,"
      "msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING,"
      "cmsg_data={scm_sec=0,scm_nsec=10000000}},"
      "{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=ENOMSG,"
      "ee_origin=SO_EE_ORIGIN_TIMESTAMPING, ee_type=0, ee_code=0, ee_info=SCM_TSTAMP_ACK,"
      "ee_data=7}}, {cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=9}]},"
      "MSG_ERRQUEUE) = 0\n");
  EXPECT_EQ(expected_reply(call),
            "msg_flags MSG_ERRQUEUE; SCM_TIMESTAMPING at 10.000 ms; IP_RECVERR {errno 42, origin "
            "4, type 0, code 0, info 2, data 7}; TCP_CM_INQ 9");
}

TEST(Load, DescriptorsMayBeOtherFiles) {
  const std::string epoll =
      "+0 epoll_create(1) = 5\n"
      "+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN|EPOLLET, fd=4}) = 0\n";
  const auto wait = arguments_of<scenario::EpollWait>(
      epoll + "+0 epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1\n");
  EXPECT_EQ(wait.events, EPOLLIN);
  EXPECT_EQ(wait.data, 4u);
  EXPECT_TRUE(wait.narrow);
  EXPECT_EQ(last<scenario::SystemCall>(server + epoll + "+0 close(5) = 0\n").descriptor, "fd5");
  const std::string pipe = "+0 pipe([5, 6]) = 0\n";
  EXPECT_EQ(arguments_of<scenario::Splice>(pipe + "+0 splice(4, NULL, 6, NULL, 99, 0) = 99\n").to,
            "fd6");
  EXPECT_EQ(arguments_of<scenario::SendFile>("+0 open(\"/tmp/x\", O_RDONLY) = 5\n"
                                             "+0 sendfile(4, 5, [1], 7) = 7\n")
                .offset,
            1);
  EXPECT_EQ(arguments_of<scenario::Ioctl>("+0 ioctl(4, SIOCINQ, [1000]) = 0\n").value, 1000);
  EXPECT_EQ(arguments_of<scenario::PollMany>(
                "+0 poll([{fd=4, events=POLLIN, revents=0}, {fd=3, events=POLLIN, "
                "revents=POLLIN}], 2, 0) = 1\n")
                .all[1]
                .reported,
            POLLIN);
}

TEST(Load, FilesAreOnlyRead) {
  const std::string message =
      "folder/x.pkt:9:1: open() to write (a script may only read files) cannot be played";
  for (const char* flags : {"O_WRONLY", "O_RDWR", "O_RDONLY|O_TRUNC", "O_WRONLY|O_CREAT", "01000"})
    EXPECT_EQ(mistake_in(server + "+0 open(\"/tmp/x\", " + flags + ") = 5\n"), message) << flags;
}

TEST(Load, AnIoctlOnlyAsksForANumber) {
  for (const char* request : {"SIOCINQ", "FIONREAD", "SIOCOUTQ", "SIOCOUTQNSD", "SIOCATMARK"})
    EXPECT_EQ(
        arguments_of<scenario::Ioctl>(std::string("+0 ioctl(4, ") + request + ", [7]) = 0\n").value,
        7);
  for (const char* request : {"0x8927", "0", "-1"})
    EXPECT_EQ(mistake_in(server + "+0 ioctl(4, " + request + ", [7]) = 0\n"),
              "folder/x.pkt:9:1: ioctl() with a request other than SIOCINQ (FIONREAD), SIOCOUTQ, "
              "SIOCOUTQNSD and SIOCATMARK cannot be played")
        << request;
}

TEST(Load, OptionsMayBeBytes) {
  EXPECT_EQ(arguments_of<scenario::OptionBytes>(
                "+0 setsockopt(3, SOL_TCP, TCP_FASTOPEN_KEY, \"\\x01\\x02\", 2) = 0\n")
                .bytes,
            "\x01\x02");
  EXPECT_EQ(arguments_of<scenario::OptionBytes>(
                "+0 setsockopt(4, SOL_IP, IP_MTU_DISCOVER, [IP_PMTUDISC_DONT], 1) = 0\n")
                .bytes.size(),
            1u);
}

TEST(Load, AccurateEcnHasAFlagOfItsOwn) {
  const auto segment = [](const std::string& line) {
    return last<scenario::Packets>(server + line).segments[0];
  };
  EXPECT_EQ(segment("+0 > EAP. 1:6(5) ack 1\n").ae, true);
  EXPECT_EQ(segment("+0 > EAP. 1:6(5) ack 1\n").flags.str(),
            segment("+0 > P.5 1:6(5) ack 1\n").flags.str());
  EXPECT_EQ(segment("+0 > P.5 1:6(5) ack 1\n").ae, true);
  EXPECT_EQ(segment("+0 > P. 1:6(5) ack 1\n").ae, false);
  EXPECT_TRUE(last<scenario::Inject>(server + "+0 < WA. 1:1(0) ack 1 win 5\n").segment->ae);
}

TEST(Load, OptionsOfTheToolDecideWhatIsCompared) {
  const std::string timestamps =
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
      "+0 < S 0:0(0) win 32792 <mss 1000,TS val 100 ecr 0>\n"
      "+0 > S. 0:0(0) ack 1 <mss 1460,TS val 700 ecr 100>\n"
      "+0 > . 1:1(0) ack 1 <nop,nop,TS val 705 ecr 100>\n";
  const auto ack = last<scenario::Packets>("--tcp_ts_tick_usecs=1000\n" + timestamps);
  const scenario::ListedOption& option = ack.segments[0].options->back();
  EXPECT_EQ(option.tick, 1000u);
  EXPECT_EQ(option.numbers.at(0).number, 5);
  EXPECT_TRUE(option.from_first[0]);
  EXPECT_THAT(last<scenario::Packets>(timestamps).segments[0].options->back().numbers, IsEmpty());
  EXPECT_TRUE(last<scenario::Packets>("--strict_segments\n" + timestamps).strict);
  const std::string large = server + "+0 < . 1:10001(10000) ack 1 win 257\n";
  EXPECT_EQ(last<scenario::Inject>(large).part, 9999);
  EXPECT_EQ(last<scenario::Inject>("--mss=1000\n" + large).part, 1000);
  EXPECT_EQ(last<scenario::Inject>(server + "+0 < . 1:1001(1000) ack 1 win 257\n").part, 0);
}

TEST(Load, CommandsRunInTheScriptsFolderAndSysctlsAreSteps) {
  const Scenario made =
      scenario_of("`sysctl -q net.ipv4.tcp_sack=0`\n" + server + "`rm /tmp/x_${PPID}`\n");
  EXPECT_EQ(std::get<scenario::Sysctl>(made.steps.front().action).set.at("net.ipv4.tcp_sack"), "0");
  const auto cleanup = std::get<scenario::Exec>(made.steps.back().action);
  EXPECT_EQ(cleanup.name, "cleanup");
  EXPECT_THAT(cleanup.run,
              ElementsAre("/bin/sh", "-c",
                          "[ ! -d \"$$1\" ] || cd \"$$1\"; shift\n"
                          "PACKETDRILL_PID=$$PPID\nexport PACKETDRILL_PID\nrm /tmp/x_$${PPID}",
                          "sh", "folder"));
  for (const char* line : {"sysctl -q net.ipv4.tcp_sack=0; rm -rf /", "sysctl -q net.ipv4.x=$(id)",
                           "sysctl -q kernel.core_pattern=x"})
    EXPECT_TRUE(std::holds_alternative<scenario::Exec>(
        scenario_of("`" + std::string(line) + "`\n" + server).steps.front().action))
        << line;
}

TEST(Load, AnEventWithoutAStepKeepsItsTime) {
  const Scenario made = scenario_of(server +
                                    "+.1 fcntl(4, F_GETFL) = 0x2 (flags O_RDWR)\n"
                                    "+.2 close(4) = 0\n");
  EXPECT_EQ(made.steps.back().moment->begin, 300ms);
}

}  // namespace
}  // namespace lab::packetdrill
