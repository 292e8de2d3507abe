// SPDX-License-Identifier: MIT
#include "html/reporter.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

#include "html/page.hpp"
#include "report/known.hpp"
#include "stored/stored.hpp"

namespace lab::html {
namespace {

using report::PlayResult;

class HtmlReporter : public report::Reporter {
 public:
  explicit HtmlReporter(std::ostream& out) : out_(out) {}

  void source(const std::string& file, std::string_view text) override { sources_[file] = text; }

  void reported(const PlayResult& result, std::string_view json) override {
    const bool left_something =
        result.ending == PlayResult::Ending::played || result.ending == PlayResult::Ending::died;
    if (!left_something) return;
    Rounds& rounds = rounds_[{result.file, result.variant, result.family}];
    ++rounds.reported;
    const bool failed = result.outcome == Outcome::fail;
    if (rounds.reported > 1 && (!failed || rounds.failed)) return;
    rounds.failed |= failed;
    const Timeline timeline =
        json.empty() ? report::known_of(result) : nlohmann::json::parse(json).get<Timeline>();
    const auto text = sources_.find(result.file);
    book_.add({timeline, text == sources_.end() ? "" : text->second,
               rounds.reported > 1 ? fmt::format("run {}", rounds.reported) : ""});
  }

  void finish(const report::Summary& summary) override {
    out_ << book_.page(summary);
    out_.flush();
  }

 private:
  struct Rounds {
    std::size_t reported = 0;
    bool failed = false;  // a failed run is in the page
  };

  std::ostream& out_;
  Book book_;
  std::map<std::string, std::string> sources_;  // by file name
  std::map<std::tuple<std::string, std::string, Family>, Rounds> rounds_;
};

}  // namespace

std::unique_ptr<report::Reporter> make_html_reporter(std::ostream& out) {
  return std::make_unique<HtmlReporter>(out);
}

}  // namespace lab::html
