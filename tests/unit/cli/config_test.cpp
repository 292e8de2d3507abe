// SPDX-License-Identifier: MIT
#include "cli/config.hpp"

#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "util/error.hpp"
#include "util/temporary_folder.hpp"

namespace lab::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A program with one command of each kind of flag.
struct Program {
  CLI::App app{"", "program"};
  std::string kernel = "6.1", word;
  std::vector<std::string> families, settings;
  bool verbose = false;
  std::size_t jobs = 1;

  Program() {
    add_config_flag(app);
    CLI::App* run = app.add_subcommand("run", "");
    run->add_option("what", word);
    run->add_option("--kernel", kernel)->envname("LAB_TEST_KERNEL");
    run->add_option("--family", families)->check(CLI::IsMember({"ipv4", "ipv6"}));
    run->add_option("--set", settings)
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    run->add_option("-j,--jobs", jobs)->check(CLI::Range(1, 10));
    run->add_flag("-v,--verbose", verbose);
    run->add_flag("--hidden", verbose)->group("");
    app.add_subcommand("version", "");
    app.add_subcommand("vm", "")->add_subcommand("shell", "")->add_option("--memory", jobs);
  }

  Program& configured(const std::string& text) {
    apply_config(app, text, "config");
    return *this;
  }
  Program& given(std::vector<std::string> words) {
    std::ranges::reverse(words);
    app.parse(words);
    return *this;
  }
};

std::string mistake_in(const std::string& text) try {
  Program().configured(text);
  return "none";
} catch (const UsageError& mistake) {
  return mistake.what();
}

TEST(Config, ChangesDefaults) {
  Program program;
  program.configured(R"(# mine
[run]
kernel = "6.12"   # the newer one
family = ["ipv4", "ipv6"]
set = ["port=9000", "x=2"]
jobs = 3
verbose = true

[vm.shell]
memory = 7
)");
  program.given({"run", "simopen"});
  EXPECT_EQ(program.kernel, "6.12");
  EXPECT_THAT(program.families, ElementsAre("ipv4", "ipv6"));
  EXPECT_THAT(program.settings, ElementsAre("port=9000", "x=2"));
  EXPECT_TRUE(program.verbose);
}

TEST(Config, IsOverriddenByVariableAndFlag) {
  const std::string text = "[run]\nkernel = \"from-file\"\nfamily = \"ipv4\"\n";
  EXPECT_EQ(Program().configured(text).given({"run"}).kernel, "from-file");
  ::setenv("LAB_TEST_KERNEL", "from-variable", 1);
  EXPECT_EQ(Program().configured(text).given({"run"}).kernel, "from-variable");
  EXPECT_EQ(Program().configured(text).given({"run", "--kernel", "from-flag"}).kernel, "from-flag");
  ::unsetenv("LAB_TEST_KERNEL");
  EXPECT_THAT(Program().configured(text).given({"run", "--family", "ipv6"}).families,
              ElementsAre("ipv6"));
  EXPECT_EQ(Program().given({"run"}).kernel, "6.1");
}

TEST(Config, NamesFileLineAndKeyOfAMistake) {
  EXPECT_EQ(mistake_in("\n[run]\nkernal = \"6.1\"\n"),
            "config:3: run has no flag \"kernal\"; did you mean kernel?");
  EXPECT_EQ(mistake_in("[rnu]\n"), "config:1: there is no command \"rnu\"; did you mean run?");
  EXPECT_THAT(mistake_in("[run]\nfamily = \"ipv5\"\n"), HasSubstr("config:2: [run] family: "));
  EXPECT_THAT(mistake_in("[run]\n\njobs = 11\n"), HasSubstr("config:3: [run] jobs: "));
  EXPECT_THAT(mistake_in("[run]\nverbose = perhaps\n"), HasSubstr("config:2: [run] verbose: "));
  EXPECT_EQ(mistake_in("[version]\nx = 1\n"), "config:2: version has no flags to set");
}

TEST(Config, SuggestsWhatToWrite) {
  EXPECT_THAT(mistake_in("kernel = 1\n"), HasSubstr("config:1: kernel: put it below a section"));
  EXPECT_THAT(mistake_in("[run]\nkernel 6.1\n"), HasSubstr("config:2: write NAME = VALUE"));
  EXPECT_THAT(mistake_in("[run]\nkernel =\n"), HasSubstr("write a value after the ="));
  EXPECT_THAT(mistake_in("[run]\nfamily = [\n"), HasSubstr("write a list on one line"));
  EXPECT_THAT(mistake_in("[run\n"), HasSubstr("config:1: write a section's name in brackets"));
  EXPECT_THAT(mistake_in("[run]\nkernel = \"1\"\nkernel = \"2\"\n"),
              HasSubstr("config:3: [run] kernel is set twice"));
  EXPECT_THAT(mistake_in("[run]\nkernel = [\"1\", \"2\"]\n"), HasSubstr("takes one value"));
}

TEST(Config, AcceptsNeitherHiddenFlagsNorArguments) {
  EXPECT_THAT(mistake_in("[run]\nhidden = true\n"), HasSubstr("run has no flag \"hidden\""));
  EXPECT_THAT(mistake_in("[run]\nwhat = \"x\"\n"), HasSubstr("run has no flag \"what\""));
  EXPECT_THAT(mistake_in("[run]\nhelp = true\n"), HasSubstr("run has no flag \"help\""));
}

std::optional<std::string> path(std::vector<const char*> words) {
  words.insert(words.begin(), "program");
  return config_path(static_cast<int>(words.size()), words.data());
}

TEST(ConfigPath, IsTheDefaultUnlessOneIsNamed) {
  const TemporaryFolder folder;
  const std::string home = folder.path();
  std::filesystem::create_directory(home + "/tcp-lookup-lab");
  ::setenv("XDG_CONFIG_HOME", home.c_str(), 1);
  ::unsetenv("LAB_CONFIG");
  EXPECT_EQ(path({"run"}), std::nullopt) << "there is none";
  std::ofstream(home + "/tcp-lookup-lab/config") << "[run]\n";
  EXPECT_EQ(path({"run"}), home + "/tcp-lookup-lab/config");
  EXPECT_EQ(path({"--config", "mine", "run"}), "mine");
  EXPECT_EQ(path({"--config=mine", "run"}), "mine");
  EXPECT_EQ(path({"run", "--config", "mine"}), home + "/tcp-lookup-lab/config");
  ::setenv("LAB_CONFIG", "other", 1);
  EXPECT_EQ(path({"run"}), "other");
  EXPECT_EQ(path({"--config", "mine", "run"}), "mine");
  ::setenv("LAB_CONFIG", "", 1);
  EXPECT_EQ(path({"run"}), std::nullopt) << "empty: none";
  ::unsetenv("LAB_CONFIG");
  ::unsetenv("XDG_CONFIG_HOME");
}

}  // namespace
}  // namespace lab::cli
