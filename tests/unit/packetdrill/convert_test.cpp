// SPDX-License-Identifier: MIT
//
// A converted script is read again as a scenario file, and is the same scenario.
#include "language/step_facts.hpp"
#include "packetdrill/convert.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "packetdrill/load.hpp"
#include "packetdrill/write_step.hpp"
#include "parser/parser.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::packetdrill {
namespace {

using scenario::Scenario;
using scenario::Step;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string server =
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
    "+0 bind(3, ..., ...) = 0\n"
    "+0 listen(3, 1) = 0\n"
    "+0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,wscale 7>\n"
    "+0 > S. 0:0(0) ack 1 <mss 1460,nop,nop,sackOK,nop,wscale 8>\n"
    "+.1 < . 1:1(0) ack 1 win 257\n"
    "+0 accept(3, ..., ...) = 4\n";
const std::string client =
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
    "+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
    "+0 > S 0:0(0) <...>\n";

// All that a file says of a step, and what a reader sees of it.
std::string in_words(const Step& step) {
  return step_in_yaml(step) + " # " + language::describe(step.action);
}

// What a scenario does, without when: a pause in the file is a time in the script. At `remote` a
// file also expects what it injects, in its place; of a script, that is added here.
std::vector<std::string> steps_of(const Scenario& scenario) {
  std::vector<std::string> all, injected;
  for (const Step& step : scenario.steps) {
    if (std::holds_alternative<scenario::Wait>(step.action)) continue;
    const auto* packets = std::get_if<scenario::Packets>(&step.action);
    if (!packets) {
      all.push_back(in_words(step));
      const auto* inject = std::get_if<scenario::Inject>(&step.action);
      if (inject && inject->segment)
        injected.push_back(injected_words(*inject->segment, inject->data.size()));
      continue;
    }
    if (packets->mode == scenario::Packets::Mode::next)
      all.insert(all.end(), injected.begin(), injected.end());
    injected.clear();
    for (scenario::ExpectedSegment segment : packets->segments) {
      segment.in_parts = false;  // of a script, each may come so
      all.push_back(describe(segment));
    }
  }
  return all;
}

std::vector<std::string> topology_of(const Scenario& scenario) {
  std::vector<std::string> words;
  for (const scenario::Host& host : scenario.hosts)
    words.push_back(host.name + (host.stack == scenario::Stack::none ? " without a stack" : ""));
  for (const scenario::Link& link : scenario.links) {
    for (const auto& end : link.ends) words.push_back(end.host + ":" + end.device);
    for (const auto& [family, ends] : link.addresses)
      words.push_back(std::string(family_name(family)) + " " + ends[0].str() + " " + ends[1].str());
    words.push_back(std::to_string(link.mtu) + (link.offload ? " with offload" : ""));
  }
  return words;
}

using Parameters = std::map<std::string, std::string>;

std::string converted(const std::string& text, const Parameters& parameters = {}) {
  return convert(text, "folder/x.pkt", "x", {"", parameters});
}

// The scenario of the file that the script becomes. It must be that of the script.
Scenario expect_same(const std::string& text, const std::string& file = "folder/x.pkt",
                     const Parameters& parameters = {}) {
  SCOPED_TRACE(file + ":\n" + text);
  const Scenario script = read_script(text, file, {"", parameters});
  Scenario made = parser::parse(convert(text, file, "made", {"", parameters}), "made.yaml");
  EXPECT_EQ(steps_of(made), steps_of(script));
  EXPECT_EQ(topology_of(made), topology_of(script));
  EXPECT_EQ(made.title, script.title);
  EXPECT_EQ(made.families, script.families);
  EXPECT_EQ(made.deadline, script.deadline);
  return made;
}

std::string mistake_in(const std::string& text, const std::string& name = "x") {
  try {
    convert(text, "folder/x.pkt", name);
    return "";
  } catch (const UsageError& mistake) {
    return mistake.what();
  }
}

std::vector<std::chrono::milliseconds> pauses_of(const Scenario& scenario) {
  std::vector<std::chrono::milliseconds> pauses;
  for (const Step& step : scenario.steps)
    if (const auto* wait = std::get_if<scenario::Wait>(&step.action))
      pauses.push_back(wait->duration);
  return pauses;
}

TEST(Convert, TheScriptsOfTheTestsAreTheSameScenarios) {
  // What a file has no words for.
  const std::set<std::string> refused = {
      "blocking-write.pkt", "events.pkt",        "messages.pkt",        "zero-copy.pkt",
      "splice.pkt",         "splice-urgent.pkt", "timestamp-ticks.pkt", "wrong-timestamp.pkt",
      "python-code.pkt",    "wrong-python.pkt"};
  std::set<std::string> seen;
  for (const auto& entry : std::filesystem::directory_iterator(TESTS_DIR "/packetdrill/scripts")) {
    const std::string path = entry.path(), name = entry.path().filename();
    if (!refused.contains(name)) {
      expect_same(read_file(path), path);
    } else {
      seen.insert(name);
      EXPECT_THROW(convert(read_file(path), path, "made"), UsageError) << name;
    }
  }
  EXPECT_EQ(seen.size(), refused.size());
}

TEST(Convert, EachConstructIsTheSame) {
  const std::string samples[] = {
      server + "+0 read(4, ..., 100) = -1 EAGAIN (Resource temporarily unavailable)\n",
      server + "+0 write(4, ..., 0) = 0\n+0 send(4, ..., 10, MSG_MORE|MSG_NOSIGNAL) = 10\n",
      server + "+0 write(4, \"a\\tb\\\"c\", 5) = 5\n+0 > P. 1:6(5) ack 1\n",
      server +
          "+0 write(4, ..., 3000) = 2000\n+0 > P. 1:2001(2000) ack 1 win 100 <nop,nop,sack 3:5>\n",
      server + "+0 accept(3, ..., ...) = -1 EAGAIN (Resource temporarily unavailable)\n",
      server +
          "+0 getsockopt(4, SOL_TCP, TCP_MAXSEG, [1000], [4]) = 0\n"
          "+0 setsockopt(4, SOL_TCP, TCP_CONGESTION, \"reno\", 4) = 0\n"
          "+0 setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
          "+0 close(4) = 0\n+0 > R. 1:1(0) ack 1\n",
      server +
          "+0 %{ assert tcpi_snd_cwnd == 10 and tcpi_rto >= 200000 and tcpi_rto < 300000 }%\n"
          "+0 %{ assert (tcpi_options & TCPI_OPT_SACK) != 0 }%\n",
      server + "+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 0) = 1\n",
      server + "+0 < SWE 9:9(0) win 1 urg 7 <nop,eol>\n+0 < - 5:6(1) win 0\n",
      server +
          "+0 < [ce] P. 1:11(10) ack 1 win 257 <nop,nop,sack 1:3 5:7>\n"
          "+0 > [ect0] P. 1:11(10) ack 1\n+0 > [tos 0x12] P. 1:11(10) ack 1\n",
      server +
          "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n"
          "+0 < icmp unreachable frag_needed mtu 1200 [1:2(1)]\n",
      server + "+0 < F. 1:1(0) ack 1 win 5\n+0 read(4, ..., 1) = 0\n",
      server + "+0 < A. 1:1(0) ack 1 win 1\n+0 > EAP. 1:6(5) ack 1\n",
      "--mss=1000\n" + server + "+0 < . 1:3001(3000) ack 1 win 1\n",
      "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
      "+0 sendto(3, ..., 0, MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
      "+0 > S 0:0(0) <...>\n",
      client + "+0 < S. 7:7(0) ack 1 win 5 <mss 100,FO 0011aabb>\n+0 > . 1:1(0) ack 1\n",
      client + "+0 < icmp unreachable host_unreachable [0:0(0)]\n",
      "0 `sysctl -q net.ipv4.tcp_sack=0`\n" + server + "+0 `echo \"${A} $B `\n",
  };
  for (const std::string& sample : samples) expect_same(sample);
}

TEST(Convert, OptionsAndDefinitionsCount) {
  const Scenario made = expect_same("--mtu=1400\n" + server + "+0 close(N) = 0\n", "x.pkt",
                                    {{"N", "4"}, {"ip_version", "ipv6"}, {"mtu", "1520"}});
  EXPECT_THAT(made.families, ElementsAre(Family::inet6));
  EXPECT_EQ(made.links[0].mtu, 1520);
}

TEST(Convert, SocketsOfIpv6OverIpv4Stay) {
  const Scenario made = expect_same(server, "x.pkt", {{"ip_version", "ipv4-mapped-ipv6"}});
  EXPECT_THAT(made.families, ElementsAre(Family::inet));
  EXPECT_EQ(std::get<scenario::OpenSocket>(made.steps[0].action).family, Family::inet6);
}

TEST(Convert, TimesBecomePauses) {
  EXPECT_THAT(pauses_of(expect_same(server + "+.25 close(4) = 0\n+1 > F. 1:1(0) ack 1\n")),
              ElementsAre(std::chrono::milliseconds(100), std::chrono::milliseconds(250)));
}

TEST(Convert, OnlyLongSegmentsMayComeInParts) {
  const auto step = [](const std::string& options, const std::string& bytes) {
    const std::string whole =
        server + "+0 > P. 1:" + std::to_string(1 + std::stoi(bytes)) + "(" + bytes + ") ack 1\n";
    const std::string text = converted(options + whole);
    return text.substr(text.rfind("length"));
  };
  EXPECT_THAT(step("", "2000"), HasSubstr("length 2000 parts"));
  EXPECT_THAT(step("", "1000"), Not(HasSubstr("parts")));
  EXPECT_THAT(step("--strict_segments\n", "2000"), Not(HasSubstr("parts")));
}

TEST(Convert, CommentsStay) {
  const std::string text =
      converted("// The title\n/* more\n   of it */\n" + server + "// the end\n+0 close(4) = 0\n");
  EXPECT_THAT(text, AllOf(HasSubstr("# The title\n"), HasSubstr("# more\n# of it\n"),
                          HasSubstr("  # the end\n  - close:")));
}

TEST(Convert, ADollarBeforeABraceIsNoParameter) {
  const std::string script =
      "// A ${title}\n" + server + "+0 `echo ${HOME} '${x}' $y`\n+0 write(4, \"${z}\", 4) = 4\n";
  const Scenario made = expect_same(script);
  EXPECT_EQ(made.title, "A ${title}");
  EXPECT_THAT(converted(server), Not(HasSubstr("parameters")));
}

TEST(Convert, NoTextOfTheScriptEndsALineOfTheFile) {
  const Scenario made = expect_same(
      server + "+0 write(4, \"a\\n- exec: b\\r\", 11) = 11\n+0 `echo a\n  - exec: b`\n");
  EXPECT_EQ(made.steps.size(), expect_same(server).steps.size() + 2);
}

TEST(Convert, ANameMustBeAName) {
  EXPECT_EQ(mistake_in(server), "");
  EXPECT_THAT(mistake_in(server, "a b"), HasSubstr("--name a b: "));
  EXPECT_THAT(mistake_in(server, "a b"), HasSubstr("write a letter, then letters"));
  EXPECT_THAT(mistake_in(server, std::string(33, 'a')), HasSubstr("a name has at most 32"));
  EXPECT_THAT(mistake_in(server, ""), HasSubstr("--name : "));
}

TEST(Convert, ANameIsMadeOfTheFiles) {
  EXPECT_EQ(name_for("a/b c.d.pkt"), "b-c-d");
  EXPECT_EQ(name_for("3way.pkt"), "script-3way");
  EXPECT_EQ(name_for(std::string(40, 'a') + ".pkt"), std::string(32, 'a'));
}

TEST(Convert, WhatAFileCannotSayIsAMistakeWithItsPlace) {
  const int line = 8;  // behind `server`
  for (const std::string refused : {"+0 epoll_create(1) = 5\n", "+0 write(4, ..., 5) = -1\n",
                                    "+0 write(4, \"\\xff\", 1) = 1\n"})
    EXPECT_THAT(mistake_in(server + refused),
                HasSubstr("folder/x.pkt:" + std::to_string(line) + ":"))
        << refused;
  EXPECT_THAT(mistake_in(server + "+0 write(4, \"\\xff\", 1) = 1\n"), HasSubstr("is not UTF-8"));
}

}  // namespace
}  // namespace lab::packetdrill
