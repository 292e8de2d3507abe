// SPDX-License-Identifier: MIT
//
// Texts from strangers: names in scenarios, what programs print, names of processes. None of
// them reaches a terminal or a report as it is.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include "hostile_fixture.hpp"

namespace lab::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int usage = 2;

// The first control character that is not a line's end or a tab; empty: there is none.
std::string control_in(const std::string& text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F) return std::to_string(byte);
  }
  for (const char* each : {"\u009b", "\u0085", "\u202e", "\u2066"})
    if (text.find(each) != std::string::npos) return each;
  return "";
}

TEST_F(Hostile, NamesInMessagesHaveNoControlCharacters) {
  const std::string verb = write("evil1.yaml", R"(name: evil1
title: "x"
topology: {hosts: {a: }}
steps:
  - "b\e[31mgus\a\u009b\u202e": {host: a}
)");
  const std::string host = write("evil2.yaml", R"(name: evil2
title: x
topology: {hosts: {"a\e[31m": }}
steps: []
)");
  for (const std::string& path : {verb, host})
    for (const char* command : {"validate", "show", "run", "graph"}) {
      const Ran ran = run({ORCHESTRATOR, command, path});
      EXPECT_EQ(ran.status, usage) << command << ' ' << path;
      EXPECT_EQ(control_in(ran.err), "") << command << ' ' << path;
      EXPECT_THAT(ran.err, HasSubstr("\\u001b[31m")) << command << ' ' << path;
    }
}

constexpr const char* ansi = R"(name: ansi
title: "T \e]0;PWNED\a \e[31mred\e[0m \u009b31m <b> ]]> \u202e\nverdict: pass, forged\0"
summary: "S \e[2J \u009b & <b>"
rule: "R \e[5m"
families: [ipv4]
topology: {hosts: {a: }}
steps:
  - exec:
      host: a
      name: p
      run: [/bin/sh, -c, "printf '\\302\\233[2J\\033[2J\\033]0;X\\007]]>\\377\\000\\r\\nnot ok 1 x\\n'; exit 3"]
      contains: ["nope\e[31m\u202e<x>"]
    note: "N \e[41m --> ]]> \u2066"
)";

TEST_F(Hostile, NoReportHasControlCharactersOfTheScenario) {
  NEEDS_ROOT();
  const std::string path = write("ansi.yaml", ansi);
  const Ran shown = run({ORCHESTRATOR, "show", path});
  EXPECT_EQ(shown.status, 0);
  EXPECT_EQ(control_in(shown.out), "");
  EXPECT_THAT(shown.out, HasSubstr("T \\u001b]0;PWNED\\u0007"));

  const fs::path out = folder_ / "out";
  fs::create_directory(out);
  const Ran ran =
      run({ORCHESTRATOR, "run", path, "--where", "here", "-o", out / "r.json", "--junit",
           out / "r.xml", "--ktap", out / "r.ktap", "--html", out / "r.html", "--pcap", out});
  EXPECT_EQ(ran.status, 1) << ran.err;
  EXPECT_EQ(control_in(ran.out + ran.err), "");
  for (const char* name : {"r.json", "r.xml", "r.ktap", "r.html"}) {
    ASSERT_FALSE(read(out / name).empty()) << name;
    EXPECT_EQ(control_in(read(out / name)), "") << name;
  }
  EXPECT_THAT(read(out / "r.ktap"), Not(HasSubstr("\nnot ok 1 x")));
  const std::string capture = read(out / "ansi-ipv4.pcapng");
  EXPECT_THAT(capture, HasSubstr("title: T \\u001b]0;PWNED"));
  EXPECT_THAT(capture, Not(HasSubstr("\nverdict: pass, forged")));

  // And drawn again, from the JSON, which holds the characters themselves.
  EXPECT_THAT(json::parse(read(out / "r.json"))["runs"][0]["rule"], "R \x1b[5m");
  const Ran drawn = run(
      {ORCHESTRATOR, "draw", out / "r.json", "--ktap", out / "d.ktap", "--html", out / "d.html"});
  EXPECT_EQ(drawn.status, 0) << drawn.err;
  EXPECT_EQ(control_in(drawn.out + drawn.err), "");
  for (const char* name : {"d.ktap", "d.html"}) EXPECT_EQ(control_in(read(out / name)), "") << name;
}

TEST_F(Hostile, CompletionOffersNoNameWithControlCharacters) {
  const std::string good =
      "name: NAME\ntitle: \"x \\e]0;P\\a\"\ntopology: {hosts: {a: }}\n"
      "steps: [{socket: {name: s, host: a}}]\n";
  write("evil-good.yaml", good);
  write("evil-\x1b[31m.yaml", good);
  write("evil-\u009b.yaml", good);
  write("evil-\nforged.yaml", good);
  How how;
  how.env = {"LAB_SCENARIOS=" + folder_.string()};
  const Ran ran = run({ORCHESTRATOR, "__complete", "run", "evil"}, how);
  EXPECT_THAT(ran.out, HasSubstr("evil-good"));
  EXPECT_THAT(ran.out, Not(HasSubstr("forged")));
  EXPECT_EQ(control_in(ran.out), "");
}

// A process may call itself anything.
TEST_F(Hostile, TablesOfProcessesWithHostileNamesAreShownAndAreJson) {
  NEEDS_ROOT();
  std::array<int, 2> ready;
  ASSERT_EQ(::pipe2(ready.data(), O_CLOEXEC), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::prctl(PR_SET_NAME, "\x1b[31m\xc2\x9b\xff\ax");
    sockaddr_in any{};
    any.sin_family = AF_INET;
    if (::unshare(CLONE_NEWNET) != 0) ::_exit(1);
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    any.sin_port = htons(7777);
    if (::bind(fd, reinterpret_cast<sockaddr*>(&any), sizeof any) != 0 ||
        ::listen(fd, 1) != 0 || ::write(ready[1], "!", 1) != 1)
      ::_exit(1);
    for (;;) ::pause();
  }
  char started = 0;
  EXPECT_EQ(::read(ready[0], &started, 1), 1);
  const std::string netns = "/proc/" + std::to_string(child) + "/ns/net";
  const std::vector<std::vector<std::string>> commands = {
      {"tables", "--netns", netns},
      {"tables", "--netns", netns, "--format", "json"},
      {"lookup", "127.0.0.1:5", "127.0.0.1:7777", "--netns", netns},
      {"lookup", "127.0.0.1:5", "127.0.0.1:7777", "--netns", netns, "--format", "json"},
      {"explain", "127.0.0.1:7777", "--netns", netns},
      {"explain", "127.0.0.1:7777", "--netns", netns, "--format", "json"}};
  for (std::vector<std::string> words : commands) {
    words.insert(words.begin(), ORCHESTRATOR);
    const Ran ran = run(words);
    EXPECT_LT(ran.status, usage) << words[1] << ran.err;
    EXPECT_EQ(control_in(ran.out + ran.err), "") << words[1];
    if (words.back() == "json") {
      EXPECT_TRUE(json::accept(ran.out)) << ran.out;
    }
    EXPECT_THAT(ran.out, HasSubstr("7777")) << words[1];
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_F(Hostile, ColoursOfTheReportItselfStay) {
  NEEDS_ROOT();
  const std::string path = write("ansi.yaml", ansi);
  const Ran ran = run({ORCHESTRATOR, "run", path, "--where", "here", "--color", "always"});
  EXPECT_THAT(ran.out, HasSubstr("\x1b[1;31m"));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b[31m")));
  EXPECT_THAT(ran.out, Not(HasSubstr("\x1b]0;")));
}

}  // namespace
}  // namespace lab::test
