// SPDX-License-Identifier: MIT
//
// What holds for every command and every flag, whoever has entered it.
#include <gmock/gmock.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "cli/complete_words.hpp"
#include "cli/manual.hpp"
#include "cli/suggest.hpp"
#include "commands/app.hpp"
#include "commands/candidates.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

struct Program {
  CLI::App app{"", "orchestrator"};
  cli::Commands commands{app};
  Program() { add_commands(commands, app); }

  // As from a command line, but for the action.
  void parse(std::vector<std::string> words) {
    std::ranges::reverse(words);  // CLI11 takes them from the end
    app.parse(words);
  }
};

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> result;
  for (const std::string_view word : words(line)) {
    if (word == "|" || word == ">") break;
    std::string plain(word);
    std::erase(plain, '\'');
    result.push_back(plain);
  }
  return result;
}

std::vector<std::string> words_of(const cli::Candidates& candidates) {
  std::vector<std::string> result;
  for (const cli::Candidate& each : candidates.words) result.push_back(each.word);
  return result;
}

std::vector<std::string> completed(const std::vector<std::string>& words) {
  const Program program;
  return words_of(complete(program.commands, words));
}

using Flag = std::pair<const CLI::App*, const CLI::Option*>;

// The flags of these commands, each with its command.
std::vector<Flag> flags_of(const std::vector<const CLI::App*>& commands) {
  std::vector<Flag> flags;
  for (const CLI::App* command : commands)
    for (const CLI::Option* flag : cli::visible_flags(*command)) flags.emplace_back(command, flag);
  EXPECT_GT(flags.size(), 40u);
  return flags;
}

TEST(EveryFlag, HasAVariable) {
  const Program program;
  std::vector<const CLI::App*> all = cli::visible_commands(program.app);
  ASSERT_GT(all.size(), 8u);
  all.push_back(&program.app);
  for (const auto& [command, flag] : flags_of(all))
    EXPECT_THAT(flag->get_envname(), StartsWith("LAB_"))
        << cli::path_of(*command) << " " << flag->get_name();
}

// A variable that suits one command must not be a mistake in another.
TEST(EveryFlag, TakesTheSameValuesInEveryCommandWithItsVariable) {
  const Program program;
  std::map<std::string, std::string> types;
  for (const auto& [command, flag] : flags_of(cli::visible_commands(program.app))) {
    const auto [known, fresh] = types.emplace(flag->get_envname(), flag->get_type_name());
    EXPECT_EQ(known->second, flag->get_type_name())
        << flag->get_envname() << " of " << cli::path_of(*command)
        << ": give this flag a variable of its own";
  }
}

TEST(EveryFlag, HasADescription) {
  const Program program;
  for (const auto& [command, flag] : flags_of(cli::visible_commands(program.app)))
    EXPECT_FALSE(flag->get_description().empty()) << cli::path_of(*command) << flag->get_name();
}

TEST(EveryCommand, HasAPurposeAndValidExamples) {
  const Program known;
  const auto commands = cli::visible_commands(known.app);
  ASSERT_GT(commands.size(), 8u);
  for (const CLI::App* command : commands) {
    EXPECT_NE(command->get_group(), "Subcommands") << cli::path_of(*command) << " has no purpose";
    const auto& examples = known.commands.examples(command);
    EXPECT_FALSE(examples.empty()) << cli::path_of(*command);
    for (const cli::Example& example : examples) {
      EXPECT_THAT(example.line, StartsWith(cli::path_of(*command)));
      Program program;
      EXPECT_NO_THROW(program.parse(split(example.line))) << example.line;
    }
  }
}

TEST(Manual, HasEveryCommandFlagAndVariable) {
  const Program program;
  const std::string page = cli::manual(program.commands, "2026-11-25");
  const auto commands = cli::visible_commands(program.app);
  for (const CLI::App* command : commands)
    EXPECT_THAT(page, HasSubstr(".SS \"" + cli::path_of(*command) + "\"\n"));
  for (const auto& [command, flag] : flags_of(commands)) {
    std::string name = "--" + flag->get_lnames().front();
    for (std::size_t at = 0; (at = name.find('-', at)) != std::string::npos; at += 2)
      name.insert(at, "\\");
    EXPECT_THAT(page, HasSubstr("\\fB" + name + "\\fR")) << cli::path_of(*command);
    EXPECT_THAT(page, HasSubstr(".TP\n\\fB" + flag->get_envname() + "\\fR\n"));
  }
  EXPECT_THAT(page, HasSubstr("\\fB\\-\\-version\\fR"));
  EXPECT_THAT(page, Not(HasSubstr("unannounced"))) << "a hidden flag is told of";
}

TEST(Complete, NamesCommands) {
  EXPECT_THAT(completed({""}), IsSupersetOf({"run", "explain", "graph", "completion"}));
  EXPECT_THAT(completed({"va"}), ElementsAre("validate"));
  EXPECT_THAT(completed({""}), Not(Contains("__manual")));
}

