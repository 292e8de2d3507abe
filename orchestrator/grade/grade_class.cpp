// SPDX-License-Identifier: MIT
#include "grade/grade_class.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "grade/command_guest.hpp"
#include "grade/fingerprint.hpp"
#include "grade/prepare.hpp"
#include "grade/score.hpp"
#include "json/place.hpp"
#include "json/text.hpp"
#include "play/pool.hpp"
#include "util/after_death.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/printable.hpp"
#include "util/signals.hpp"
#include "util/temporary_folder.hpp"

namespace lab::grade {
namespace {

namespace fs = std::filesystem;

// Restores the mask of signals, so that one can end the program when the class is graded.
class SignalMask {
 public:
  SignalMask() { ::sigprocmask(SIG_SETMASK, nullptr, &before_); }
  ~SignalMask() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  SignalMask(const SignalMask&) = delete;
  SignalMask& operator=(const SignalMask&) = delete;

 private:
  sigset_t before_{};
};

// Text from a submission or a guest, on one line and harmless.
void clean(Graded& graded) {
  const auto clean_one = [](std::string& text) { text = printable_line(text); };
  for (std::string& note : graded.notes) clean_one(note);
  for (CheckResult& check : graded.checks) {
    clean_one(check.why);
    for (Finding& finding : check.findings)
      for (const FindingField& field : finding_fields) clean_one(finding.*field.text);
  }
}

Graded named(const Assignment& assignment, const Submission& submission) {
  return {assignment.name,
          assignment.title,
          submission.student,
          assignment.fingerprint,
          "",
          {},
          {},
          ""};
}

std::string fingerprint(const Assignment& assignment, const Submission& submission,
                        const Taken& taken, const GuestOptions& guest) {
  return Fingerprint()
      .add(LAB_VERSION)
      .add(assignment.fingerprint)
      .add(guest.parts.value().image.release)
      .add(submission.student)
      .add(fingerprint_of(taken))
      .text();
}

Graded grade_one(const Assignment& assignment, const Submission& submission, const Store& store,
                 const ClassOptions& options, const fs::path& folder) {
  const Taken taken = take(submission, assignment);
  Graded graded = named(assignment, submission);
  graded.fingerprint = fingerprint(assignment, submission, taken, options.guest);
  if (!options.again)
    if (auto stored = store.find(submission.student, graded.fingerprint)) return std::move(*stored);
  fs::create_directory(folder);
  const std::string build = vm::build_directory();
  const Architecture& guest = vm::architecture_of(build, options.guest.kernel);
  Prepared prepared = prepare(assignment, submission.student, taken, folder.string(), guest);
  const Reported reported = run_in_guest(assignment, prepared, options.guest);
  for (const Errand& errand : prepared.errands)
    prepared.evidence.at(errand.check).command =
        run_command(assignment, errand, prepared, options.guest);
  graded.notes = prepared.notes;
  graded.checks = score(assignment, prepared.evidence, reported.runs, reported.lost);
  clean(graded);
  store.put(graded, reported.document);
  return graded;
}

Graded not_graded(const Assignment& assignment, const Submission& submission,
                  const std::string& why) {
  Graded graded = named(assignment, submission);
  graded.not_graded = printable_line(why);
  return graded;
}

constexpr char result_kind = 'r', failure_kind = 'f';

std::string why_ended(const play::Ended& ended) {
  if (ended.timed_out) return "the grader did not end in time and was killed";
  if (!ended.error.empty()) return ended.error;
  return fmt::format("the grader's process ended without a result{}{}",
                     ended.words.empty() ? "" : ": ", ended.words);
}

// Of one submission, in which nothing is missing.
std::chrono::milliseconds longest(const Assignment& assignment, const GuestOptions& guest) {
  std::size_t runs = 0;
  std::chrono::milliseconds commands{0};
  const auto values = parameters_of(assignment, "");
  for (const RubricCheck& check : assignment.checks) {
    runs += plays_of(assignment, check, values).size();
    if (check.command) commands += longest_command(assignment, guest);
  }
  constexpr std::chrono::minutes around{1};  // for reading the submission, and for scoring
  return longest_time(assignment, runs, guest) + commands + around;
}

// Nothing: each guest boots. That costs time alone, so a failure does not matter.
std::optional<vm::Snapshot> snapshot_for(const Assignment& assignment,
                                         const std::vector<Submission>& submissions,
                                         const Store& store, const ClassOptions& options,
                                         const std::string& path, int cancel_fd) try {
  // Making one costs as much as two boots.
  constexpr std::ptrdiff_t least = 4;
  const auto needs_guest = [&](const Submission& each) {
    return options.again || !store.has(each.student, assignment.fingerprint);
  };
  if (std::ranges::count_if(submissions, needs_guest) < least) return std::nullopt;
  vm::Options machine = machine_for(options.guest);
  machine.cancel_fd = cancel_fd;
  return vm::make_snapshot(machine, path, {});
} catch (const EnvironmentError& error) {
  print_printable(stderr, "orchestrator: each submission's guest is booted by itself: {}\n",
                  error.what());
  return std::nullopt;
}

}  // namespace

std::optional<std::vector<Graded>> grade_class(const Assignment& assignment,
                                               const std::vector<Submission>& submissions,
                                               const Store& store, const ClassOptions& asked,
                                               const std::function<void(std::size_t ended)>& done,
                                               int& signal_code) {
  ClassOptions options = asked;
  options.guest.parts = vm::find_parts(vm::build_directory(), options.guest.kernel);
  const TemporaryFolder workshop;
  // Nothing else removes it when we are killed: a stored guest has 100 MB and more.
  const AfterDeath cleanup("the cleanup of a class", {}, [path = workshop.path()] {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  });
  // Its files, which also one that was killed leaves behind.
  const auto folder_of = [&](std::size_t job) { return workshop.path() / std::to_string(job); };
  const SignalMask mask;
  const Fd signals = block_signals();
  try {
    options.guest.snapshot = snapshot_for(assignment, submissions, store, options,
                                          (workshop.path() / "guest").string(), signals.get());
  } catch (const vm::Cancelled&) {
    signal_code = take_signal(signals);
    return std::nullopt;
  }
  std::vector<std::optional<Graded>> results(submissions.size());
  std::vector<std::string> failures(submissions.size());
  std::size_t ended_count = 0;
  play::Jobs jobs;
  jobs.count = submissions.size();
  jobs.work = [&](std::size_t job, const play::Line& line) {
    try {
      const Graded graded = grade_one(assignment, submissions[job], store, options, folder_of(job));
      line.send(result_kind, json_text(graded));
    } catch (const std::exception& error) {
      line.send(failure_kind, error.what());
    }
  };
  jobs.said = [&](std::size_t job, const play::Message& message) {
    if (message.kind == result_kind) {
      const nlohmann::json value = nlohmann::json::parse(message.text);
      results[job] = graded_from(JsonPlace(value));
    } else {
      failures[job] = message.text;
    }
  };
  jobs.ended = [&](std::size_t job, const play::Ended& ended) {
    std::error_code ignored;
    fs::remove_all(folder_of(job), ignored);
    if (!results[job])
      results[job] = not_graded(assignment, submissions[job],
                                failures[job].empty() ? why_ended(ended) : failures[job]);
    done(++ended_count);
  };
  if (!play::run_jobs({options.jobs, longest(assignment, options.guest), signals.get()}, jobs)) {
    signal_code = take_signal(signals);
    return std::nullopt;
  }
  std::vector<Graded> all;
  for (std::optional<Graded>& each : results) all.push_back(std::move(each.value()));
  return all;
}

}  // namespace lab::grade
