// SPDX-License-Identifier: MIT
//
// One play in its own process (play/pool.hpp), and the messages from that process to the one
// that started it.
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
  ReportWhen text = ReportWhen::as_it_happens;
  draw::Style style;
  bool json = false;  // send the timeline as data
  const PcapFolder* pcap = nullptr;
  std::size_t rounds = 1;
  run::Programs programs = run::Programs::as_we_may;
  run::FindCause cause = {};
  bool goes_on = false;  // run::Audience::goes_on
};

// The kinds of messages.
enum class Word : char {
  step = 's',    // a report::StepName as JSON: this step begins
  text = 't',    // a piece of its report
  json = 'j',    // json_text() of its timeline
  kept = 'k',    // a KeptLab as JSON: the lab is kept, or why it is not
  pcap = 'p',    // why its packets could not be written
  result = 'r',  // a report::PlayResult as JSON; the last one
};

// Runs the play and sends its messages. Called in the play's process. `round` counts from 0.
void play_and_report(const Play& play, std::size_t round, const PlaySettings& settings,
                     const Line& line);
// The same, then keeps the lab under this name. Returns when it is kept or that failed.
void play_and_keep(const Play& play, const std::string& lab, const PlaySettings& settings,
                   const Line& line);

// The result of keeping a lab.
struct KeptLab {
  std::string name;
  std::vector<std::string> hosts, netns;
  std::string why_not;  // why it was not kept; empty: it was
};
void to_json(nlohmann::json& into, const KeptLab& kept);
void from_json(const nlohmann::json& from, KeptLab& kept);

// In the process that started it: the state of one play.
struct Progress {
  report::StepName step;                     // the step that began last
  std::optional<report::PlayResult> result;  // set when the play has ended
  bool has_timeline = false;                 // it sent its timeline as data
  std::string fault;  // the first thing that was wrong with its messages; empty: nothing
};

// Updates `progress` from a message of the play's process. The caller handles text, timelines,
// kept labs and captures. It is a fault if a message cannot be parsed, if the result belongs
// to another play, or if anything but a kept lab follows the result.
void note(const Play& play, const Message& message, Progress& progress);

// The result of a play whose process sent none: failed, with the ending "died".
report::PlayResult died(const Play& play, const std::string& why);

// The result of a play whose process has ended: the one that it sent, or how it died and in
// which step. It died, whatever its exit status, unless it sent exactly one complete result,
// and its timeline if `timeline_wanted`.
report::PlayResult outcome_of(const Play& play, const Progress& progress, const Ended& ended,
                              bool timeline_wanted = false);

}  // namespace lab::play