TEST(Complete, NamesCommandsAfterHelpAndTheVersion) {
  EXPECT_THAT(completed({"help", "va"}), ElementsAre("validate"));
  EXPECT_THAT(completed({"help", "validate", ""}), IsEmpty());
  EXPECT_THAT(completed({"--v"}), ElementsAre("--version"));
  EXPECT_THAT(completed({"run", "--version"}), IsEmpty());
}

TEST(Complete, NamesFlagsThatAreNotYetGiven) {
  EXPECT_THAT(completed({"run", "--wh"}), ElementsAre("--where"));
  EXPECT_THAT(completed({"run", "-"}), IsSupersetOf({"--where", "--kernel", "-j", "--help"}));
  EXPECT_THAT(completed({"run", "--where", "vm", "--wh"}), IsEmpty());
  EXPECT_THAT(completed({"run", "--set", "a=1", "--se"}), ElementsAre("--set"));
  EXPECT_THAT(completed({"run", "-"}), Not(Contains("--unannounced")));
}

TEST(Complete, NamesValues) {
  EXPECT_THAT(completed({"run", "--where", ""}), ElementsAre("auto", "here", "vm"));
  EXPECT_THAT(completed({"run", "--where=h"}), ElementsAre("--where=here"));
  EXPECT_THAT(completed({"run", "-f", "j"}), ElementsAre("json"));
  EXPECT_THAT(completed({"run", "simopen", "--family", "ipv"}), ElementsAre("ipv4", "ipv6"));
  EXPECT_THAT(completed({"completion", ""}), ElementsAre("bash", "zsh", "fish"));
}

TEST(Complete, NamesScenariosAndTopics) {
  ::setenv("LAB_SCENARIOS", SOURCE_DIR "/scenarios", 1);
  EXPECT_THAT(completed({"run", "simop"}), ElementsAre("simopen"));
  EXPECT_THAT(completed({"run", "simopen", "no-listen"}), ElementsAre("no-listen", "no-listener"));
  EXPECT_THAT(completed({"run", "al"}), ElementsAre("all"));
  EXPECT_THAT(completed({"list", "--topic", "self"}), ElementsAre("self-connect"));
  EXPECT_THAT(completed({"show", "simopen", ""}), IsEmpty()) << "it takes one";
  EXPECT_THAT(completed({"graph", "tproxy", "--variant", ""}), Not(Contains("simopen")));
  const Program program;
  EXPECT_EQ(complete(program.commands, {"run", "x"}).paths, cli::Paths::files);
  EXPECT_EQ(complete(program.commands, {"run", "--pcap", ""}).paths, cli::Paths::folders);
}

TEST(Complete, NamesVariantsOfTheNamedScenario) {
  ::setenv("LAB_SCENARIOS", SOURCE_DIR "/scenarios", 1);
  const auto variants = completed({"run", "options-of-both", "--variant", ""});
  EXPECT_FALSE(variants.empty());
  EXPECT_THAT(completed({"run", "no-listen", "--variant", ""}), IsEmpty());
}

TEST(Complete, WritesOneCandidatePerLine) {
  // Names of files that a shell cannot be given are left out.
  EXPECT_EQ(cli::completion_lines({{{"a\x1b[2J", ""}, {"a\nb", ""}, {"c", "\x1b[2J"}}, {}}),
            "c\t\\u001b[2J\n");
  EXPECT_EQ(cli::completion_lines({{{"run", "play"}, {"vm", ""}}, cli::Paths::files}),
            "run\tplay\nvm\n:files\n");
}

std::string suggested(const std::vector<std::string>& words) {
  Program program;
  try {
    program.parse(words);
  } catch (const CLI::ParseError&) {
    return cli::suggestion(program.app, is_scenario);
  }
  return "it was taken";
}

TEST(Suggestion, NamesTheNearestCommand) {
  EXPECT_EQ(suggested({"rnu", "simopen"}), "there is no command \"rnu\"; did you mean run?");
  EXPECT_EQ(suggested({"valdate"}), "there is no command \"valdate\"; did you mean validate?");
}

TEST(Suggestion, NamesTheNearestFlag) {
  EXPECT_EQ(suggested({"run", "simopen", "--famly", "ipv4"}),
            "run has no flag --famly; did you mean --family?");
  EXPECT_EQ(suggested({"list", "--frmat=json"}),
            "list has no flag --frmat; did you mean --format?");
}

TEST(Suggestion, RecognizesAScenarioInPlaceOfACommand) {
  ::setenv("LAB_SCENARIOS", SOURCE_DIR "/scenarios", 1);
  EXPECT_EQ(suggested({"simopen"}),
            "there is no command \"simopen\", but there is a scenario: orchestrator run simopen");
}

TEST(Suggestion, IsSilentAboutOtherMistakes) {
  EXPECT_EQ(suggested({"run", "simopen", "--format", "xml"}), "");
  EXPECT_EQ(suggested({}), "");
}

}  // namespace
}  // namespace lab::commands
