// SPDX-License-Identifier: MIT
#include "predict/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "util/printable.hpp"
#include "util/text.hpp"

namespace lab::predict {
namespace {

using draw::Ink;

constexpr int schema = 1;

// In this order: an answer that is missing is never right, and what was not observed is neither
// right nor wrong.
std::string_view outcome_of(const Compared& each) {
  if (!each.predicted) return "no-answer";
  if (!each.is_observed()) return "not-observed";
  return each.is_right() ? "right" : "wrong";
}

std::pair<std::string_view, Ink> mark_of(const draw::Glyphs& glyphs, const Compared& each) {
  if (each.predicted && !each.is_observed()) return {glyphs.not_observed, Ink::doubtful};
  return each.is_right() ? std::pair{glyphs.pass, Ink::good} : std::pair{glyphs.fail, Ink::bad};
}

std::string seen(const Compared& each) {
  return each.is_observed() ? *each.fact.value
                            : fmt::format("not observed: {}", each.fact.why_not);
}

std::string why_of(const Compared& each) {
  return each.predicted ? each.fact.why_not : each.refused;
}

nlohmann::json or_null(const std::optional<std::string>& text) {
  return text ? nlohmann::json(*text) : nlohmann::json(nullptr);
}

}  // namespace

std::size_t Comparison::right() const {
  return static_cast<std::size_t>(std::ranges::count_if(all, &Compared::is_right));
}

std::size_t Comparison::not_observed() const {
  return all.size() - static_cast<std::size_t>(std::ranges::count_if(all, &Compared::is_observed));
}

Comparison compare(const std::vector<Question>& questions, const Answers& answers,
                   const std::map<std::string, Fact>& facts, const Timeline& timeline) {
  Comparison comparison{timeline.scenario, timeline.variant,
                        std::string(family_name(timeline.family)), timeline.kernel, {}};
  for (const Question& question : questions) {
    Compared each;
    each.question = question;
    if (const auto value = answers.values.find(question.name); value != answers.values.end())
      each.predicted = value->second;
    else
      each.refused = answers.refused.at(question.name);
    each.fact = facts.at(question.name);
    comparison.all.push_back(std::move(each));
  }
  return comparison;
}

void draw(draw::Page& page, const Comparison& comparison) {
  page.heading("Prediction and fact");
  for (const Compared& each : comparison.all) {
    const auto [mark, ink] = mark_of(page.glyphs(), each);
    page.blank();
    draw::Line().add(mark, ink).add(" ").add(each.question.text).print(page);
    draw::Line()
        .add("  predicted  ")
        .add(printable(each.predicted ? *each.predicted : each.refused))
        .print(page);
    draw::Line().add("  seen       ").add(printable(seen(each)), Ink::strong).print(page);
  }
  page.blank();
  const std::size_t unseen = comparison.not_observed();
  draw::Line()
      .add(fmt::format("{} of {} right{}", comparison.right(), comparison.all.size(),
                       unseen > 0 ? fmt::format(", {} not observed", unseen) : ""))
      .print(page);
}

void to_json(nlohmann::json& into, const Comparison& comparison) {
  nlohmann::json questions = nlohmann::json::array();
  for (const Compared& each : comparison.all)
    questions.push_back({{"name", each.question.name},
                         {"text", each.question.text},
                         {"one_of", each.question.one_of},
                         {"predicted", or_null(each.predicted)},
                         {"seen", or_null(each.fact.value)},
                         {"outcome", outcome_of(each)},
                         {"why", why_of(each)}});
  into = {{"schema", schema},
          {"scenario", comparison.scenario},
          {"variant", comparison.variant},
          {"family", comparison.family},
          {"kernel", comparison.kernel},
          {"questions", std::move(questions)},
          {"right", comparison.right()},
          {"of", comparison.all.size()},
          {"not_observed", comparison.not_observed()}};
}

}  // namespace lab::predict
