// SPDX-License-Identifier: MIT
//
// grade: points for submissions of an assignment (docs/grading.md).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/candidates.hpp"
#include "grade/assignment.hpp"
#include "grade/formats.hpp"
#include "grade/grade_class.hpp"
#include "grade/page.hpp"
#include "grade/store.hpp"
#include "grade/submission.hpp"
#include "play/output_files.hpp"
#include "play/progress_line.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/printable.hpp"
#include "util/temporary_folder.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

namespace fs = std::filesystem;
using grade::Graded;

struct GradeFlags {
  std::string assignment;
  std::vector<std::string> words;  // submissions, or with --merge folders of results
  grade::ClassOptions options;
  std::string results, shard, student;
  bool merge = false, public_only = false, verbose = false, quiet = false;
  std::string json, junit, csv, gradescope, autolab, html;
  cli::Color color = cli::Color::automatic;
};

// The formats of results but the page, each with its flag.
struct Format {
  const char* flag;
  const char* help;
  std::string GradeFlags::*path;
  bool of_one;  // a format for one submission
  std::string (*make)(const grade::Assignment& assignment, const std::vector<Graded>& graded);
};

std::string junit_of(const grade::Assignment&, const std::vector<Graded>& graded) {
  return grade::to_junit(graded);
}
std::string gradescope_of(const grade::Assignment&, const std::vector<Graded>& graded) {
  return grade::to_gradescope(graded.front());
}
std::string autolab_of(const grade::Assignment&, const std::vector<Graded>& graded) {
  return grade::to_autolab(graded.front());
}

constexpr std::array<Format, 5> formats{{
    {"--output",
     "write all results to FILE, as JSON, with what hidden checks saw\n"
     "(for this and the next five, -: standard output instead of text)",
     &GradeFlags::json, false, grade::to_document},
    {"--junit", "write a JUnit file: a suite for each submission", &GradeFlags::junit, false,
     junit_of},
    {"--csv", "write a line for each submission", &GradeFlags::csv, false, grade::to_csv},
    {"--gradescope", "write Gradescope's results.json, of one submission", &GradeFlags::gradescope,
     true, gradescope_of},
    {"--autolab", "write the line with the scores that Autolab reads, of one submission",
     &GradeFlags::autolab, true, autolab_of},
}};

// "2/10": every tenth submission, from the second on.
std::vector<grade::Submission> shard_of(const std::vector<grade::Submission>& all,
                                        const std::string& shard) {
  if (shard.empty()) return all;
  const std::size_t slash = shard.find('/');
  const auto number = to_integer<std::size_t>(std::string_view(shard).substr(0, slash));
  const auto count = slash == std::string::npos
                         ? std::nullopt
                         : to_integer<std::size_t>(std::string_view(shard).substr(slash + 1));
  if (!number || !count || *number < 1 || *number > *count)
    throw UsageError(fmt::format("--shard {}: write I/N with I from 1 to N, such as 2/10", shard));
  std::vector<grade::Submission> mine;
  for (std::size_t index = 0; index < all.size(); ++index)
    if (index % *count == *number - 1) mine.push_back(all[index]);
  return mine;
}

// What is written, all opened before anything is graded.
class Outputs {
 public:
  Outputs(const GradeFlags& flags, std::size_t submissions) : flags_(flags) {
    for (const Format& each : formats) {
      if ((flags.*each.path).empty()) continue;
      if (each.of_one && submissions != 1)
        throw UsageError(
            fmt::format("{} is for one submission, and there are {}; grade each by itself",
                        each.flag, submissions));
      opened_.push_back({&each, &open(each.flag, flags.*each.path)});
    }
    if (!flags.html.empty()) page_ = &open("--html", flags.html);
  }

