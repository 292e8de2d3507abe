// SPDX-License-Identifier: MIT
//
// Parses a step: one verb, a note and a condition.
#include <fmt/format.h>

#include <algorithm>

#include "language/types.hpp"
#include "language/verbs.hpp"
#include "parser/parse_parts.hpp"
#include "scenario/condition.hpp"

namespace lab::parser {

using language::choice;
using language::family;
using language::list;
using language::text;
using language::Verb;
using language::verb_groups;
using language::VerbGroup;
using scenario::features;
using scenario::parse_kernel_range;
using yaml::unknown;

namespace {

Type<std::string> kernel_range() {
  return {"a range of kernels, such as `\">=6.8\"` or `\">=6.1 <6.12\"`",
          []() -> nlohmann::json {
            return {{"type", "string"}};
          },
          [](const YamlNode& node, std::string_view what, Names&) {
            const std::string range = text_of(node, what);
            parse_kernel_range(range, node.at);
            return range;
          }};
}

// A kernel condition needs a reason, so that it can be removed when the reason is gone.
void require_reason(Condition& condition, const Fields& fields, Names&) {
  condition.at = fields.at();
  const bool on_kernel = !condition.kernel.empty() || !condition.feature.empty();
  if (on_kernel && condition.because.empty())
    throw Problem(fields.at(), "a condition on the kernel needs a reason; write because: \"...\"");
}

void require_something(Condition& condition, const Fields& fields, Names&) {
  if (condition.kernel.empty() && condition.feature.empty() && condition.families.empty() &&
      condition.variants.empty())
    throw Problem(fields.at(), "this condition is empty; write, for example, kernel: \">=6.8\"");
}

// The keys that a step's condition and a scenario's need share.
MapType<Condition> on_kernel(std::string name, std::string meaning) {
  return MapType<Condition>(std::move(name), std::move(meaning))
      .may("kernel", kernel_range(), &Condition::kernel, "\">=6.8\"",
           "the kernel's version is in this range; all bounds must hold")
      .may("feature", choice("feature", features()), &Condition::feature, "netem",
           "the kernel has this feature")
      .may("because", text(), &Condition::because, "\"sock_diag lists bound sockets from 6.8 on\"",
           "why it depends on that; needed with `kernel` and `feature`")
      .rule(require_reason)
      .rule(require_something);
}

const MapType<Condition>& when() {
  static const auto type =
      on_kernel("when", "The conditions under which a step runs; all must hold.")
          .may("family", list(family(), true), &Condition::families, "ipv6",
               "the run is over this family")
          .may("variant", list(text(), true), &Condition::variants, "[exact, outside]",
               "the run is of one of these variants");
  return type;
}

const MapType<Condition>& need() {
  static const auto type = on_kernel(
      "needs", "What the kernel must have, else the scenario is skipped with this reason.");
  return type;
}

struct StepExtras {
  std::string note;
  Condition when;
};
const MapType<StepExtras>& extras() {
  static const auto type =
      MapType<StepExtras>("a step", "The optional keys of a step.")
          .may("note", text(), &StepExtras::note, "\"Shown in the report.\"",
               "a comment on the step")
          .may("when", when().type("a condition, see below"), &StepExtras::when, "{family: ipv6}",
               "when it runs; default: always");
  return type;
}

const Verb& verb_of(const YamlEntry& entry) {
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs)
      if (verb.name == entry.key) return verb;
  std::vector<std::string> known;
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs) known.push_back(verb.name);
  throw Problem(entry.at, fmt::format("there is no verb {}", unknown(entry.key, known)));
}

// Whether the entry is an optional key and not a verb.
bool is_extra(const YamlEntry& entry) {
  return std::ranges::any_of(step_keys(), [&](const Key& key) { return key.name == entry.key; });
}

// A misspelt variant would silently exclude the step from every run.
void require_variants(const Condition& when, const std::vector<std::string>& variants) {
  for (const std::string& variant : when.variants)
    if (std::ranges::find(variants, variant) == variants.end())
      throw Problem(when.at, fmt::format("there is no variant {}", unknown(variant, variants)));
}

bool is_played_in(const std::optional<Condition>& when, const std::string& variant) {
  return !when || when->variants.empty() ||
         std::ranges::find(when->variants, variant) != when->variants.end();
}

// The variant is known when the file is read; family and kernel are not.
bool is_decided_in_the_play(const std::optional<Condition>& when) {
  return when && !(when->families.empty() && when->kernel.empty() && when->feature.empty());
}

}  // namespace

const std::vector<Key>& step_keys() { return extras().keys(); }
const std::vector<Key>& when_keys() { return when().keys(); }
const std::vector<Key>& need_keys() { return need().keys(); }

Condition parse_when(const YamlNode& node, Names& names) { return when().read(node, names); }
Condition parse_need(const YamlNode& node, Names& names) { return need().read(node, names); }

std::optional<Step> parse_step(const YamlNode& node, const Scenario& scenario, Names& names) {
  if (node.kind != YamlNode::Kind::map)
    throw Problem(node.at, "a step must be a map with one verb; write \"- listen: {socket: srv}\"");
  const YamlEntry* entry_of_verb = nullptr;
  Step step;
  step.at = node.at;
  for (const YamlEntry& entry : node.entries) {
    if (entry.key == "note") {
      step.note = text_of(entry.value, "note");
    } else if (entry.key == "when") {
      step.when = parse_when(entry.value, names);
      require_variants(*step.when, scenario.variants);
    }
    if (is_extra(entry)) continue;
    verb_of(entry);  // report an unknown word before a second verb
    if (entry_of_verb)
      throw Problem(entry.at, fmt::format("this step has two verbs, \"{}\" and \"{}\"; write them "
                                          "as two steps",
                                          entry_of_verb->key, entry.key));
    entry_of_verb = &entry;
  }
  if (!entry_of_verb)
    throw Problem(node.at, "this step has no verb; write one, such as \"listen: {socket: srv}\"");
  if (!is_played_in(step.when, scenario.variant)) return std::nullopt;
  const Verb& verb = verb_of(*entry_of_verb);
  if (!is_decided_in_the_play(step.when)) {
    step.action = verb.read(entry_of_verb->value, names);
  } else {
    const Names before = names;
    step.action = verb.read(entry_of_verb->value, names);
    names.may_not_have_passed(before);
  }
  return step;
}

}  // namespace lab::parser
