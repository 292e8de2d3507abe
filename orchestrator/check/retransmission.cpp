// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "check/parts.hpp"
#include "check/repeats.hpp"
#include "check/resolve.hpp"
#include "check/segments.hpp"

namespace lab::check {
namespace {

// "a sent a > b S seq 0 length 0 more than once", for each segment that left its sender's
// interfaces more than once.
std::vector<std::string> sent_again(const Timeline& timeline) {
  std::vector<std::string> found;
  for (const HostRecord& host : timeline.hosts) {
    auto sent = segments_at(timeline, host.name);
    std::erase_if(sent, [](const NumberedSegment& each) { return !each.packet->outgoing; });
    const std::vector<bool> again = repeated(sent);
    std::set<std::string> said;  // report each segment once
    for (std::size_t i = 0; i < sent.size(); ++i)
      if (again[i] && said.insert(describe(timeline, sent[i])).second)
        found.push_back(
            fmt::format("{} sent {} more than once", host.name, describe(timeline, sent[i])));
  }
  return found;
}

// Fails, unless the retransmission was legitimate.
Check retransmitted(const Context& context, std::string title, Witness witness,
                    std::string expected, std::string seen) {
  const std::string why = why_repeated(context.scenario, context.timeline);
  if (why.empty()) return failed(std::move(title), witness, std::move(expected), std::move(seen));
  return not_observed(std::move(title), witness, std::move(expected),
                      fmt::format("{}: {}", why, seen));
}

Check judge_captured(const Context& context) {
  const Timeline& timeline = context.timeline;
  const std::string title = "no segment was sent twice";
  const std::string expected =
      "no host sends a segment with SYN, FIN or data a second time with the same numbers";
  const auto again = sent_again(timeline);
  if (!again.empty())
    return retransmitted(context, title, Witness::packets, expected,
                         fmt::format("{}", fmt::join(again, "; ")));
  if (timeline.packets_lost)
    return not_observed(title, Witness::packets, expected,
                        "the capture lost packets, and one of them may have been sent twice");
  return passed(title, Witness::packets, expected, "each was sent once");
}

// The retransmissions that sock_diag reported for one host's sockets.
struct Counted {
  bool looked = false;
  std::size_t rows = 0;                  // with a count
  std::set<std::string> retransmitting;  // in words; a set, because snapshots repeat rows
  std::string why_not = "no snapshot was taken";
};

void count(const Timeline& timeline, const Snapshot& snapshot, Counted& into) {
  for (const Witnessed& witnessed : snapshot.ehash) {
    if (witnessed.witness != Witness::sock_diag) continue;
    if (!witnessed.rows) {
      into.why_not = witnessed.why_not;
      continue;
    }
    into.looked = true;
    for (const Row& row : *witnessed.rows) {
      if (!row.retransmissions) continue;
      ++into.rows;
      if (*row.retransmissions > 0)
        into.retransmitting.insert(fmt::format("on {}: {}, {} retransmitted", snapshot.host,
                                               describe(timeline, row), *row.retransmissions));
    }
  }
}

Check judge_counted(const Context& context) {
  const std::string title = "no socket counts a retransmission";
  const std::string expected = "tcpi_total_retrans is 0 on every socket in ehash";
  constexpr Witness witness = Witness::sock_diag;

  // Counts only grow, so any earlier snapshot can fail the check, even for a socket that is now
  // closed. Only this step's own snapshots can pass it.
  Counted ever;
  for (const StepRecord& step : context.timeline.steps)
    for (const Snapshot& snapshot : step.snapshots) count(context.timeline, snapshot, ever);
  std::map<std::string, Counted> now;
  for (const Snapshot& snapshot : context.record.snapshots) {
    count(context.timeline, snapshot, ever);
    count(context.timeline, snapshot, now[snapshot.host]);
  }
  if (!ever.retransmitting.empty())
    return retransmitted(context, title, witness, expected,
                         fmt::format("{}", fmt::join(ever.retransmitting, "; ")));
  std::size_t rows = 0;
  for (const HostRecord& host : context.timeline.hosts) {
    const Counted& here = now[host.name];
    if (!here.looked)
      return not_observed(title, witness, expected,
                          fmt::format("ehash on {}: {}", host.name, here.why_not));
    rows += here.rows;
  }
  if (rows == 0)
    return not_observed(title, witness, expected, "no socket in ehash reported its count");
  return passed(title, witness, expected,
                fmt::format("it is 0 on {} socket{}", rows, rows == 1 ? "" : "s"));
}

}  // namespace

std::vector<Check> judge_step(const Context& context, const scenario::NoRetransmission&) {
  return {judge_captured(context), judge_counted(context)};
}

}  // namespace lab::check