  // `stores`: where the reports are that the page draws.
  void write(const grade::Assignment& assignment, const std::vector<Graded>& graded,
             const std::vector<std::string>& stores) {
    for (const auto& [format, out] : opened_) *out << format->make(assignment, graded);
    if (page_)
      *page_ << grade::to_page(assignment, graded, [&](const std::string& student) {
        for (const std::string& folder : stores)
          if (auto runs = grade::Store(folder).runs(student); !runs.empty()) return runs;
        return std::vector<report::Run>{};
      });
    std::cout.flush();
    files_.finish();
    if (!files_.takes_stdout() && !flags_.quiet)
      fmt::print("{}",
                 grade::text(assignment, graded, flags_.verbose, cli::style_of(flags_.color)));
  }

  // Not those of one submission: an autograder must not take one that was not graded for one
  // without points.
  void give_up_those_of_one() {
    for (const Opened& each : opened_)
      if (each.format->of_one) files_.give_up(*each.out);
    std::erase_if(opened_, [](const Opened& each) { return each.format->of_one; });
  }

 private:
  struct Opened {
    const Format* format;
    std::ostream* out;
  };

  std::ostream& open(const char* flag, const std::string& path) {
    return files_.open(fmt::format("{} {}", flag, path), path);
  }

  const GradeFlags& flags_;
  play::OutputFiles files_;
  std::vector<Opened> opened_;
  std::ostream* page_ = nullptr;
};

grade::Assignment load(const GradeFlags& flags) {
  return grade::load(fs::path(flags.assignment).lexically_normal().string(),
                     flags.public_only ? grade::Which::public_checks : grade::Which::all_checks);
}

std::vector<grade::Submission> submissions_of(const GradeFlags& flags) {
  auto submissions = grade::submissions_of(flags.words);
  if (!flags.student.empty()) {
    if (submissions.size() != 1)
      throw UsageError(fmt::format(
          "--student names the student of one submission, and there are {}; grade each by itself",
          submissions.size()));
    submissions.front().student = printable_line(flags.student);
  }
  return submissions;
}

// Says which were not graded. Returns how many.
std::size_t report_not_graded(const std::vector<Graded>& graded) {
  std::size_t count = 0;
  for (const Graded& each : graded) {
    if (each.not_graded.empty()) continue;
    ++count;
    print_printable(stderr, "orchestrator: {} was not graded: {}\n", each.student, each.not_graded);
  }
  return count;
}

// Writes the results. Throws EnvironmentError if some were not graded.
int write(const grade::Assignment& assignment, const std::vector<Graded>& graded, Outputs& outputs,
          const std::vector<std::string>& folders, const char* remedy) {
  const std::size_t missing = report_not_graded(graded);
  if (missing > 0) outputs.give_up_those_of_one();
  outputs.write(assignment, graded, folders);
  if (missing > 0)
    throw EnvironmentError(
        fmt::format("{} could not be graded; {}", plural(missing, "submission"), remedy));
  return static_cast<int>(Exit::pass);
}

int merge(const GradeFlags& flags) {
  const grade::Assignment assignment = load(flags);
  const std::vector<Graded> graded = grade::merge(assignment, flags.words);
  if (graded.empty())
    throw UsageError("--merge: there is no result in these folders; name those that --results had");
  Outputs outputs(flags, graded.size());
  return write(assignment, graded, outputs, flags.words,
               "run their shards again, and merge all folders");
}

int grade_all(const GradeFlags& flags) {
  if (flags.merge) return merge(flags);
  const grade::Assignment assignment = load(flags);
  const auto whole_class = submissions_of(flags);
  const auto submissions = shard_of(whole_class, flags.shard);
  std::optional<TemporaryFolder> temporary;
  if (flags.results.empty()) temporary.emplace();
  const std::string folder = temporary ? temporary->path().string() : flags.results;
  const grade::Store store(folder);
  if (!flags.shard.empty()) {
    std::vector<std::string> students;
    for (const grade::Submission& each : whole_class) students.push_back(each.student);
    store.put_class(students);
  }
  Outputs outputs(flags, submissions.size());
  play::ProgressLine progress;
  const auto show = [&](std::size_t ended) {
    progress.show(fmt::format("graded {} of {}", ended, submissions.size()));
  };
  show(0);
  int signal_code = 0;
  const auto graded =
      grade::grade_class(assignment, submissions, store, flags.options, show, signal_code);
  progress.clear();
  if (!graded) {
    print_printable(stderr, "orchestrator: interrupted{}\n",
                    temporary ? "" : "; the same command continues with the rest");
    return signal_code;
  }
  return write(assignment, *graded, outputs, {folder}, "the same command tries again");
}

