// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "draw/marks.hpp"
#include "draw/page.hpp"
#include "report/failures.hpp"
#include "report/reporter.hpp"
#include "util/printable.hpp"

namespace lab::report {
namespace {

using draw::ink_of;
using draw::Line;
using draw::Page;
using draw::Style;

class RepeatReporter : public Reporter {
 public:
  RepeatReporter(std::ostream& out, const Style& style, bool progress)
      : page_(out, style), progress_(progress) {}

  void ended(const PlayResult& result) override {
    if (result.ending != PlayResult::Ending::played && result.ending != PlayResult::Ending::died)
      return;
    so_far_.add(result.outcome);
    if (!progress_) return;
    page_.out() << fmt::format("\r{}: {} runs, {} failed", printable_line(result.scenario),
                               so_far_.total, so_far_.failed)
                << std::flush;
  }

  void text(std::string_view piece) override { report_ += piece; }

  void reported(const PlayResult& result, std::string_view) override {
    ++reported_;
    if (result.outcome == Outcome::fail && !shown_) show(result);
    report_.clear();
  }

  void finish(const Summary& summary) override {
    clear_progress();
    if (summary.plays.empty()) return;
    draw::print_wrapped(page_, closing_line(summary), ink_of(summary.verdict()));
    if (const std::string paths = paths_line(summary); !paths.empty())
      Line().add(paths).print(page_);
    page_.out().flush();
  }

 private:
  void show(const PlayResult& result) {
    clear_progress();
    page_.out() << fmt::format("The first failed run is run {}:\n\n", reported_) << report_;
    if (result.ending == PlayResult::Ending::died) draw_failure(page_, result, "", "");
    page_.out().flush();
    shown_ = true;
  }

  void clear_progress() {
    if (progress_) page_.out() << "\r\033[K";
  }

  Page page_;
  bool progress_;
  bool shown_ = false;
  Runs so_far_;               // in the order of their ends
  std::size_t reported_ = 0;  // in their order
  std::string report_;        // of the current run
};

}  // namespace

std::unique_ptr<Reporter> make_repeat_reporter(std::ostream& out, const Style& style,
                                               bool progress) {
  return std::make_unique<RepeatReporter>(out, style, progress);
}

}  // namespace lab::report
