// SPDX-License-Identifier: MIT
#include "report/failures.hpp"

#include <fmt/format.h>

#include "report/summary.hpp"
#include "util/text.hpp"

namespace lab::report {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using draw::print_hanging;

constexpr std::size_t indent = 6, hang = 16;

void draw_reasons(Page& page, const PlayResult& result, const Failure& failure) {
  if (failure.step.number > 0)
    print_hanging(page, indent, fmt::format("step {}", failure.step.number), hang,
                  failure.step.text);
  if (!failure.title.empty() && failure.title != failure.step.text)
    print_hanging(page, indent, "check", hang, failure.title);
  print_hanging(page, indent, "expected", hang, failure.expected);
  print_hanging(page, indent, "seen", hang,
                failure.witness.empty() ? failure.seen
                                        : fmt::format("{} ({})", failure.seen, failure.witness),
                Ink::bad);
  if (!failure.cause.empty()) print_hanging(page, indent, "cause", hang, failure.cause);
  print_hanging(
      page, indent, "at", hang,
      failure.step.line > 0 ? fmt::format("{}:{}", result.file, failure.step.line) : result.file);
}

}  // namespace

void draw_failure(Page& page, const PlayResult& result, const std::string& remark,
                  const std::string& again) {
  Line()
      .to(2)
      .add(page.glyphs().fail, Ink::bad)
      .add(" ")
      .add(label(result), Ink::strong)
      .add(remark.empty() ? "" : fmt::format(" {} ", page.glyphs().dot))
      .add(remark)
      .print(page);
  if (result.failure) draw_reasons(page, result, *result.failure);
  // On one line, so that it can be copied.
  if (!again.empty()) Line().to(indent).add("alone", Ink::faint).to(hang).add(again).print(page);
}

std::string command_for(const PlayResult& result, const std::string& flags) {
  std::string command = fmt::format("orchestrator run {} --family {}", shell_word(result.file),
                                    family_name(result.family));
  if (!result.variant.empty()) command += " --variant " + shell_word(result.variant);
  return command + flags;
}

}  // namespace lab::report
