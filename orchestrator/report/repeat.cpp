// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "report/reporter.hpp"
#include "report/text.hpp"

namespace lab::report {
namespace {

class RepeatReporter : public Reporter {
 public:
  RepeatReporter(std::ostream& out, const Style& style, bool progress)
      : out_(out), style_(style), progress_(progress) {}

  void begin(const Timeline&) override {}
  void step(const Timeline&, const StepRecord&) override {}

  void end(const Timeline& timeline) override {
    so_far_.add(timeline);
    if (verdict(timeline) == Outcome::fail && !shown_) show(timeline);
    if (!progress_) return;
    const auto runs = so_far_.runs();
    out_ << fmt::format("\r{}: {} runs, {} failed", so_far_.scenario, runs.total, runs.failed);
    out_.flush();
  }

  void finish(const Summary& summary) override {
    clear_progress();
    Page page(out_, style_);
    const Outcome outcome = summary.verdict();
    Line()
        .add(closing_line(summary), outcome == Outcome::pass   ? Ink::good
                                    : outcome == Outcome::fail ? Ink::bad
                                                               : Ink::doubtful)
        .print(page);
    if (const std::string paths = paths_line(summary); !paths.empty())
      Line().add(paths).print(page);
    out_.flush();
  }

 private:
  void show(const Timeline& timeline) {
    clear_progress();
    out_ << fmt::format("Run {} is the first that failed:\n\n", so_far_.runs().total);
    TextReporter text(out_, style_);
    text.begin(timeline);
    for (const StepRecord& step : timeline.steps) text.step(timeline, step);
    text.end(timeline);
    shown_ = true;
  }

  void clear_progress() {
    if (progress_) out_ << "\r\033[K";
  }

  std::ostream& out_;
  Style style_;
  bool progress_;
  bool shown_ = false;
  Summary so_far_;
};

}  // namespace

std::unique_ptr<Reporter> make_repeat_reporter(std::ostream& out, const Style& style,
                                               bool progress) {
  return std::make_unique<RepeatReporter>(out, style, progress);
}

}  // namespace lab::report
