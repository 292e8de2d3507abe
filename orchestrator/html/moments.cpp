// SPDX-License-Identifier: MIT
#include "html/moments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace lab::html {
namespace {

using sequence::Fate;
using sequence::Message;

std::string plain(const draw::Text& text) {
  std::string words;
  for (const draw::Span& span : text) words += span.text;
  return words;
}

class MomentFinder {
 public:
  MomentFinder(const Timeline& timeline, const diagram::Ladder& ladder)
      : timeline_(timeline), ladder_(ladder), buckets_(timeline) {}

  std::vector<Moment> all() {
    for (row_ = 0; row_ < ladder_.rows.size(); ++row_)
      std::visit([this](const auto& row) { see(row); }, ladder_.rows[row_]);
    return std::move(moments_);
  }

 private:
  std::string words_of(Timestamp time) const { return diagram::time_in_words(ladder_, time); }
  const std::string& host_of(std::size_t lane) const { return ladder_.sequence.lanes[lane].host; }

  // Until the next row begins, what happens belongs to this one.
  Timestamp end() const {
    return row_ + 1 < ladder_.times.size() ? ladder_.times[row_ + 1]
                                           : std::numeric_limits<Timestamp>::max();
  }

  Moment& add(std::string what, Timestamp time) {
    Moment& moment = moments_.emplace_back();
    moment.row = row_;
    moment.what = std::move(what);
    moment.time = words_of(time);
    return moment;
  }

  void show(Moment& moment, const std::string& host, Timestamp until) {
    const auto same = [&](const HostTables& each) { return each.host == host; };
    if (std::ranges::any_of(moment.hosts, same)) return;
    moment.hosts.push_back({host, sequence::tables_at(timeline_, buckets_, host, until)});
  }

  // Those of the moment before, if this one is about no host in particular.
  void show_last(Moment& moment, Timestamp until) {
    if (moments_.size() < 2) return;
    for (const HostTables& each : moments_[moments_.size() - 2].hosts)
      show(moment, each.host, until);
  }

  void see(const diagram::StepRow& row) {
    Moment& moment =
        add(fmt::format("{} {}", row.numbers, plain(row.text) + row.result), ladder_.times[row_]);
    for (const std::string& host : row.step->hosts) show(moment, host, end());
    for (const Snapshot& each : row.step->snapshots) show(moment, each.host, end());
    if (moment.hosts.empty()) show_last(moment, end());
  }

  void see(const diagram::Words& row) {
    Moment& moment = add(plain(row.text), ladder_.times[row_]);
    show(moment, host_of(row.lane), end());
  }

  void see(const diagram::HoldRow& row) {
    const Message& message = ladder_.message(row.message);
    const std::string& host = host_of(message.hops[row.hop].from);
    Moment& moment =
        add(fmt::format("{} · {}", plain(row.label), host), row.time.value_or(ladder_.times[row_]));
    moment.message = row.message;
    show(moment, host, end());
  }

  void see(const diagram::ArrowRow& row) {
    const Message& message = ladder_.message(row.message);
    const bool whole = row.end == message.hops.size();
    const sequence::Hop& last = message.hops[row.end - 1];
    const std::string to = host_of(last.to);
    const bool arrives = whole && message.fate == Fate::arrived;
    const Timestamp arrival = last.flight.arrived.value_or(ladder_.times[row_]);
    const std::string from = host_of(message.hops[row.begin].from);
    Moment& moment = add(fmt::format("{} · {} ▸ {}{}", plain(row.label), from, to,
                                     arrives || !whole ? "" : ", does not arrive"),
                         arrival);
    moment.message = row.message;
    if (!arrives || !message.is_segment()) {
      show(moment, arrives ? to : from, end());
      return;
    }
    // As the segment finds them: before its first lookup.
    const Timestamp before =
        message.events.empty() ? arrival : std::min(arrival, message.events.front()->time);
    show(moment, to, before);
    for (const sequence::StateChange& change : message.changes) {
      // The verdict tells of most: "srv goes from SYN-RECEIVED to ESTABLISHED".
      if (change.before &&
          message.verdict.find(fmt::format("{} to {}", to_string(*change.before),
                                           to_string(change.after))) != std::string::npos)
        continue;
      std::string words = change.socket + ": ";
      if (change.before) words += fmt::format("{} → ", to_string(*change.before));
      moment.changes.push_back(words.append(to_string(change.after)));
    }
    moment.lookup = arrival_lookup_of(timeline_, message, buckets_, moment.hosts.front().tables);
  }

  void see(const diagram::CrossRow& row) {
    see(row.first);
    see(row.second);
  }

  void see(const diagram::UnseenRow& row) {
    if (row.words.empty()) return;
    Moment& moment = add(plain(row.words.front().text), ladder_.times[row_]);
    show(moment, host_of(row.words.front().lane), end());
  }

  void see(const diagram::FailedChecks&) {}
  void see(const diagram::CollapsedRow&) {}

  const Timeline& timeline_;
  const diagram::Ladder& ladder_;
  sequence::Buckets buckets_;
  std::vector<Moment> moments_;
  std::size_t row_ = 0;
};

}  // namespace

std::vector<Moment> moments_of(const Timeline& timeline, const diagram::Ladder& ladder) {
  return MomentFinder(timeline, ladder).all();
}

}  // namespace lab::html
