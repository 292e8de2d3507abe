// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/lookup_walk.hpp"
#include "html/sections.hpp"

namespace lab::html {
namespace {

void put_answer(Fields& fields, const Timeline& timeline, const StepRecord& step,
                const Lookup& lookup) {
  const LookupAnswer& answer = *lookup.answer;
  const LookupWalk walk = lookup_walk_of(timeline, step, lookup);
  fields.put("picture", lookup_walk_svg(timeline, walk))
      .put("tuple",
           fmt::format("{} > {}", answer.tuple.source.str(), answer.tuple.destination.str()))
      .flag("disagrees", !answer.agrees)
      .put("caveat", answer.caveat)
      .flag("blind", !walk.chains_of_step);
  if (walk.chains_of_step) fields.put("chains_of", *walk.chains_of_step);
}

}  // namespace

std::string lookups_section(const Timeline& timeline, const std::string& id) {
  static const Template page{asset::lookups_mustache};
  std::vector<Fields> lookups;
  for (const StepRecord& step : timeline.steps) {
    for (const Lookup& lookup : step.lookups) {
      Fields fields;
      fields.put("step", step.index + 1).put("host", lookup.host);
      if (lookup.answer)
        put_answer(fields, timeline, step, lookup);
      else
        fields.put("why_not", lookup.why_not);
      lookups.push_back(std::move(fields));
    }
  }
  if (lookups.empty()) return "";
  return page.fill(Fields().put("id", id).put("lookups", lookups));
}

}  // namespace lab::html
