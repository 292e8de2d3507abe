// SPDX-License-Identifier: MIT
//
// draw: stored reports on the terminal and in every format. Several documents become one
// report.
#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <sstream>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/report_flags.hpp"
#include "diagram/ladder_svg.hpp"
#include "play/pcap_folder.hpp"
#include "play/report_files.hpp"
#include "play/stored_runs.hpp"
#include "play/terminal_report.hpp"
#include "report/text.hpp"
#include "util/error.hpp"
#include "util/output_file.hpp"
#include "util/text.hpp"

namespace lab::commands {
namespace {

using report::PlayResult;
using report::Run;

struct DrawFlags {
  std::vector<std::string> documents;  // stored reports; "-": standard input
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
  bool verbose = false;
  play::ReportPaths reports;
  std::string pcap, svg;
};

// The contents of all documents. They are read before anything is printed, because the
// beginning of a report depends on the number of runs.
struct Stored {
  std::map<std::string, std::string> sources;
  std::vector<Run> runs;
  report::Summary summary;
};

void read_file_into(report::DocumentReader& reader, const std::string& path) {
  if (path == "-") return reader.read(stdin, "standard input");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             std::fclose);
  if (!file)
    throw UsageError(
        fmt::format("{}: {}; name a file that `run --output` wrote", path, std::strerror(errno)));
  struct stat status {};
  if (::fstat(::fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode))
    throw UsageError(fmt::format("{}: a folder; name a file that `run --output` wrote", path));
  reader.read(file.get(), path);
}

Stored read_all(const std::vector<std::string>& paths) {
  Stored stored;
  report::DocumentReader reader(
      {[&](const std::string& file, const std::string& text) { stored.sources[file] = text; },
       [&](Run run) { stored.runs.push_back(std::move(run)); }});
  for (const std::string& path : paths) read_file_into(reader, path);
  stored.summary = reader.summary();
  return stored;
}

// The number of runs of each play.
using Rounds = std::map<std::string, std::size_t>;

Rounds rounds_of(const Stored& stored) {
  Rounds rounds;
  for (const Run& run : stored.runs) ++rounds[run.result.file + " " + label(run.result)];
  return rounds;
}

std::size_t most_rounds(const Rounds& rounds) {
  std::size_t most = 1;
  for (const auto& [play, count] : rounds) most = std::max(most, count);
  return most;
}

// Empty for a run without a timeline.
std::string text_of(const Run& run, const draw::Style& style) {
  if (run.result.ending != PlayResult::Ending::played) return {};
  std::ostringstream text;
  report::TextReport report(text, style);
  report.begin(run.timeline);
  for (const StepRecord& step : run.timeline.steps) report.step(run.timeline, step);
  report.end(run.timeline);
  return text.str();
}

void report_text(const play::Reporters& reporters, const Run& run, play::ReportWhen when,
                 const draw::Style& style) {
  if (when == play::ReportWhen::never) return;
  if (when == play::ReportWhen::if_it_fails && run.result.outcome != Outcome::fail) return;
  const std::string text = text_of(run, style);
  for (const auto& reporter : reporters) reporter->text(text);
}

void write_captures(const std::string& directory, const Stored& stored, const Rounds& rounds) {
  const play::PcapFolder folder(directory);
  Rounds so_far;
  for (const Run& run : stored.runs) {
    if (run.result.ending != PlayResult::Ending::played) continue;
    const std::string play = run.result.file + " " + label(run.result);
    const std::string why = folder.add(run.timeline, so_far[play]++, rounds.at(play));
    if (!why.empty()) throw EnvironmentError(why);
  }
}

// The ladder alone, for a document.
void write_ladder(const std::string& path, const std::vector<Run>& runs) {
  if (runs.size() != 1 || runs.front().result.ending != PlayResult::Ending::played)
    throw UsageError(
        fmt::format("--svg draws one run that was played, and there are {}; store it "
                    "with run NAME --family ipv4 --output FILE",
                    plural(runs.size(), "run")));
  constexpr int width = 760;  // of a column of text
  OutputFile file(path);
  file << diagram::ladder_svg(runs.front().timeline, {.width = width}) << "\n";
  if (const int error = file.finish()) throw SystemError("write", path, error);
}

int draw(const DrawFlags& flags) {
  draw::Style style = cli::style_of(flags.color);
  if (flags.verbose) style.detail = draw::Detail::full;
  const Stored stored = read_all(flags.documents);
  const Rounds rounds = rounds_of(stored);
  play::ReportFiles files(flags.reports, flags.format);
  play::Reporters reporters = files.take_reporters();
  play::TerminalReport terminal = play::terminal_report(
      files.takes_stdout(), {style, flags.verbose, false, stored.summary.scenarios,
                             stored.runs.size(), most_rounds(rounds), ""});
  std::ranges::move(terminal.reporters, std::back_inserter(reporters));

  for (const auto& [file, text] : stored.sources)
    for (const auto& reporter : reporters) reporter->source(file, text);
  for (const Run& run : stored.runs) {
    report_text(reporters, run, terminal.text, style);
    for (const auto& reporter : reporters) reporter->ended(run.result);
    play::report_run(reporters, run);
  }
  for (const auto& reporter : reporters) reporter->finish(stored.summary);
  files.finish();
  if (!flags.pcap.empty()) write_captures(flags.pcap, stored, rounds);
  if (!flags.svg.empty()) write_ladder(flags.svg, stored.runs);
  return static_cast<int>(Exit::pass);
}

}  // namespace

void add_draw(cli::Commands& commands) {
  CLI::App* command = commands.add("draw", "draw stored reports; several files become one report");
  const auto flags = std::make_shared<DrawFlags>();
  commands.completes(command
                         ->add_option("document", flags->documents,
                                      "files that `run --output` wrote; -: standard input")
                         ->type_name("FILE")
                         ->required(),
                     cli::files);
  command
      ->add_flag("-v,--verbose", flags->verbose,
                 "print every check, every event of every segment trace and every\n"
                 "snapshot of the tables, of every run")
      ->envname("LAB_VERBOSE");
  cli::add_format_flag(*command, flags->format);
  add_report_flags(commands, *command, flags->reports);
  cli::add_pcap_flag(commands, *command, flags->pcap);
  commands.completes(
      command->add_option("--svg", flags->svg, "write the ladder of a single run to FILE, as SVG")
          ->type_name("FILE"),
      cli::files);
  cli::add_color_flag(*command, flags->color);
  commands.describe(command, cli::Purpose::play,
                    {{"draw report.json", "as text: what `run --output report.json` stored"},
                     {"draw monday.json tuesday.json --junit both.xml",
                      "two reports as one, also for a CI server"},
                     {"draw report.json -v --color always | less -R", "every run in full"}});
  commands.set_action(command, [flags] { return draw(*flags); });
}

}  // namespace lab::commands
