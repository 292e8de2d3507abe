// SPDX-License-Identifier: MIT
//
// What people try first on a program that they do not know, and on a terminal of 80 columns.
#include <gmock/gmock.h>
#include <unistd.h>

#include "draw/text.hpp"
#include "program.hpp"
#include "util/text.hpp"

namespace lab::test {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Conventions, PrintsTheVersionForEachSpelling) {
  for (const char* word : {"--version", "-V", "version"}) {
    const Ran ran = run({ORCHESTRATOR, word});
    EXPECT_EQ(ran.status, 0) << word;
    EXPECT_THAT(ran.out, StartsWith("TCP Lookup Lab ")) << word;
    EXPECT_EQ(ran.err, "") << word;
  }
}

TEST(Conventions, PrintsHelpForEachSpelling) {
  const Ran asked = run({ORCHESTRATOR, "--help"});
  EXPECT_EQ(asked.status, 0);
  EXPECT_THAT(asked.out, HasSubstr("--version"));
  for (const auto& words : std::vector<std::vector<std::string>>{{}, {"-h"}, {"help"}}) {
    std::vector<std::string> command{ORCHESTRATOR};
    command.insert(command.end(), words.begin(), words.end());
    const Ran ran = run(command);
    EXPECT_EQ(ran.status, 0) << testing::PrintToString(words);
    EXPECT_EQ(ran.out, asked.out) << testing::PrintToString(words);
    EXPECT_EQ(ran.err, "") << testing::PrintToString(words);
  }
}

TEST(Conventions, PrintsTheHelpOfACommand) {
  EXPECT_EQ(run({ORCHESTRATOR, "help", "run"}).out, run({ORCHESTRATOR, "run", "--help"}).out);
  EXPECT_EQ(run({ORCHESTRATOR, "help", "vm", "shell"}).out,
            run({ORCHESTRATOR, "vm", "shell", "--help"}).out);
  const Ran wrong = run({ORCHESTRATOR, "help", "rnu"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_EQ(wrong.out, "");
  EXPECT_THAT(wrong.err, HasSubstr("did you mean run?"));
}

// The longest line of what it prints on a terminal of 80 columns, in columns.
std::string longest_line(const std::vector<std::string>& words) {
  std::vector<std::string> command{ORCHESTRATOR};
  command.insert(command.end(), words.begin(), words.end());
  How how;
  how.env = {"COLUMNS=80"};
  const Ran ran = run(command, how);
  EXPECT_NE(ran.out, "") << ran.err;
  std::string longest;
  for (const std::string_view line : lines(ran.out))
    if (draw::columns(line) > draw::columns(longest)) longest = line;
  return longest;
}

TEST(Conventions, NeverTellsRootToBecomeRoot) {
  if (::geteuid() != 0) GTEST_SKIP() << "it is about root";
  const Ran ran = run({ORCHESTRATOR, "tables", "all"});
  EXPECT_EQ(ran.status, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Listeners"));
  EXPECT_THAT(ran.out + ran.err, Not(AnyOf(HasSubstr("without root"), HasSubstr("as root to"))));
}

TEST(Conventions, FitsCommandsIntoEightyColumns) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"--help"},
           {"run", "--help"},
           {"list"},
           {"tables", "all"},
           {"graph", "hole-punching"},
           {"vm", "kernels"},
           {"doctor"}}) {
    const std::string line = longest_line(words);
    EXPECT_LE(draw::columns(line), 80u) << testing::PrintToString(words) << "\n" << line;
  }
}

TEST(Conventions, FitsReportsIntoEightyColumns) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"run", "simopen", "--where", "here"},
           {"run", "simopen", "no-listen", "--where", "here"},
           {"run", "no-listen", "--where", "here", "--repeat", "2"}}) {
    const std::string line = longest_line(words);
    EXPECT_LE(draw::columns(line), 80u) << testing::PrintToString(words) << "\n" << line;
  }
}

}  // namespace
}  // namespace lab::test
