// SPDX-License-Identifier: MIT
#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/sections.hpp"
#include "parser/parser.hpp"
#include "predict/facts.hpp"
#include "predict/questions.hpp"
#include "predict/story.hpp"
#include "util/error.hpp"

namespace lab::html {
namespace {

// Nothing: a packetdrill script, or a later version of the lab has written the file.
std::optional<scenario::Scenario> parsed(const Timeline& timeline, const std::string& text) try {
  return parser::parse(text, timeline.scenario + ".yaml", {timeline.variant, {}});
} catch (const UsageError&) {
  return std::nullopt;
}

}  // namespace

std::string prediction_section(const Timeline& timeline, const std::string& text,
                               const std::string& id) {
  static const Template page{asset::prediction_mustache};
  const auto scenario = parsed(timeline, text);
  if (!scenario) return "";
  const std::vector<predict::Question> questions = predict::questions_about(*scenario);
  if (questions.empty()) return "";
  const predict::Question& question = questions.front();
  const predict::Fact fact = predict::facts_of(timeline, *scenario).at(question.name);
  std::vector<Fields> steps, answers;
  for (const predict::StoryStep& step : predict::story_of(*scenario))
    steps.push_back(Fields().put("number", step.number).put("words", step.words));
  for (const std::string& answer : question.one_of)
    answers.push_back(Fields().put("answer", answer));
  return page.fill(Fields()
                       .put("id", id)
                       .put("steps", steps)
                       .put("question", question.text)
                       .put("one_of", answers)
                       .put("seen", fact.value.value_or(""))
                       .put("why_not", fact.why_not));
}

}  // namespace lab::html
