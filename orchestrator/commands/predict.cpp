// SPDX-License-Identifier: MIT
//
// predict: ask what a scenario's first SYN will meet, run it, and compare.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "commands/play_flags.hpp"
#include "commands/run.hpp"
#include "commands/scenario_files.hpp"
#include "diagram/topology_text.hpp"
#include "draw/page.hpp"
#include "json/text.hpp"
#include "play/play_list.hpp"
#include "play/report_files.hpp"
#include "predict/ask.hpp"
#include "predict/comparison.hpp"
#include "predict/questions.hpp"
#include "predict/story.hpp"
#include "report/document.hpp"
#include "run/plan.hpp"
#include "util/error.hpp"
#include "util/regular_file.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::commands {
namespace {

struct PredictFlags : PlayFlags {
  std::string scenario, answers, save;
};

// One run: the first family, unless one is given, and the only variant.
play::Play chosen(play::Options& options, const std::string& wanted) {
  if (options.kernel == "all")
    throw UsageError("--kernel all: predict compares with one run; name one kernel");
  const std::string path = scenario_path(wanted);
  std::vector<play::Play> plays = play::plays_of({path}, options);
  if (const auto& variants = plays.front().scenario->variants;
      options.variant.empty() && !variants.empty())
    throw UsageError(fmt::format("{} has variants; choose one with --variant: {}", wanted,
                                 fmt::join(variants, ", ")));
  options.families = {plays.front().family};
  options.words = {path};
  return plays.front();
}

void draw_play(draw::Page& page, const play::Play& play) {
  const scenario::Scenario& scenario = *play.scenario;
  std::vector<HostRecord> hosts;
  for (const run::HostPlan& host : run::plan(scenario, play.family))
    hosts.push_back(run::record_of(host));
  draw::print_hanging(page, 0, scenario.name, 2,
                      fmt::format("{} {}", protocol_name(play.family), scenario.variant));
  page.blank();
  diagram::draw_topology(page, diagram::topology_of(scenario, hosts));
  page.blank();
  predict::draw_story(page, scenario);
}

predict::Answers read_answers(const std::string& path,
                              const std::vector<predict::Question>& questions) {
  std::string text;
  try {
    text = RegularFile(path).read(0, yaml::largest_text + 1);
  } catch (const SystemError& error) {
    throw UsageError(fmt::format("--answers: {}", error.what()));
  }
  predict::Answers answers = predict::answers_from(text, path, questions);
  if (answers.values.empty())
    throw UsageError(
        fmt::format("--answers: there is no answer in it; {}", answers.refused.begin()->second));
  return answers;
}

predict::Answers ask(const play::Play& play, const std::vector<predict::Question>& questions,
                     std::ostream& out, const draw::Style& style) {
  draw::Page page(out, style);
  draw_play(page, play);
  predict::Answers answers;
  for (const predict::Question& question : questions)
    answers.values[question.name] = predict::ask(question, std::cin, page);
  return answers;
}

void save(const std::string& path, const std::vector<predict::Question>& questions,
          const predict::Answers& answers) {
  if (path.empty()) return;
  const auto file = play::open_output(path);
  *file << predict::to_yaml(questions, answers.values);
  if (const int error = file->finish()) throw SystemError("write", path, error);
}

// The run that a stored report contains.
report::Run only_run(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             std::fclose);
  if (!file) throw_errno("open", path);
  std::optional<report::Run> found;
  report::DocumentReader reader({[](const std::string&, const std::string&) {},
                                 [&](report::Run run) { found = std::move(run); }});
  reader.read(file.get(), path);
  if (!found) throw EnvironmentError("the run sent no report");
  return *std::move(found);
}

int predict_and_run(const PredictFlags& flags) {
  play::Options options = options_of(flags);
  const bool json = options.format == "json";
  const play::Play play = chosen(options, flags.scenario);
  const std::vector<predict::Question> questions = predict::questions_about(*play.scenario);
  if (questions.empty())
    throw UsageError(fmt::format("{} sends no SYN, so there is nothing to predict; choose a "
                                 "scenario with connect()",
                                 play.scenario->name));
  const predict::Answers answers =
      flags.answers.empty()
          ? ask(play, questions, json ? std::cerr : std::cout, options.style)
          : read_answers(flags.answers, questions);
  save(flags.save, questions, answers);

  const TemporaryFolder folder;
  options.reports.json = folder.path() / "report.json";
  options.format = "text";
  options.text = !json && !options.quiet;
  options.announce = options.text;
  const int code = run(options);
  if (code != static_cast<int>(Exit::pass) && code != static_cast<int>(Exit::failed)) return code;

  const report::Run run = only_run(options.reports.json);
  const predict::Comparison comparison = predict::compare(
      questions, answers, predict::facts_of(run.timeline, *play.scenario), run.timeline);
  if (json) {
    std::cout << json_text(comparison, 2) << '\n';
  } else {
    draw::Page page(std::cout, options.style);
    predict::draw(page, comparison);
  }
  return comparison.right() == comparison.all.size()
             ? code
             : static_cast<int>(Exit::failed);
}

}  // namespace

void add_predict(cli::Commands& commands) {
  CLI::App* command =
      commands.add("predict", "predict what a scenario's SYN meets, run it, and compare");
  const auto flags = std::make_shared<PredictFlags>();
  commands.completes(
      command->add_option("scenario", flags->scenario, "a name from `list`, or a file")
          ->type_name("")
          ->required(),
      scenario_names);
  commands.completes(command
                         ->add_option("--answers", flags->answers,
                                      "read the answers from this file instead of asking: a line\n"
                                      "NAME: ANSWER for each question")
                         ->type_name("FILE"),
                     cli::files);
  commands.completes(
      command->add_option("--save", flags->save, "write the answers to this file")
          ->type_name("FILE"),
      cli::files);
  add_play_flags(commands, *command, *flags);
  command
      ->add_flag("-q,--quiet", flags->options.quiet,
                 "print only the comparison, not the report of the run")
      ->envname("LAB_QUIET");
  cli::add_format_flag(*command, flags->options.format);
  commands.describe(command, cli::Purpose::play,
                    {{"predict no-listen", "ask, run, and show the prediction beside the fact"},
                     {"predict no-listen --save mine.yaml", "keep the answers in a file"},
                     {"predict no-listen --answers mine.yaml -q -f json", "for grading"}});
  commands.set_action(command, [flags] { return predict_and_run(*flags); });
}

}  // namespace lab::commands
