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
  run::FindCause cause = {};
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
  bool has_timeline = false;                 // it sent its timeline as data
  std::string fault;  // the first thing that was wrong with its messages; empty: nothing
};

// Notes what a message of a play's process says about its progress. The caller handles
// text, timelines, kept labs and captures. It is a fault of the play when a message cannot
// be parsed, when the result is that of another play, and when anything but the kept lab
// follows the result.
void note(const Play& play, const Message& message, Progress& progress);

// The result of a play that ended without one: it has failed, and its ending is "died".
report::PlayResult died(const Play& play, const std::string& why);

// What came of a play whose process has ended: the result that it sent, or how it died,
// and in which step. It died, whatever its exit status, unless it sent exactly one
// complete result, and its timeline if `timeline_wanted`.
report::PlayResult outcome_of(const Play& play, const Progress& progress, const Ended& ended,
                              bool timeline_wanted = false);

}  // namespace lab::play
