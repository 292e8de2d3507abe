// SPDX-License-Identifier: MIT
#include "html/arrival_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "record/entries.hpp"
#include "record/infer.hpp"
#include "record/trace.hpp"

namespace lab::html {
namespace {

constexpr std::array<LookupStepName, 3> searched{LookupStepName::ehash, LookupStepName::exact,
                                                 LookupStepName::wildcard};

std::string socket_in_words(const Timeline& timeline, const std::optional<std::uint64_t>& cookie,
                            const std::optional<TcpState>& state, Kind kind) {
  std::string words = socket_name(timeline, cookie);
  if (state) words += fmt::format("{}{}", words.empty() ? "" : ", ", to_string(*state));
  if (kind != Kind::full) words += fmt::format(" ({})", to_string(kind));
  return words;
}

class WayFinder {
 public:
  WayFinder(const Timeline& timeline, const sequence::Message& message,
            const sequence::Buckets& buckets, const sequence::TablesAt& tables)
      : timeline_(timeline),
        message_(message),
        buckets_(buckets),
        tables_(tables),
        host_(message.last().to),
        segment_(*message.last().segment),
        family_(segment_.destination.address.family()) {}

  ArrivalLookup find() {
    for (const LookupStepName step : searched) lookup_.searches.push_back(search_of(step));
    hold_port();
    lookup_.verdict = message_.verdict;
    if (!message_.events.empty())
      from_trace();
    else if (timeline_.no_trace.empty())
      not_known("the trace has no events of this arrival");
    else
      from_tables();
    return std::move(lookup_);
  }

 private:
  void not_known(std::string why) {
    lookup_.searches.clear();
    lookup_.why_not = std::move(why);
  }

  Search& at(LookupStepName step) { return *std::ranges::find(lookup_.searches, step, &Search::step); }

  std::string in_words(const Endpoint& end) const { return name_of(timeline_, end); }

  Search search_of(LookupStepName step) const {
    const bool four = family_ == Family::inet;
    const Endpoint &from = segment_.source, &to = segment_.destination;
    Search search;
    search.step = step;
    search.function = kernel_name(
        step == LookupStepName::ehash ? KernelFunction::established4 : KernelFunction::lhash4,
        family_);
    if (step == LookupStepName::ehash) {
      search.hash = fmt::format("{}({}, {}) & ehash_mask", four ? "inet_ehashfn" : "inet6_ehashfn",
                                in_words(to), in_words(from));
      search.bucket = buckets_.ehash(host_, to, from);
      return search;
    }
    const Endpoint wanted{step == LookupStepName::exact ? to.address : Address::any(family_),
                          to.port};
    search.hash = fmt::format("{}({}) & lhash2_mask",
                              four ? "ipv4_portaddr_hash" : "ipv6_portaddr_hash", in_words(wanted));
    search.bucket = buckets_.lhash2(host_, wanted);
    return search;
  }

  void hold_port() {
    const std::uint16_t port = segment_.destination.port;
    lookup_.bind_bucket = buckets_.bhash(host_, port);
    if (!tables_.bound) return;
    lookup_.holders_known = true;
    for (const Row& row : *tables_.bound)
      if (row.local.port == port) lookup_.holders.push_back(row);
    lookup_.forgotten = std::ranges::any_of(lookup_.holders, [](const Row& row) {
      return row.role.value_or(Role::connected) == Role::nothing;
    });
  }

  // --- the trace -----------------------------------------------------------------------

  void from_trace() {
    const TraceEvent* listener = nullptr;
    for (const TraceEvent* event : message_.events) {
      const bool established = event->event == for_family(KernelFunction::established4, family_);
      if (established && !event->detail) see(LookupStepName::ehash, *event);
      if (event->event == for_family(KernelFunction::lhash4, family_))
        see(event->detail == TraceDetail::exact ? LookupStepName::exact : LookupStepName::wildcard,
            *event);
      if (event->event == for_family(KernelFunction::listener4, family_)) listener = event;
    }
    if (listener) add_listener(*listener);
    const bool hit = at(LookupStepName::ehash).result == LookupResult::hit;
    for (Search& search : lookup_.searches) {
      if (search.result || !search.why_not.empty()) continue;
      if (const auto blind = timeline_.trace_blind.find(search.function);
          blind != timeline_.trace_blind.end() && !hit)
        search.why_not = blind->second;
      else
        search.result = LookupResult::skipped;
    }
    if (std::ranges::all_of(
            lookup_.searches, [](const Search& each) { return each.result == LookupResult::skipped; }))
      not_known("the trace shows no lookup for this segment");
  }

  void see(LookupStepName step, const TraceEvent& event) {
    Search& search = at(step);
    // Early demux asks first; a second search for the same segment replaces its miss.
    if (search.result == LookupResult::hit) return;
    search.asker = event.caller;
    search.result = event.outcome == TraceOutcome::hit ? LookupResult::hit : LookupResult::miss;
    if (search.result != LookupResult::hit) return;
    search.cookie = event.cookie;
    search.socket =
        socket_in_words(timeline_, event.cookie, event.state, event.kind.value_or(Kind::full));
  }

  // In a kernel in which inet_lhash2_lookup() is inlined only its caller is seen.
  void add_listener(const TraceEvent& event) {
    Search &exact = at(LookupStepName::exact), &wildcard = at(LookupStepName::wildcard);
    if (exact.result || wildcard.result) return;
    for (Search* each : {&exact, &wildcard}) each->asker = to_string(event.event);
    if (event.outcome != TraceOutcome::hit) {
      exact.result = wildcard.result = LookupResult::miss;
      return;
    }
    const std::string found =
        socket_in_words(timeline_, event.cookie, event.state, event.kind.value_or(Kind::full));
    for (Search* each : {&exact, &wildcard})
      each->why_not =
          fmt::format("{}() is inlined; one of the two found {}", each->function, found);
  }

  // --- the tables ----------------------------------------------------------------------

  void from_tables() {
    if (!tables_.step || !tables_.ehash || !tables_.listeners) {
      not_known(fmt::format("{}; and no step before had read the tables of {}", timeline_.no_trace,
                            host_));
      return;
    }
    Facts facts;
    facts.question.source = segment_.source;
    facts.question.destination = segment_.destination;
    facts.tables.ehash = *tables_.ehash;
    facts.tables.listeners = *tables_.listeners;
    if (const auto& arrival = message_.last().arrival)
      facts.arrival.device = timeline_.packets[*arrival].device;
    lookup_.inferred = true;
    for (const LookupStep& step : infer(facts).steps) {
      const auto found = std::ranges::find(lookup_.searches, step.step, &Search::step);
      if (found == lookup_.searches.end()) continue;
      found->result = step.result;
      if (!step.socket) continue;
      found->cookie = step.socket->cookie;
      found->socket =
          socket_in_words(timeline_, step.socket->cookie, step.socket->state, step.socket->kind);
    }
  }

  const Timeline& timeline_;
  const sequence::Message& message_;
  const sequence::Buckets& buckets_;
  const sequence::TablesAt& tables_;
  const std::string& host_;
  const Segment& segment_;
  Family family_;
  ArrivalLookup lookup_;
};

}  // namespace

ArrivalLookup arrival_lookup_of(const Timeline& timeline, const sequence::Message& message,
           const sequence::Buckets& buckets, const sequence::TablesAt& tables) {
  return WayFinder(timeline, message, buckets, tables).find();
}

}  // namespace lab::html
