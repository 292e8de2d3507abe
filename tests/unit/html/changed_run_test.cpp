// SPDX-License-Identifier: MIT
//
// Stored runs that somebody has changed, at random but by a seed: reading refuses them with a
// message, or every report draws them. Under the sanitizers (CMakePresets.json) this finds what
// follows an index or a name of a file without a look.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "diagram/ladder_svg.hpp"
#include "html/reporter.hpp"
#include "json/text.hpp"
#include "report/text.hpp"
#include "stored/stored.hpp"
#include "unit/html/runs.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::html {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

void add_places(const json& value, const Pointer& at, std::vector<Pointer>& all) {
  all.push_back(at);
  if (value.is_object())
    for (const auto& [name, member] : value.items()) add_places(member, at / name, all);
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i) add_places(value[i], at / i, all);
}

class Changer {
 public:
  explicit Changer(unsigned seed) : random_(seed) {}

  void change(json& document) {
    std::vector<Pointer> places;
    add_places(document, Pointer(), places);
    json& value = document[places[1 + any(places.size() - 1)]];
    switch (any(4)) {
      case 0:  // another value of its kind
        another(value, document[places[any(places.size())]]);
        break;
      case 1:  // nothing of its kind
        value = json(value.type());
        break;
      case 2:  // more of it, or less
        if (value.is_array() && !value.empty()) {
          const json one = value[any(value.size())];
          any(2) == 0 ? value.push_back(one) : value.erase(any(value.size()));
        } else {
          another(value, document[places[any(places.size())]]);
        }
        break;
      default:
        if (value.is_object() && !value.empty())
          value.erase(std::next(value.begin(), static_cast<std::ptrdiff_t>(any(value.size()))));
        else if (value.is_number())
          value = std::uint64_t{1} << any(64);
        else if (value.is_string())
          value = "elsewhere";
    }
  }

 private:
  std::size_t any(std::size_t below) { return random_() % below; }

  // By value: `other` may contain it.
  static void another(json& value, json other) {
    if (value.is_number() && other.is_number())
      value = other;
    else if (value.type() == other.type())
      value = std::move(other);
  }

  std::mt19937 random_;
};

// Draws nothing that reading refuses. True: it was drawn.
bool drawn(const json& document) {
  Timeline run;
  try {
    run = document.get<Timeline>();
  } catch (const UsageError&) {
    return false;
  }
  std::ostringstream out;
  for (const draw::Detail detail : {draw::Detail::usual, draw::Detail::full}) {
    draw::Style style{true, 100, true};
    style.detail = detail;
    report::TextReport text(out, style);
    text.begin(run);
    for (const StepRecord& step : run.steps) text.step(run, step);
    text.end(run);
  }
  out << diagram::ladder_svg(run, {.width = 760});
  for (const auto& make :
       {make_html_reporter, report::make_junit_reporter, report::make_ktap_reporter}) {
    const auto reporter = make(out);
    report::Summary summary;
    const report::PlayResult result = report::result_of(run);
    summary.add(result);
    reporter->reported(result, json_text(run));
    reporter->finish(summary);
  }
  return true;
}

class ChangedRun : public ::testing::TestWithParam<const char*> {};

TEST_P(ChangedRun, IsRefusedOrDrawn) {
  const json recorded =
      json::parse(read_file(std::string(TESTS_DIR "/golden/timelines/") + GetParam()))
          .at("runs")[0];
  ASSERT_TRUE(drawn(recorded));
  unsigned count = 0;
  for (unsigned seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    Changer changer(seed);
    json changed = recorded;
    for (unsigned i = 0; i < 1 + seed % 3; ++i) changer.change(changed);
    count += drawn(changed);
  }
  EXPECT_GE(count, 5u) << "nearly all are refused: this tests nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Golden, ChangedRun, ::testing::Values("simopen-ipv4.json", "nobody-answers-ipv4.json"),
    [](const auto& each) {
      return std::string(each.param).substr(0, std::string(each.param).find('-'));
    });

}  // namespace
}  // namespace lab::html
