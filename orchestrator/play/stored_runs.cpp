// SPDX-License-Identifier: MIT
#include "play/stored_runs.hpp"

#include <nlohmann/json.hpp>

#include "json/text.hpp"
#include "stored/stored.hpp"

namespace lab::play {

void report_run(const Reporters& reporters, const report::Run& run) {
  const bool played = run.result.ending == report::PlayResult::Ending::played;
  const std::string json = played ? json_text(run.timeline) : "";
  for (const auto& reporter : reporters) reporter->reported(run.result, json);
}

void report_document(const Reporters& reporters, std::FILE* document, const std::string& name) {
  report::DocumentReader reader({[&](const std::string& file, const std::string& text) {
                                   for (const auto& reporter : reporters)
                                     reporter->source(file, text);
                                 },
                                 [&](const report::Run& run) { report_run(reporters, run); }});
  reader.read(document, name);
  for (const auto& reporter : reporters) reporter->finish(reader.summary());
}

}  // namespace lab::play