void add_flags(cli::Commands& commands, CLI::App& command, GradeFlags& flags) {
  commands.completes(command
                         .add_option("assignment", flags.assignment,
                                     "the folder of the assignment, with its rubric.yaml")
                         ->type_name("ASSIGNMENT")
                         ->required(),
                     cli::files);
  commands.completes(
      command
          .add_option("submissions", flags.words,
                      "folders or archives (tar, zip), one for each student; with --merge\n"
                      "folders of results")
          ->type_name("SUBMISSION")
          ->required(),
      cli::files);
  command
      .add_option("-j,--jobs", flags.options.jobs, "grade N submissions in parallel; default: 2")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}))
      ->envname("LAB_JOBS");
  commands.completes(command
                         .add_option("--kernel", flags.options.guest.kernel,
                                     "the microVM's kernel: a Debian series (docs/kernels.md)")
                         ->envname("LAB_KERNEL")
                         ->capture_default_str(),
                     kernels);
  CLI::Option* results =
      command
          .add_option("--results", flags.results,
                      "keep each result in this folder, and do not grade again what has one\n"
                      "and has not changed")
          ->type_name("FOLDER");
  commands.completes(results, cli::files);
  CLI::Option* again =
      command.add_flag("--again", flags.options.again, "grade all, also what has a result");
  CLI::Option* shard =
      command.add_option("--shard", flags.shard, "I/N: only every Nth submission, from the Ith on")
          ->type_name("I/N");
  CLI::Option* student =
      command
          .add_option(
              "--student", flags.student,
              "the student's name, for one submission; default: the name of its folder or\n"
              "archive")
          ->type_name("NAME");
  CLI::Option* merge =
      command.add_flag("--merge", flags.merge,
                       "grade nothing: make one report of the results in several folders");
  for (CLI::Option* of_grading : {results, again, shard, student}) merge->excludes(of_grading);
  command.add_flag("--public", flags.public_only, "only the public checks, as a student may");
  for (const Format& each : formats)
    commands.completes(
        command
            .add_option(std::string(each.flag) == "--output" ? "-o,--output" : each.flag,
                        flags.*each.path, each.help)
            ->type_name("FILE"),
        cli::files);
  commands.completes(
      command
          .add_option("--html", flags.html,
                      "write a page for the teacher, with the ladder of each failure")
          ->type_name("FILE")
          ->envname("LAB_HTML"),
      cli::files);
  CLI::Option* verbose = command
                             .add_flag("-v,--verbose", flags.verbose,
                                       "each check of each submission, and what hidden ones saw")
                             ->envname("LAB_VERBOSE");
  command.add_flag("-q,--quiet", flags.quiet, "print no table")
      ->excludes(verbose)
      ->envname("LAB_QUIET");
  cli::add_color_flag(command, flags.color);
}

}  // namespace

void add_grade(cli::Commands& commands) {
  CLI::App* command =
      commands.add("grade", "run an assignment's checks on submissions, and give points");
  const auto flags = std::make_shared<GradeFlags>();
  add_flags(commands, *command, *flags);
  commands.describe(
      command, cli::Purpose::play,
      {{"grade assignments/hw1 alice", "one submission, each check with its feedback"},
       {"grade assignments/hw1 class/* --results out --csv points.csv", "a class"},
       {"grade assignments/hw1 class/* --results out --shard 2/10", "a tenth of it"},
       {"grade assignments/hw1 out1 out2 --merge --html class.html", "the parts as one report"}});
  commands.set_action(command, [flags] { return grade_all(*flags); });
}

}  // namespace lab::commands
