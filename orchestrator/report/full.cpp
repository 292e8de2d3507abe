// SPDX-License-Identifier: MIT
#include "draw/marks.hpp"
#include "draw/page.hpp"
#include "report/failures.hpp"
#include "report/reporter.hpp"

namespace lab::report {
namespace {

using draw::ink_of;
using draw::Page;
using draw::Style;

class FullReporter : public Reporter {
 public:
  FullReporter(std::ostream& out, const Style& style) : page_(out, style) {}

  void text(std::string_view piece) override { page_.out() << piece << std::flush; }

  void reported(const PlayResult& result, std::string_view) override {
    if (result.ending != PlayResult::Ending::died) return;
    // Its own report may end anywhere.
    page_.heading("The run did not finish");
    draw_failure(page_, result, "", "");
    page_.blank();
    page_.out().flush();
  }

  void finish(const Summary& summary) override {
    // A single run has its own closing line.
    if (summary.runs().total < 2 || summary.scenarios > 1) return;
    draw::print_wrapped(page_, closing_line(summary), ink_of(summary.verdict()));
    page_.out().flush();
  }

 private:
  Page page_;
};

}  // namespace

std::unique_ptr<Reporter> make_full_reporter(std::ostream& out, const Style& style) {
  return std::make_unique<FullReporter>(out, style);
}

}  // namespace lab::report
