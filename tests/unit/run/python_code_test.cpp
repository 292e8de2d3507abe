// SPDX-License-Identifier: MIT
//
// The program for a script's code, run by the real python3.
#include "run/python_code.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <cstdio>

#include "scenario/script_steps.hpp"
#include "util/executable.hpp"

namespace lab::run {
namespace {

struct Ended {
  int status = 0;
  std::string output;
};

constexpr const char* python = "/usr/bin/python3";

// Its program on standard input, as the step gives it.
Ended run(const std::vector<PythonSnippet>& snippets) {
  const std::string name = testing::TempDir() + "python_code_test.py";
  std::FILE* file = std::fopen(name.c_str(), "w");
  const std::string text = python_program(snippets, {"tcpi_lost", "tcpi_rtt"});
  std::fwrite(text.data(), 1, text.size(), file);
  std::fclose(file);
  std::FILE* pipe = ::popen((std::string(python) + " -I - <" + name + " 2>&1").c_str(), "r");
  Ended ended;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
    ended.output += static_cast<char>(c);
  const int status = ::pclose(pipe);
  ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  std::remove(name.c_str());
  return ended;
}

class PythonProgram : public testing::Test {
  void SetUp() override {
    if (!is_executable(python)) GTEST_SKIP() << "there is no " << python;
  }
};

TEST_F(PythonProgram, HasTheValuesConstantsAndVariables) {
  EXPECT_EQ(run({{"low = tcpi_rtt", "x.pkt:3", {{"tcpi_rtt", 5}}},
                 {"assert low == 5 and tcpi_rtt == 7", "x.pkt:4", {{"tcpi_rtt", 7}}},
                 {"assert TCP_CLOSING == 11 and TCP_CA_Loss == 4 and TCPI_OPT_SYN_DATA == 32",
                  "x.pkt:5",
                  {}}})
                .status,
            0);
}

TEST_F(PythonProgram, EndsAtTheFirstFailureWithItsPlace) {
  const Ended failed =
      run({{"print('says')", "x.pkt:3", {}},
           {"assert tcpi_rtt < 5, 'rtt=%d' % tcpi_rtt", "x.pkt:4", {{"tcpi_rtt", 9}}},
           {"print('later')", "x.pkt:5", {}}});
  EXPECT_EQ(failed.status, 1);
  EXPECT_EQ(failed.output, "says\n\nx.pkt:4: the assertion fails: rtt=9");
  EXPECT_THAT(run({{"assert 1 ==", "x.pkt:6", {}}}).output,
              testing::HasSubstr("x.pkt:6: SyntaxError"));
  EXPECT_THAT(run({{"print(nothing)", "x.pkt:6", {}}}).output,
              testing::HasSubstr("x.pkt:6: NameError"));
  EXPECT_EQ(run({{"import sys; sys.exit(0)", "x.pkt:6", {}}}).status, 1);
}

TEST_F(PythonProgram, SaysWhatTheKernelDoesNotReport) {
  const Ended lacks = run({{"assert tcpi_lost == 1", "x.pkt:4", {{"tcpi_rtt", 9}}}});
  EXPECT_EQ(lacks.status, scenario::python_lacks_field);
  EXPECT_EQ(lacks.output, "\nx.pkt:4: this kernel does not report tcpi_lost");
}

TEST(PythonText, ContainsNothingOfTheScriptAsItIs) {
  EXPECT_THAT(python_program({{"\"\"\"$HOME", "$x.pkt", {}}}, {}),
              testing::Not(testing::HasSubstr("$")));
}

}  // namespace
}  // namespace lab::run
