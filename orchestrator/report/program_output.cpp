// SPDX-License-Identifier: MIT
#include "report/program_output.hpp"

#include <fmt/format.h>

#include "util/tail.hpp"
#include "util/text.hpp"

namespace lab::report {

using draw::print_hanging;

std::string last_output(const ProgramRecord& program) {
  constexpr std::size_t most_bytes = 4096, most_lines = 20;  // Tail keeps up to twice as much
  Tail tail(most_bytes);
  tail.add(program.output);
  return tail.last_lines(most_lines);
}

std::string title_of(const ProgramRecord& program) {
  return fmt::format("{} on {}, {}: {}", program.name, program.host,
                     program.exit ? fmt::format("exit {}", *program.exit) : "still running",
                     program.command);
}

void draw_programs(draw::Page& page, const Timeline& timeline) {
  if (timeline.programs.empty()) return;
  page.heading("Programs", "with the last lines that they printed");
  for (const ProgramRecord& program : timeline.programs) {
    print_hanging(page, 2, "", 2, title_of(program));
    const std::string output = last_output(program);
    if (output.empty()) print_hanging(page, 4, "", 4, "it printed nothing", draw::Ink::faint);
    for (const std::string_view line : lines(output))
      print_hanging(page, 4, page.glyphs().vertical, 6, std::string(line));
  }
}

}  // namespace lab::report
