// SPDX-License-Identifier: MIT
#include "run/arrivals.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <vector>

#include "util/error.hpp"

namespace lab::run {
namespace {

// The reports of a flood stay small.
constexpr std::size_t most_tuples = 64;

// The first lookup of a segment is that of early demux, also where the segment gets no further (a
// host without a stack).
bool arrives(const TraceEvent& event) {
  const KernelFunction function = ipv4_function(event.event);
  return function == KernelFunction::early_demux4 || function == KernelFunction::rcv4;
}

void add(std::vector<Tuple>& tuples, Tuple tuple) {
  if (std::ranges::find(tuples, tuple) == tuples.end()) tuples.push_back(std::move(tuple));
}

std::vector<Tuple> arrived_at(const Timeline& timeline, const std::string& host) {
  std::vector<Tuple> tuples;
  for (const TraceEvent& event : timeline.trace) {
    if (event.host != host || !arrives(event) || !event.source || !event.destination) continue;
    add(tuples, {*event.source, *event.destination, event.device});
    // By now a connection may have this 4-tuple, and then the listener hash is not searched. No
    // connection comes from the port 1.
    Endpoint other = *event.source;
    other.port = 1;
    add(tuples, {other, *event.destination, event.device});
    if (tuples.size() >= most_tuples) break;
  }
  return tuples;
}

// As the page says it: a device that has been removed since, or no privilege.
std::vector<Lookup> refused(const std::string& host, const std::exception& why) {
  return {{host, std::nullopt, why.what()}};
}

std::vector<Lookup> answers_of(Module& module, const std::string& host,
                               const std::vector<Tuple>& tuples) try {
  std::vector<Lookup> answers;
  for (LookupAnswer& answer : module.lookup(tuples))
    answers.push_back({host, std::move(answer), ""});
  return answers;
} catch (const UsageError& error) {
  return refused(host, error);
} catch (const EnvironmentError& error) {
  return refused(host, error);
}

}  // namespace

void record_arrivals(RunContext& context) {
  std::vector<Lookup>& arrivals = context.timeline.arrivals;
  for (Host& host : context.hosts) {
    ModuleHere& here = host.module();
    const std::vector<Tuple> tuples = arrived_at(context.timeline, host.name());
    if (!here.module || tuples.empty()) continue;
    std::ranges::move(answers_of(*here.module, host.name(), tuples), std::back_inserter(arrivals));
  }
}

}  // namespace lab::run
