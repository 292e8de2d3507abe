// SPDX-License-Identifier: MIT
#include "doctor/text.hpp"

#include <nlohmann/json.hpp>

#include "draw/page.hpp"

namespace lab::doctor {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;

struct Sign {
  std::string_view mark;
  Ink ink = Ink::plain;
};

Sign sign_of(Status status, const draw::Glyphs& glyphs) {
  switch (status) {
    case Status::good:
      return {glyphs.pass, Ink::good};
    case Status::lacking:
      return {glyphs.fail, Ink::bad};
    case Status::not_observed:
      return {glyphs.not_observed, Ink::doubtful};
    case Status::note:
      return {glyphs.dot, Ink::plain};
  }
  return {};
}

constexpr std::size_t mark_at = 2, text_at = 5;

void print_marked(Page& page, Sign sign, const std::string& text) {
  bool first = true;
  for (const std::string& part : draw::wrapped(text, page.width() - text_at)) {
    Line line;
    if (first) line.to(mark_at).add(sign.mark, sign.ink);
    line.to(text_at).add(part).print(page);
    first = false;
  }
}

// On a line of its own and whole, so that it can be copied.
void print_command(Page& page, const std::string& command) {
  Line()
      .to(text_at)
      .add(page.glyphs().right, Ink::accent)
      .add(" ")
      .add(command, Ink::accent)
      .print(page);
}

}  // namespace

void print_text(const Checkup& checkup, std::ostream& out, const draw::Style& style) {
  Page page(out, style);
  std::string group;
  for (const Finding& finding : checkup.findings) {
    if (finding.group != group) {
      if (!group.empty()) page.blank();
      group = finding.group;
      Line().add(group, Ink::strong).print(page);
    }
    print_marked(page, sign_of(finding.status, page.glyphs()), finding.text);
    if (!finding.meaning.empty())
      draw::print_hanging(page, text_at, "", text_at, finding.meaning, Ink::faint);
    if (!finding.command.empty()) print_command(page, finding.command);
  }
  page.heading("Where a scenario can run");
  for (const RunOption& way : checkup.options) {
    print_marked(page, sign_of(way.open ? Status::good : Status::lacking, page.glyphs()), way.text);
    if (way.open) print_command(page, way.command);
  }
  page.blank();
  if (checkup.can_run())
    Line().add("A run is possible.", Ink::good).print(page);
  else
    Line().add("No run is possible on this machine now.", Ink::bad).print(page);
  out.flush();
}

nlohmann::json to_json(const Checkup& checkup) {
  nlohmann::json object{{"schema", 1},
                        {"can_run", checkup.can_run()},
                        {"findings", nlohmann::json::array()},
                        {"ways", nlohmann::json::array()}};
  for (const Finding& each : checkup.findings) {
    nlohmann::json finding{{"group", each.group},
                           {"id", each.id},
                           {"status", to_string(each.status)},
                           {"text", each.text}};
    if (!each.meaning.empty()) finding["meaning"] = each.meaning;
    if (!each.command.empty()) finding["command"] = each.command;
    object["findings"].push_back(std::move(finding));
  }
  for (const RunOption& each : checkup.options)
    object["ways"].push_back(
        {{"id", each.id}, {"open", each.open}, {"text", each.text}, {"command", each.command}});
  return object;
}

}  // namespace lab::doctor
