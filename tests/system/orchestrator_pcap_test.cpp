// SPDX-License-Identifier: MIT
//
// What --pcap writes, as Wireshark's own dissectors read it, held against the
// report of the same run.
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "program.hpp"
#include "series.hpp"
#include "util/temporary_folder.hpp"

namespace lab::test {
namespace {

namespace fs = std::filesystem;
using testing::AnyOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A frame as tshark sees it.
struct Frame {
  std::string interface;
  bool outgoing = false;
  std::string time;  // nanoseconds since the epoch
  std::size_t bytes = 0;
  std::string from;  // a host's name, if the file has one for the address
  std::string comment;
};

std::vector<std::string> split(const std::string& line, char at) {
  std::vector<std::string> parts(1);
  for (const char letter : line)
    if (letter == at)
      parts.emplace_back();
    else
      parts.back() += letter;
  return parts;
}

std::string without(std::string text, char letter) {
  std::erase(text, letter);
  return text;
}

std::vector<Frame> frames_of(const fs::path& file) {
  // -N n: names for addresses, which can only be those that the file brings along.
  std::vector<std::string> argv{"tshark", "-n", "-N", "n", "-r", file, "-T", "fields"};
  for (const char* field :
       {"frame.interface_name", "frame.packet_flags_direction", "frame.time_epoch", "frame.len",
        "ip.src_host", "ipv6.src_host", "frame.comment", "_ws.malformed", "_ws.expert.severity"}) {
    argv.push_back("-e");
    argv.push_back(field);
  }
  const Ran tshark = run(argv);
  EXPECT_EQ(tshark.status, 0) << tshark.err;
  EXPECT_THAT(tshark.err, Not(HasSubstr("tshark:"))) << "it complains of the file";
  std::vector<Frame> frames;
  std::istringstream lines(tshark.out);
  for (std::string line; std::getline(lines, line);) {
    const auto fields = split(line, '\t');
    EXPECT_EQ(fields.size(), 9u) << line;
    frames.push_back({fields.at(0), fields[1] == "0x00000002", without(fields[2], '.'),
                      std::stoul(fields[3]), fields[4] + fields[5], fields[6]});
    EXPECT_EQ(fields[7], "") << "malformed: " << line;
    constexpr const char* error = "8388608";  // PI_ERROR
    EXPECT_THAT(fields[8], Not(HasSubstr(error))) << line;
  }
  return frames;
}

// "Capture comment", "Capture oper-sys", "Capture application"; the names of the interfaces.
std::string facts_of(const fs::path& file) {
  const Ran capinfos = run({"capinfos", file});
  EXPECT_EQ(capinfos.status, 0) << capinfos.err;
  return capinfos.out;
}

class Pcap : public testing::Test {
 protected:
  void SetUp() override {
    if (run({"tshark", "--version"}).status != 0)
      GTEST_SKIP() << "no tshark; ./lab test installs it";
  }

  // Plays it with --pcap and --output; the report.
  nlohmann::json play(const std::string& scenario, std::vector<std::string> more) {
    std::vector<std::string> argv{
        ORCHESTRATOR, "run", scenario, "--pcap", captures(), "--output", place_ / "report.json"};
    argv.insert(argv.end(), more.begin(), more.end());
    How how;
    how.deadline = std::chrono::seconds(500);
    const Ran ran = run(argv, how);
    EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
    std::ifstream report(place_ / "report.json");
    return nlohmann::json::parse(report);
  }

  fs::path captures() const { return place_ / "captures"; }

  static std::string name_of(const nlohmann::json& run) {
    return run["scenario"].get<std::string>() + "-" + run["family"].get<std::string>();
  }

  // The name of the host that a segment comes from; empty if it is none's address.
  static std::string sender_of(const nlohmann::json& run, const nlohmann::json& packet) {
    const std::string source = packet.value("source", "");
    const std::string address = without(without(source.substr(0, source.rfind(':')), '['), ']');
    for (const auto& host : run["hosts"])
      for (const auto& each : host["addresses"])
        if (each["address"] == address) return host["name"];
    return "";
  }

