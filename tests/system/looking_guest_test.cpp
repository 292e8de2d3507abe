// SPDX-License-Identifier: MIT
//
// A shell in a guest, and there the tables by the module.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "program.hpp"
#include "terminal.hpp"

namespace lab::test {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

// One boot: the tables' and the lookup's exit codes and data, and the shell's own.
TEST(GuestShell, RunsACommandAndPassesItsCodeOn) {
  const Ran ran = run({ORCHESTRATOR, "vm", "shell", "--",
                       "orchestrator tables -f json > /tmp/t; "
                       "orchestrator lookup 127.0.0.1:1 127.0.0.1:2 -f json; echo refused $?; "
                       "grep -c '\"witness\": \"module\"' /tmp/t; exit 7"});
  EXPECT_EQ(ran.status, 7) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"inferred\": false"));
  EXPECT_THAT(ran.out, HasSubstr("\"agrees\": true"));
  EXPECT_THAT(ran.out, HasSubstr("refused 1\n3\n"));
}

// With the first index behind lo's, which a link of the lab's would get otherwise.
TEST(GuestShell, PlaysBesideTheDevicesThatTunnelsGiveEveryNamespace) {
  const Ran ran = run({ORCHESTRATOR, "vm", "shell", "--",
                       "modprobe sit && grep -o sit0 /proc/net/dev && "
                       "orchestrator run simopen vrf --where here -q"});
  EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("sit0\n"));
}

TEST(GuestShell, IsOnTheTerminal) {
  if (const auto why = why_no_terminal(); !why.empty()) GTEST_SKIP() << why;
  Terminal terminal(ORCHESTRATOR " vm shell", 100, 30);
  ASSERT_TRUE(terminal.await("guest 6.1 ~ #", seconds(400))) << terminal.screen();
  terminal.type("stty size; uname -r");
  terminal.press("Enter");
  ASSERT_TRUE(terminal.await("30 100", seconds(60))) << terminal.screen();
  terminal.resize(90, 25);
  terminal.type("clear; stty size");
  terminal.press("Enter");
  EXPECT_TRUE(terminal.await("25 90", seconds(60))) << terminal.screen();
  // Ctrl-C reaches the guest, and ends what runs there alone. Only when it runs, and with
  // nothing typed ahead: the signal takes the terminal's input along (termios(3), NOFLSH),
  // and one that meets the shell between its prompt and its child ends this shell.
  terminal.type("sh -c 'echo asleep; exec sleep 1000'");
  terminal.press("Enter");
  ASSERT_TRUE(terminal.await("\nasleep\n", seconds(60))) << terminal.screen();
  terminal.press("C-c");
  ASSERT_TRUE(terminal.await("^C\nguest 6.1 ~ #", seconds(60))) << terminal.screen();
  terminal.type("echo still $((40 + 2)); exit 5");
  terminal.press("Enter");
  EXPECT_TRUE(terminal.await("still 42", seconds(60))) << terminal.screen();
  EXPECT_TRUE(terminal.await("ended 5", seconds(60))) << terminal.screen();
}

TEST(GuestShell, EndsAtOnceByItsKey) {
  if (const auto why = why_no_terminal(); !why.empty()) GTEST_SKIP() << why;
  Terminal terminal(ORCHESTRATOR " vm shell", 100, 30);
  ASSERT_TRUE(terminal.await("guest 6.1 ~ #", seconds(400))) << terminal.screen();
  terminal.press("C-]");
  EXPECT_TRUE(terminal.await("ended 130")) << terminal.screen();
}

}  // namespace
}  // namespace lab::test
