// SPDX-License-Identifier: MIT
//
// One play, in a process of its own (play/pool.hpp), and what that process reports to the
// one that started it.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "play/pcap_folder.hpp"
#include "play/play_list.hpp"
#include "play/pool.hpp"
#include "play/terminal_report.hpp"
#include "draw/style.hpp"
#include "run/runner.hpp"

namespace lab::play {

struct PlaySettings {
  Telling text = Telling::as_it_happens;
  draw::Style style;
  bool json = false;  // the timeline is wanted as data
  const PcapFolder* pcap = nullptr;
  std::size_t rounds = 1;
  run::Programs programs = run::Programs::as_we_may;
};

// The kinds of its messages.
enum class Word : char {
  step = 's',    // a report::StepName as JSON: this step begins
  text = 't',    // a piece of its report
  json = 'j',    // report::json_text() of its timeline
  kept = 'k',    // a KeptLab as JSON: the lab is kept, or why it is not
  pcap = 'p',    // why its packets could not be written
  result = 'r',  // a report::PlayResult as JSON; the last one
};

// In the play's process: plays, and reports. `round` counts from 0.
void play_and_tell(const Play& play, std::size_t round, const PlaySettings& settings,
                   const Line& line);
// The same, and keeps the lab under this name. Returns when it is kept, or cannot be.
void play_and_keep(const Play& play, const std::string& lab, const PlaySettings& settings,
                   const Line& line);

// What came of that.
struct KeptLab {
  std::string name;
  std::vector<std::string> hosts, netns;
  std::string why_not;  // it is not kept; empty: it is
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
report::PlayResult outcome_of(const Play& play, const Progress& progress, const Ended& ended);

}  // namespace lab::play