  // Every packet of the report is a frame of the file, and nothing else is.
  static void expect_same(const nlohmann::json& run, const std::vector<Frame>& frames) {
    ASSERT_FALSE(frames.empty());
    ASSERT_EQ(frames.size(), run["packets"].size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const auto& packet = run["packets"][i];
      SCOPED_TRACE(packet.dump());
      EXPECT_EQ(frames[i].interface,
                packet["host"].get<std::string>() + ":" + packet["device"].get<std::string>());
      EXPECT_EQ(frames[i].outgoing, packet["direction"] == "out");
      EXPECT_EQ(frames[i].time, std::to_string(packet["time"].get<std::int64_t>()));
      EXPECT_EQ(frames[i].bytes, packet["bytes"].get<std::string>().size() / 2);  // hexadecimal
      const std::string sender = sender_of(run, packet);
      if (!sender.empty()) {
        EXPECT_EQ(frames[i].from, sender);
      }
    }
  }

  const TemporaryFolder temporary_;
  const fs::path place_ = temporary_.path();
};

class PcapHere : public Pcap, public testing::WithParamInterface<const char*> {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
    Pcap::SetUp();
  }
};
INSTANTIATE_TEST_SUITE_P(, PcapHere, testing::Values("no-listen", "simopen", "self-connect"),
                         [](const auto& each) { return without(each.param, '-'); });

TEST_P(PcapHere, TsharkReadsWhatTheReportTells) {
  const auto report = play(GetParam(), {"--where", "here"});
  ASSERT_EQ(report["runs"].size(), 2u);
  std::set<std::string> expected;
  for (const auto& run : report["runs"]) {
    const fs::path file = captures() / (name_of(run) + ".pcapng");
    expected.insert(file.filename());
    SCOPED_TRACE(file);
    expect_same(run, frames_of(file));
    const std::string facts = facts_of(file);
    EXPECT_THAT(facts, HasSubstr("scenario: " + std::string(GetParam()) + " over IP"));
    EXPECT_THAT(facts, HasSubstr("Linux " + run["kernel"].get<std::string>()));
    EXPECT_THAT(facts, HasSubstr("TCP Lookup Lab"));
    EXPECT_THAT(facts, HasSubstr("nanoseconds (9)"));
  }
  std::set<std::string> written;
  for (const auto& entry : fs::directory_iterator(captures()))
    written.insert(entry.path().filename());
  EXPECT_EQ(written, expected);
}

TEST_F(Pcap, RoundsAreNumbered) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  const auto report =
      play("self-connect", {"--where", "here", "--family", "ipv4", "--repeat", "10"});
  ASSERT_EQ(report["runs"].size(), 10u);
  EXPECT_EQ(frames_of(captures() / "self-connect-ipv4-01.pcapng").size(),
            report["runs"][0]["packets"].size());
  EXPECT_EQ(frames_of(captures() / "self-connect-ipv4-10.pcapng").size(),
            report["runs"][9]["packets"].size());
}

TEST_F(Pcap, ADirectoryThatTakesNoFilesIsToldBeforeTheRun) {
  std::ofstream(captures()) << "in the way";
  const Ran ran = run({ORCHESTRATOR, "run", "simopen", "--pcap", captures()});
  EXPECT_EQ(ran.status, 2);
  EXPECT_THAT(ran.err, HasSubstr("--pcap " + captures().string()));
  EXPECT_EQ(ran.out, "");
}

TEST_F(Pcap, AFullDiskIsToldAtTheEnd) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  fs::create_directory(captures());
  fs::create_symlink("/dev/full", captures() / "self-connect-ipv4.pcapng");
  const Ran ran =
      run({ORCHESTRATOR, "run", "self-connect", "--where", "here", "--pcap", captures()});
  EXPECT_EQ(ran.status, 3);
  EXPECT_THAT(ran.out, HasSubstr("self-connect ipv6: PASS")) << "the report does not suffer";
  EXPECT_THAT(ran.err, HasSubstr("self-connect-ipv4.pcapng"));
}

