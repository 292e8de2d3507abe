// SPDX-License-Identifier: MIT
#include "grade/grade_class.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "grade/fingerprint.hpp"
#include "grade/prepare.hpp"
#include "grade/score.hpp"
#include "json/place.hpp"
#include "play/pool.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"
#include "util/signals.hpp"
#include "util/temporary_folder.hpp"

namespace lab::grade {
namespace {

namespace fs = std::filesystem;

// The folder of one submission's files.
std::string room(const TemporaryFolder& folder, std::size_t number) {
  return (folder.path() / std::to_string(number)).string();
}

// Text from a submission or a guest, on one line and harmless.
void clean(Graded& graded) {
  const auto clean_all = [](auto&... texts) { ((texts = printable_line(texts)), ...); };
  clean_all(graded.student);
  for (std::string& note : graded.notes) clean_all(note);
  for (CheckResult& check : graded.checks) {
    clean_all(check.why);
    for (Finding& finding : check.findings)
      clean_all(finding.run, finding.step, finding.expected, finding.seen, finding.cause,
                finding.printed);
  }
}

Graded named(const Assignment& assignment, const Submission& submission) {
  return {assignment.name, assignment.title, submission.student, "", {}, {}};
}

std::string fingerprint(const Assignment& assignment, const Submission& submission,
                        const Taken& taken, const ClassOptions& options) {
  return Fingerprint()
      .add(LAB_VERSION)
      .add(assignment.fingerprint)
      .add(options.guest.kernel)
      .add(submission.student)
      .add(fingerprint_of(taken))
      .text();
}

Graded grade_one(const Assignment& assignment, const Submission& submission, const Store& store,
                 const ClassOptions& options, const std::string& folder) {
  const Taken taken = take(submission, assignment);
  Graded graded = named(assignment, submission);
  graded.fingerprint = fingerprint(assignment, submission, taken, options);
  if (!options.again)
    if (auto stored = store.find(printable_line(submission.student), graded.fingerprint))
      return std::move(*stored);
  const Prepared prepared = prepare(assignment, submission.student, taken, folder);
  const Reported reported = run_in_guest(assignment, prepared, options.guest);
  graded.notes = prepared.notes;
  graded.checks = score(assignment, prepared.evidence, reported.runs, reported.lost);
  clean(graded);
  store.put(graded, reported.document);
  return graded;
}

// All checks without points.
Graded not_graded(const Assignment& assignment, const Submission& submission,
                  const std::string& why) {
  Graded graded = named(assignment, submission);
  Evidence none;
  none.not_run = "not graded: " + why;
  graded.checks = score(assignment, std::vector<Evidence>(assignment.checks.size(), none), {}, "");
  for (CheckResult& check : graded.checks) check.verdict = CheckResult::Verdict::no_result;
  clean(graded);
  return graded;
}

constexpr char result_kind = 'r', failure_kind = 'f';

std::string why_ended(const play::Ended& ended) {
  if (ended.timed_out) return "the grader did not end in time and was killed";
  if (!ended.error.empty()) return ended.error;
  return fmt::format("the grader's process ended without a result{}{}",
                     ended.words.empty() ? "" : ": ", ended.words);
}

std::chrono::milliseconds longest(const Assignment& assignment) {
  std::size_t runs = 0;
  const auto values = parameters_of(assignment, "");
  for (const RubricCheck& check : assignment.checks)
    runs += plays_of(assignment, check, values).size();
  // Booting, intake, and the guest's own deadline with the host's slack.
  return std::chrono::minutes(4) +
         static_cast<int>(runs) * (assignment.limits.time + std::chrono::seconds(5));
}

}  // namespace

std::vector<ClassEntry> grade_class(const Assignment& assignment,
                                    const std::vector<Submission>& submissions, const Store& store,
                                    const ClassOptions& options,
                                    const std::function<void(std::size_t ended)>& done,
                                    int& signal_code) {
  const TemporaryFolder workshop;
  const Fd signals = block_signals();
  std::vector<ClassEntry> entries(submissions.size());
  std::vector<bool> has_result(submissions.size());
  std::size_t ended_count = 0;
  play::Jobs jobs;
  jobs.count = submissions.size();
  jobs.work = [&](std::size_t job, const play::Line& line) {
    try {
      const std::string folder = room(workshop, job);
      fs::create_directory(folder);
      const Graded graded = grade_one(assignment, submissions[job], store, options, folder);
      line.send(result_kind, nlohmann::json(graded).dump());
    } catch (const std::exception& error) {
      line.send(failure_kind, error.what());
    }
  };
  jobs.started = [](std::size_t) {};
  jobs.said = [&](std::size_t job, const play::Message& message) {
    if (message.kind == result_kind) {
      const nlohmann::json value = nlohmann::json::parse(message.text);
      entries[job].graded = graded_from(JsonPlace(value));
      has_result[job] = true;
    } else {
      entries[job].not_graded = printable_line(message.text);
    }
  };
  jobs.ended = [&](std::size_t job, const play::Ended& ended) {
    std::error_code ignored;
    fs::remove_all(room(workshop, job), ignored);
    if (!has_result[job]) {
      std::string& why = entries[job].not_graded;
      if (why.empty()) why = why_ended(ended);
      entries[job].graded = not_graded(assignment, submissions[job], why);
    }
    done(++ended_count);
  };
  if (!play::run_jobs({options.jobs, longest(assignment), signals.get()}, jobs)) {
    signal_code = take_signal(signals);
    return {};
  }
  return entries;
}

}  // namespace lab::grade
