// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <list>

#include "draw/marks.hpp"
#include "draw/page.hpp"
#include "report/many.hpp"
#include "report/reporter.hpp"
#include "util/printable.hpp"

namespace lab::report {
namespace {

using draw::columns;
using draw::Detail;
using draw::duration;
using draw::Ink;
using draw::ink_of;
using draw::Line;
using draw::Page;
using draw::Style;
using draw::wrapped;

std::string_view word_for(const PlayResult& result) {
  switch (result.ending) {
    case PlayResult::Ending::skipped:
      return "skipped";
    case PlayResult::Ending::unplayable:
      return "cannot";
    case PlayResult::Ending::played:
    case PlayResult::Ending::died:
      break;
  }
  return result.outcome == Outcome::pass   ? "pass"
         : result.outcome == Outcome::fail ? "FAIL"
                                           : "not observed";
}

Ink ink_for(const PlayResult& result) {
  if (result.ending == PlayResult::Ending::skipped) return Ink::doubtful;
  if (result.ending == PlayResult::Ending::unplayable) return Ink::bad;
  return ink_of(result.outcome);
}

class ManyReporter : public Reporter {
 public:
  ManyReporter(std::ostream& out, const Style& style, const ManySettings& settings)
      : page_(out, style),
        columns_(static_cast<std::size_t>(std::max(style.width, 2))),
        settings_(settings),
        detail_(style.detail) {
    settings_.progress &= detail_ != Detail::verdicts;  // one line per run
  }

  void started(const std::string& label) override {
    now_.push_back(label);
    draw_progress();
  }

  void ended(const PlayResult& result) override {
    now_.remove(label(result));
    ++ended_;
    failed_ += result.outcome == Outcome::fail;
    if (settings_.in_full) return;
    if (settings_.progress)
      draw_progress();
    else if (settings_.rounds == 1 || result.outcome == Outcome::fail)
      draw_line(result);
  }

  void reported(const PlayResult& result, std::string_view) override {
    ++reported_;
    failed_in_round_ += result.outcome == Outcome::fail;
    const std::size_t in_round = settings_.total / settings_.rounds;
    if (settings_.progress || settings_.in_full || settings_.rounds == 1 ||
        reported_ % in_round != 0)
      return;
    page_.out() << fmt::format("round {} of {}: {} of {} failed\n", reported_ / in_round,
                               settings_.rounds, failed_in_round_, in_round)
                << std::flush;
    failed_in_round_ = 0;
  }

  void finish(const Summary& summary) override {
    if (settings_.progress && !settings_.in_full) page_.out() << "\r\033[K";
    draw_summary(page_, summary, settings_.flags, detail_);
  }

 private:
  void draw_line(const PlayResult& result) {
    const std::string took = duration(result.took);
    Line line;
    line.add(word_for(result), ink_for(result)).to(8).add(label(result));
    line.to_right(page_.width(), took).add(took, Ink::faint).print(page_);
    page_.out().flush();
  }

  void draw_progress() {
    if (!settings_.progress || settings_.in_full) return;
    std::string line =
        fmt::format("{}/{} done, {} failed {} {}", ended_, settings_.total, failed_,
                    page_.glyphs().dot, printable_line(fmt::format("{}", fmt::join(now_, ", "))));
    // A line that wraps cannot be rewritten.
    if (columns(line) >= columns_) line = wrapped(line, columns_ - 1).front();
    page_.out() << "\r\033[K" << line << std::flush;
  }

  Page page_;
  std::size_t columns_;  // of the terminal
  ManySettings settings_;
  Detail detail_;
  std::list<std::string> now_;  // labels of running plays
  std::size_t ended_ = 0, failed_ = 0;
  std::size_t reported_ = 0, failed_in_round_ = 0;
};

}  // namespace

std::unique_ptr<Reporter> make_many_reporter(std::ostream& out, const Style& style,
                                             const ManySettings& settings) {
  return std::make_unique<ManyReporter>(out, style, settings);
}

}  // namespace lab::report