// With the module every TCP packet has a comment, and those that the scenario
// is about tell what it is there to show.
class PcapGuest : public Pcap, public testing::WithParamInterface<std::string> {
 protected:
  // The frames of each play, IPv4 and IPv6.
  std::vector<std::vector<Frame>> explained(const std::string& scenario) {
    const auto report = play(scenario, {"--where", "vm", "--kernel", GetParam()});
    std::vector<std::vector<Frame>> plays;
    for (const auto& run : report["runs"]) {
      const fs::path file = captures() / (name_of(run) + ".pcapng");
      SCOPED_TRACE(file);
      EXPECT_THAT(facts_of(file), HasSubstr("paths: in the packets' comments"));
      plays.push_back(frames_of(file));
      expect_same(run, plays.back());
      expect_comments(run, plays.back());
    }
    EXPECT_EQ(plays.size(), 2u) << "IPv4 and IPv6";
    return plays;
  }

  static void expect_comments(const nlohmann::json& run, const std::vector<Frame>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      SCOPED_TRACE(run["packets"][i].dump());
      if (run["packets"][i]["protocol"] != "tcp")
        EXPECT_EQ(frames[i].comment, "");
      else if (frames[i].outgoing)
        EXPECT_THAT(frames[i].comment, AnyOf(StartsWith("Answers frame "), StartsWith("Sent ")));
      else
        EXPECT_THAT(frames[i].comment, ContainsRegex("^Verdict: .* Path: .*tcp_v[46]_rcv"));
    }
  }

  // The first frame that came in on this interface and of which the comment holds `text`.
  static std::string comment_with(const std::vector<Frame>& frames, const std::string& interface,
                                  const std::string& text) {
    for (const Frame& each : frames)
      if (each.interface == interface && !each.outgoing &&
          each.comment.find(text) != std::string::npos)
        return each.comment;
    ADD_FAILURE() << "no packet came in on " << interface << " with: " << text;
    return "";
  }
};

TEST_P(PcapGuest, TheRefusedSynShowsItsLookupsAndTheReset) {
  for (const auto& frames : explained("no-listen"))
    EXPECT_THAT(comment_with(frames, "server:eth0", "answered with RST, no socket was found"),
                ContainsRegex("Answered by frame [0-9]+\\. Path: "
                              "__inet6?_lookup_established for tcp_v[46]_early_demux: miss; "
                              "(tcp_v[46]_early_demux: miss; )?"  // inlined on 7.x
                              "tcp_v[46]_rcv; "
                              "__inet6?_lookup_established for tcp_v[46]_rcv: miss; "
                              "(.*\\(exact\\).*: miss; .*\\(wildcard\\).*: miss; )?"  // on 5.10
                              ".*tcp_v[46]_send_reset.*: no-socket"));
}

TEST_P(PcapGuest, EachSynOfASimultaneousOpenMeetsASocketInSynSent) {
  for (const auto& frames : explained("simopen")) {
    EXPECT_THAT(comment_with(frames, "a:eth0", "simultaneous open, left goes from"),
                HasSubstr("_lookup_established for tcp_v"));
    EXPECT_THAT(comment_with(frames, "b:eth0", "simultaneous open, right goes from"),
                HasSubstr(": hit right SYN-SENT"));
  }
}

TEST_P(PcapGuest, ASelfConnectingSocketMeetsItsOwnSyn) {
  for (const auto& frames : explained("self-connect"))
    EXPECT_THAT(comment_with(frames, "left:lo", "self-connect, "),
                HasSubstr(" goes from SYN-SENT to SYN-RECEIVED"));
}

INSTANTIATE_TEST_SUITE_P(Kernel, PcapGuest, testing::ValuesIn(series_of(SERIES)),
                         [](const auto& each) { return "Linux" + test_name(each.param); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PcapGuest);

}  // namespace
}  // namespace lab::test
