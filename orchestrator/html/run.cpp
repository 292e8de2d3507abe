// SPDX-License-Identifier: MIT
#include "html/run.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "diagram/ladder_svg.hpp"
#include "diagram/topology_svg.hpp"
#include "draw/page.hpp"
#include "html/assets.hpp"
#include "html/fill.hpp"
#include "html/links.hpp"
#include "html/sections.hpp"
#include "report/summary.hpp"

namespace lab::html {
namespace {

std::vector<Fields> programs_of(const Timeline& timeline) {
  std::vector<Fields> programs;
  for (const ProgramRecord& program : timeline.programs) {
    Fields fields;
    fields.put("name", program.name)
        .put("host", program.host)
        .put("command", program.command)
        .put("output", program.output)
        .flag("cut", program.output_cut)
        .put("exit", program.exit ? fmt::format("exit status {}", *program.exit)
                                  : "ran until the scenario ended");
    programs.push_back(std::move(fields));
  }
  return programs;
}

// "2026-11-25 01:12:31 UTC, in 902 ms"
std::string when_of(const Timeline& timeline) {
  if (timeline.end == 0) return "";
  const std::chrono::sys_seconds begin{std::chrono::seconds(timeline.begin / 1'000'000'000)};
  const std::chrono::nanoseconds took{timeline.end - timeline.begin};
  return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC, in {}", begin, draw::duration(took));
}

std::vector<Fields> values_of(const Timeline& timeline) {
  std::vector<Fields> values;
  for (const auto& [name, value] : timeline.values)
    values.push_back(Fields().put("name", name).put("value", std::to_string(value)));
  return values;
}

// What was lost, so that the drawings may lack it, and what no step expects.
std::vector<Fields> losses_of(const Timeline& timeline) {
  std::vector<Fields> losses;
  if (timeline.packets_lost)
    losses.push_back(Fields().put("loss", "the capture lost packets: absence proves nothing"));
  if (timeline.trace_missed > 0)
    losses.push_back(Fields().put(
        "loss",
        fmt::format("the module’s probes were too busy for {} calls", timeline.trace_missed)));
  for (const std::string& each : timeline.unexpected)
    losses.push_back(Fields().put("loss", each));
  return losses;
}

// Empty if the hosts are not known.
std::string topology_of(const Timeline& timeline, const std::string& id) {
  if (timeline.hosts.empty()) return "";
  return diagram::topology_svg(diagram::topology_of(timeline), {id + "-topology", false});
}

// Layout widths for a narrow and a wide screen, in CSS pixels; page.css shows one of them.
constexpr int narrow = 480, wide = 1000;

// Empty if nothing happened.
std::string ladder_of(const Timeline& timeline, int width) {
  if (timeline.steps.empty()) return "";
  const auto source_of = [&timeline](std::string_view function) {
    return source_url(function, timeline.kernel);
  };
  return diagram::ladder_svg(timeline, {.href = source_of, .width = width});
}

}  // namespace

std::string_view verdict_word(Outcome verdict) {
  return verdict == Outcome::pass ? "passed" : verdict == Outcome::fail ? "failed" : "not observed";
}

std::string run_body(const Run& run, const std::string& id) {
  static const Template page{asset::run_mustache};
  const Timeline& timeline = run.timeline;
  Fields fields;
  fields.put("id", id)
      .put("story", story_section(timeline, run.scenario_text, id))
      .put("prediction", prediction_section(timeline, run.scenario_text, id))
      .put("step_through", step_through_section(timeline, id))
      .put("family", protocol_name(timeline.family))
      .put("variant", timeline.variant)
      .put("rule", linked(timeline.rule, timeline.kernel))
      .put("kernel", timeline.kernel)
      .put("module", timeline.module)
      .put("held_by", timeline.hold_mechanism)
      .put("closing", report::closing_line(timeline))
      .put("when", when_of(timeline))
      .put("values", values_of(timeline))
      .put("losses", losses_of(timeline))
      .put("topology", topology_of(timeline, id))
      .put("ladder", ladder_of(timeline, wide))
      .put("narrow_ladder", ladder_of(timeline, narrow))
      .put("failed", failed_section(timeline, id))
      .put("lookups", lookups_section(timeline, id))
      .put("tables", tables_section(timeline, id))
      .put("steps", steps_section(timeline, id))
      .put("paths", paths_section(timeline, id))
      .put("source", source_section(timeline, run.scenario_text, id))
      .put("programs", programs_of(timeline))
      .flag("has_programs", !timeline.programs.empty());
  return page.fill(fields);
}

}  // namespace lab::html
