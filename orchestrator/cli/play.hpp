// SPDX-License-Identifier: MIT
//
// One play, in a process of its own (pool/), and what that process tells the one
// that started it.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/pcap_folder.hpp"
#include "cli/plays.hpp"
#include "cli/terminal_report.hpp"
#include "draw/style.hpp"
#include "pool/pool.hpp"

namespace lab::cli {

struct PlaySettings {
  Telling text = Telling::as_it_happens;
  draw::Style style;
  bool json = false;  // the timeline is wanted as data
  const PcapFolder* pcap = nullptr;
  std::size_t rounds = 1;
};

// The kinds of its messages.
enum class Word : char {
  step = 's',    // a report::StepName as JSON: this step begins
  text = 't',    // a piece of its report
  json = 'j',    // report::json_text() of its timeline
  kept = 'k',    // a KeptLab as JSON: the lab stands, or why it does not
  pcap = 'p',    // why its packets could not be written
  result = 'r',  // a report::PlayResult as JSON; the last one
};

// In the play's process: plays, and tells. `round` counts from 0.
void play_and_tell(const Play& play, std::size_t round, const PlaySettings& settings,
                   const pool::Line& line);
// The same, and the lab stays, under this name. Returns when it stands, or cannot.
void play_and_keep(const Play& play, const std::string& lab, const PlaySettings& settings,
                   const pool::Line& line);

// What came of that.
struct KeptLab {
  std::string name;
  std::vector<std::string> hosts, netns;
  std::string why_not;  // it does not stand; empty: it does
};
void to_json(nlohmann::json& into, const KeptLab& kept);
void from_json(const nlohmann::json& from, KeptLab& kept);

// In the other: what is known of one play so far.
struct Progress {
  report::StepName step;                     // the one that was begun last
  std::optional<report::PlayResult> result;  // it came to its end
};

// What came of it, now that its process has ended: what it said itself, or else
// how it died, and in which step.
report::PlayResult outcome_of(const Play& play, const Progress& progress, const pool::Ended& ended);

}  // namespace lab::cli
