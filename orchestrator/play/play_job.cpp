// SPDX-License-Identifier: MIT
#include "play/play_job.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "json/text.hpp"
#include "language/step_facts.hpp"
#include "persist/keep.hpp"
#include "persist/keeper.hpp"
#include "report/text.hpp"
#include "run/conditions.hpp"
#include "run/runner.hpp"
#include "stored/stored.hpp"
#include "util/clock.hpp"
#include "util/descendants.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"

namespace lab::play {
namespace {

using report::PlayResult;

bool kernel_speaks(Family family) {
  const Fd socket(::socket(static_cast<int>(family), SOCK_STREAM | SOCK_CLOEXEC, 0));
  return socket || errno != EAFNOSUPPORT;
}

// Why this kernel skips it; empty: it runs.
std::string why_skipped(const Play& play) {
  if (!play.skip.empty()) return play.skip;
  if (!kernel_speaks(play.family)) return "this kernel does not support this family";
  return run::why_skipped(*play.scenario, play.family).value_or("");
}

class JobReporter {
 public:
  JobReporter(const Play& play, const PlaySettings& settings, const Line& line)
      : play_(play), settings_(settings), line_(line), report_(text_, settings.style) {}

  void send(Word word, std::string_view text) const { line_.send(static_cast<char>(word), text); }

  run::Audience audience() {
    return {[this](const Timeline& timeline) {
              if (writes_text()) report_.begin(timeline);
              send_text();
              begin_step(0);
            },
            [this](const Timeline& timeline, const StepRecord& step) {
              if (writes_text()) report_.step(timeline, step);
              send_text();
              begin_step(step.index + 1);
            }};
  }

  void end(const Timeline& timeline, const PlayResult& result) {
    if (writes_text()) report_.end(timeline);
    if (settings_.text == ReportWhen::if_it_fails && result.outcome == Outcome::fail)
      send(Word::text, text_.str());
    send_text();
    if (settings_.json) send(Word::json, json_text(timeline));
    send(Word::result, json_text(result));
  }

 private:
  bool writes_text() const { return settings_.text != ReportWhen::never; }

  void begin_step(std::size_t index) const {
    if (index >= play_.scenario->steps.size()) return;
    const scenario::Step& step = play_.scenario->steps[index];
    send(Word::step,
         json_text(report::StepName{index + 1, language::describe(step.action), step.at.line}));
  }

  void send_text() {
    if (settings_.text != ReportWhen::as_it_happens) return;
    if (const std::string text = std::exchange(text_, {}).str(); !text.empty())
      send(Word::text, text);
  }

