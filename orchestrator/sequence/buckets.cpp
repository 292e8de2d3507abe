// SPDX-License-Identifier: MIT
#include "sequence/buckets.hpp"

#include <fmt/format.h>

#include "record/entries.hpp"

namespace lab::sequence {
namespace {

// An IPv4-mapped address is hashed as the IPv4 address, and "::" as 0.0.0.0.
std::string hashed(const Endpoint& end) {
  if (end.address.is_any()) return fmt::format("*:{}", end.port);
  return Endpoint{end.address.unmapped().value_or(end.address), end.port}.str();
}

std::string ehash_key(const std::string& host, const Endpoint& local, const Endpoint& remote) {
  return fmt::format("{} ehash {} {}", host, hashed(local), hashed(remote));
}
std::string lhash2_key(const std::string& host, const Endpoint& local) {
  return fmt::format("{} lhash2 {}", host, hashed(local));
}
std::string bhash_key(const std::string& host, std::uint16_t port) {
  return fmt::format("{} bhash {}", host, port);
}

}  // namespace

Buckets::Buckets(const Timeline& timeline) {
  const auto each_row = [](const WitnessedRows& table, const auto& see) {
    for (const Witnessed& witnessed : table)
      for (const Row& row : witnessed.rows.value_or(std::vector<Row>{}))
        if (row.bucket) see(row);
  };
  for (const StepRecord& step : timeline.steps) {
    for (const Snapshot& snapshot : step.snapshots) {
      const std::string& host = snapshot.host;
      each_row(snapshot.ehash, [&](const Row& row) {
        known_.emplace(ehash_key(host, row.local, row.remote), *row.bucket);
      });
      each_row(snapshot.listeners,
               [&](const Row& row) { known_.emplace(lhash2_key(host, row.local), *row.bucket); });
      each_row(snapshot.bound, [&](const Row& row) {
        known_.emplace(bhash_key(host, row.local.port), *row.bucket);
      });
    }
    for (const Lookup& lookup : step.lookups)
      if (lookup.answer) add(lookup.host, *lookup.answer);
  }
  for (const Lookup& lookup : timeline.arrivals)
    if (lookup.answer) add(lookup.host, *lookup.answer);
}

void Buckets::add(const std::string& host, const LookupAnswer& answer) {
  const Endpoint& to = answer.tuple.destination;
  for (const LookupStep& step : answer.steps) {
    if (!step.bucket) continue;
    if (step.step == LookupStepName::ehash)
      known_.emplace(ehash_key(host, to, answer.tuple.source), *step.bucket);
    if (step.step == LookupStepName::exact) known_.emplace(lhash2_key(host, to), *step.bucket);
    if (step.step == LookupStepName::wildcard)
      known_.emplace(lhash2_key(host, {Address::any(to.address.family()), to.port}), *step.bucket);
    if (step.step == LookupStepName::bind) known_.emplace(bhash_key(host, to.port), *step.bucket);
  }
}

std::optional<std::uint32_t> Buckets::find(const std::string& key) const {
  const auto found = known_.find(key);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint32_t> Buckets::ehash(const std::string& host, const Endpoint& local,
                                            const Endpoint& remote) const {
  return find(ehash_key(host, local, remote));
}

std::optional<std::uint32_t> Buckets::lhash2(const std::string& host, const Endpoint& local) const {
  return find(lhash2_key(host, local));
}

std::optional<std::uint32_t> Buckets::bhash(const std::string& host, std::uint16_t port) const {
  return find(bhash_key(host, port));
}

}  // namespace lab::sequence