  const Play& play_;
  const PlaySettings& settings_;
  const Line& line_;
  std::ostringstream text_;
  report::TextReport report_;
};

PlayResult of(const Play& play, PlayResult::Ending ending, std::string why) {
  PlayResult result = named(play);
  result.ending = ending;
  result.why = std::move(why);
  return result;
}

// As a user writes it: "5 s", "500 ms".
std::string in_words(std::chrono::milliseconds time) {
  const auto count = time.count();
  return count % 1000 == 0 ? fmt::format("{} s", count / 1000) : fmt::format("{} ms", count);
}

std::string how_it_ended(const Ended& ended) {
  if (ended.timed_out)
    return fmt::format("it did not end within {} and was killed", in_words(ended.deadline));
  if (!ended.error.empty()) return fmt::format("its process sent {}", ended.error);
  if (ended.end.signal != 0)
    return fmt::format("its process crashed: {}", ::strsignal(ended.end.signal));
  return fmt::format("its process ended with status {} and no result", ended.end.status);
}

}  // namespace

namespace {

// Calls `over` after the play, before its hosts are removed.
void play_and_report(const Play& play, std::size_t round, const PlaySettings& settings,
                     const Line& line, const std::function<void(run::RunContext&)>& over) {
  // Also of programs that leave their process group: nothing of the run outlives it.
  adopt_orphans();
  JobReporter reporter(play, settings, line);
  const auto end_here = [&](PlayResult::Ending ending, std::string why) {
    reporter.send(Word::result, json_text(of(play, ending, std::move(why))));
  };
  try {
    if (std::string why = why_skipped(play); !why.empty())
      return end_here(PlayResult::Ending::skipped, std::move(why));
    run::Audience audience = reporter.audience();
    const auto report_end = [&](const Timeline& timeline) {
      if (settings.pcap)
        if (const std::string why = settings.pcap->add(timeline, round, settings.rounds);
            !why.empty())
          reporter.send(Word::pcap, why);
      reporter.end(timeline, report::result_of(timeline));
    };
    audience.cause = settings.cause;
    audience.goes_on = settings.goes_on;
    audience.over = [&](run::RunContext& context) {
      report_end(context.timeline);
      if (over) over(context);
    };
    run::play(*play.scenario, play.family, audience, settings.programs);
  } catch (const EnvironmentError& error) {
    end_here(PlayResult::Ending::unplayable, error.what());
  } catch (const UsageError& mistake) {  // in the scenario, and only seen when it runs
    end_here(PlayResult::Ending::unplayable, mistake.what());
  }
  constexpr std::chrono::seconds most{3};
  end_descendants({}, Deadline(most));
}

// Errors here do not fail the play: its result was already reported.
void keep(const std::string& name, run::RunContext& context, persist::Keeper& keeper,
          const Line& line) {
  KeptLab kept{name, {}, {}, ""};
  context.go_on();  // a failed check has stopped its programs
  try {
    const persist::Lab lab = persist::describe(name, context);
    persist::keep_lab({}, lab, context);
    for (const persist::HostState& host : lab.hosts) {
      kept.hosts.push_back(host.name);
      kept.netns.push_back(host.netns);
    }
  } catch (const std::exception& error) {
    kept.why_not = error.what();
  }
  line.send(static_cast<char>(Word::kept), nlohmann::json(kept).dump());
  if (kept.why_not.empty()) keeper.stay(context);
}

}  // namespace

void play_and_report(const Play& play, std::size_t round, const PlaySettings& settings,
                     const Line& line) {
  play_and_report(play, round, settings, line, {});
}

void play_and_keep(const Play& play, const std::string& lab, const PlaySettings& settings,
                   const Line& line) {
  persist::play_as_keeper(line.fd(), [&](persist::Keeper& keeper) {
    play_and_report(play, 0, settings, line,
                    [&](run::RunContext& context) { keep(lab, context, keeper, line); });
  });
}

void to_json(nlohmann::json& into, const KeptLab& kept) {
  into = {
      {"name", kept.name}, {"hosts", kept.hosts}, {"netns", kept.netns}, {"why_not", kept.why_not}};
}

void from_json(const nlohmann::json& from, KeptLab& kept) {
  from.at("name").get_to(kept.name);
  from.at("hosts").get_to(kept.hosts);
  from.at("netns").get_to(kept.netns);
  from.at("why_not").get_to(kept.why_not);
}

void note(const Play& play, const Message& message, Progress& progress) {
  const auto fault = [&](std::string what) {
    if (progress.fault.empty()) progress.fault = std::move(what);
  };
  const Word word{message.kind};
  if (progress.result && word != Word::kept)
    return fault(word == Word::result ? "a second result" : "more after its result");
  try {
    switch (word) {
      case Word::step:
        progress.step = nlohmann::json::parse(message.text);
        return;
      case Word::result: {
        PlayResult result = nlohmann::json::parse(message.text);
        if (result.file != play.scenario->file || label(result) != label(named(play)))
          return fault(fmt::format("the result of another run, {}", label(result)));
        progress.result = std::move(result);
        return;
      }
      case Word::json:
        progress.has_timeline = true;
        return;
      case Word::text:
      case Word::kept:
      case Word::pcap:
        return;
    }
    fault(fmt::format("a message of unknown kind {}", static_cast<int>(message.kind)));
  } catch (const std::exception& error) {  // not JSON, or not a step or a result
    fault(fmt::format("a message that cannot be parsed: {}", error.what()));
  }
}

PlayResult died(const Play& play, const std::string& why) {
  PlayResult result = of(play, PlayResult::Ending::died, why);
  result.outcome = Outcome::fail;
  result.failure = report::Failure{{}, "", "", "the run to finish", why};
  return result;
}

namespace {

// Why there is no valid result; empty: there is one.
std::string why_died(const Progress& progress, const Ended& ended, bool timeline_wanted) {
  if (ended.timed_out || !ended.error.empty() || ended.end.signal != 0) return how_it_ended(ended);
  if (!progress.fault.empty()) return fmt::format("its process sent {}", progress.fault);
  if (!progress.result || ended.end.status != 0) return how_it_ended(ended);
  const bool played = progress.result->ending == PlayResult::Ending::played;
  if (timeline_wanted && played && !progress.has_timeline)
    return "its process sent a result without its timeline";
  return "";
}

}  // namespace

PlayResult outcome_of(const Play& play, const Progress& progress, const Ended& ended,
                      bool timeline_wanted) {
  const std::string how = why_died(progress, ended, timeline_wanted);
  if (how.empty()) {
    PlayResult result = *progress.result;
    const auto around_the_steps = ended.took - result.took;
    if (around_the_steps > result.slowest_took) {
      result.slowest = {0, "no step: building and removing the hosts", 0};
      result.slowest_took = around_the_steps;
    }
    result.took = ended.took;
    return result;
  }
  PlayResult result = died(play, how);
  result.took = ended.took;
  std::string seen = result.why;
  if (progress.step.number == 0) seen += ", before its first step";
  if (progress.result) seen += ", after its last step";
  if (!ended.words.empty()) seen += fmt::format("; it last printed: {}", ended.words);
  result.failure->step = progress.step;
  result.failure->seen = seen;
  result.slowest = progress.step;
  result.slowest_took = ended.took;
  return result;
}

}  // namespace lab::play
