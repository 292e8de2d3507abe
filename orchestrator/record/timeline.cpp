// SPDX-License-Identifier: MIT
#include "record/timeline.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "json/bytes.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

using nlohmann::json;

// One JSON object per struct. These are plain functions, not to_json() overloads,
// because only whole timelines are written.

template <typename Item, typename Make>
json array_of(const std::vector<Item>& items, Make make) {
  json array = json::array();
  for (const auto& item : items) array.push_back(make(item));
  return array;
}

json from_witnessed(const Witnessed& witnessed) {
  json object = {{"witness", to_string(witnessed.witness)}};
  if (witnessed.rows)
    object["rows"] = *witnessed.rows;
  else
    object["not_observed"] = witnessed.why_not;
  return object;
}

json from_snapshot(const Snapshot& snapshot) {
  return {{"host", snapshot.host},
          {"listeners", array_of(snapshot.listeners, from_witnessed)},
          {"bound", array_of(snapshot.bound, from_witnessed)},
          {"ehash", array_of(snapshot.ehash, from_witnessed)},
          {"settled", snapshot.settled},
          {"disagreements", snapshot.disagreements}};
}

json from_lookup(const Lookup& lookup) {
  json object = {{"host", lookup.host}};
  if (lookup.answer)
    object["answer"] = *lookup.answer;
  else
    object["not_observed"] = lookup.why_not;
  return object;
}

json from_check(const Check& check) {
  json object = {{"outcome", to_string(check.outcome)},
                 {"title", check.title},
                 {"witness", check.witnesses.str()},
                 {"expected", check.expected},
                 {"seen", check.seen}};
  if (!check.cause.empty()) object["cause"] = check.cause;
  return object;
}

json from_step(const StepRecord& step) {
  json object = {{"index", step.index},
                 {"text", step.text},
                 {"note", step.note},
                 {"line", step.line},
                 {"begin", step.begin},
                 {"end", step.end},
                 {"error", errno_name(step.played.error)},
                 {"observed", step.played.observed},
                 {"timed_out", step.played.timed_out},
                 {"snapshots", array_of(step.snapshots, from_snapshot)},
                 {"lookups", array_of(step.lookups, from_lookup)},
                 {"checks", array_of(step.checks, from_check)}};
  if (!step.verb.empty()) object["verb"] = step.verb;
  if (step.step_class) object["class"] = to_string(*step.step_class);
  if (!step.subject.empty()) object["subject"] = step.subject;
  if (!step.hosts.empty()) object["hosts"] = step.hosts;
  if (step.played.data) put_bytes(object, "data", *step.played.data);
  if (step.played.ended) object["ended"] = true;
  if (step.played.value) object["value"] = *step.played.value;
  if (step.played.exit) object["exit"] = *step.played.exit;
  if (step.info) object["info"] = *step.info;
  if (!step.skipped.empty()) object["skipped"] = step.skipped;
  return object;
}

json from_host(const HostRecord& host) {
  json addresses = json::array();
  for (const auto& [device, address] : host.addresses)
    addresses.push_back({{"device", device}, {"address", address.str()}});
  for (const auto& [name, device, address] : host.extra_addresses)
    addresses.push_back({{"device", device}, {"address", address.str()}, {"name", name}});
  return {{"name", host.name}, {"addresses", addresses}, {"netns_inode", host.netns_inode}};
}

json from_socket(const SocketRecord& socket) {
  return {{"name", socket.name},
          {"host", socket.host},
          {"cookie", socket.cookie},
          {"inode", socket.inode}};
}

json from_program(const ProgramRecord& program) {
  json object = {{"name", program.name},
                 {"host", program.host},
                 {"command", program.command},
                 {"output_cut", program.output_cut}};
  put_bytes(object, "output", program.output);
  if (program.exit) object["exit"] = *program.exit;
  return object;
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::not_observed:
      return "not_observed";
  }
  return "?";
}

std::string_view to_string(StepClass step_class) {
  switch (step_class) {
    case StepClass::prepares:
      return "prepares";
    case StepClass::acts:
      return "acts";
    case StepClass::observes:
      return "observes";
  }
  return "?";
}

std::optional<StepClass> step_class_from(std::string_view word) {
  for (const StepClass each : {StepClass::prepares, StepClass::acts, StepClass::observes})
    if (word == to_string(each)) return each;
  return std::nullopt;
}

Tally tally(const Timeline& timeline) {
  Tally sum;
  for (const auto& step : timeline.steps) {
    if (!step.skipped.empty()) ++sum.skipped;
    for (const auto& check : step.checks) {
      if (check.outcome == Outcome::pass) ++sum.pass;
      if (check.outcome == Outcome::fail) ++sum.fail;
      if (check.outcome == Outcome::not_observed) ++sum.not_observed;
    }
  }
  return sum;
}

Outcome verdict_of(const Timeline& timeline) {
  const Tally sum = tally(timeline);
  if (sum.fail > 0 || !timeline.aborted.empty()) return Outcome::fail;
  if (!timeline.missed.empty()) return Outcome::not_observed;
  return sum.pass == 0 && sum.not_observed > 0 ? Outcome::not_observed : Outcome::pass;
}

std::string why_not_observed(const Check& check) {
  // Where two witnesses are compared the reason names the one that is missing.
  const std::size_t colon = check.seen.find(": ");
  const auto named = witness_from(std::string_view(check.seen).substr(0, colon));
  return named && check.witnesses.contains(*named)
             ? check.seen
             : fmt::format("{}: {}", check.witnesses.str(), check.seen);
}

const StepRecord* record_of(const Timeline& timeline, std::size_t index) {
  for (const StepRecord& step : timeline.steps)
    if (step.index == index) return &step;
  return nullptr;
}

std::vector<Address> addresses_of(const HostRecord& host) {
  std::vector<Address> all;
  for (const auto& [device, address] : host.addresses) all.push_back(address);
  for (const NamedAddress& extra : host.extra_addresses) all.push_back(extra.address);
  return all;
}

std::string name_of(const Timeline& timeline, const Endpoint& endpoint) {
  for (const auto& host : timeline.hosts)
    for (const Address& address : addresses_of(host))
      if (address == endpoint.address) return fmt::format("{}:{}", host.name, endpoint.port);
  return endpoint.str();
}

void to_json(nlohmann::json& into, const Timeline& timeline) {
  const Tally sum = tally(timeline);
  into = {{"scenario", timeline.scenario},
          {"title", timeline.title},
          {"rule", timeline.rule},
          {"file", timeline.file},
          {"variant", timeline.variant},
          {"family", family_name(timeline.family)},
          {"kernel", timeline.kernel},
          {"module", timeline.module},
          {"hold_mechanism", timeline.hold_mechanism},
          {"hosts", array_of(timeline.hosts, from_host)},
          {"links", timeline.links},
          {"sockets", array_of(timeline.sockets, from_socket)},
          {"programs", array_of(timeline.programs, from_program)},
          {"steps", array_of(timeline.steps, from_step)},
          {"packets", timeline.packets},
          {"packets_lost", timeline.packets_lost},
          {"trace", timeline.trace},
          {"trace_lost", timeline.trace_lost},
          {"trace_missed", timeline.trace_missed},
          {"trace_blind", timeline.trace_blind},
          {"aborted", timeline.aborted},
          {"begin", timeline.begin},
          {"end", timeline.end},
          {"tally",
           {{"pass", sum.pass},
            {"fail", sum.fail},
            {"not_observed", sum.not_observed},
            {"skipped_steps", sum.skipped}}}};
  if (!timeline.values.empty()) into["values"] = timeline.values;
  if (!timeline.unexpected.empty()) into["unexpected"] = timeline.unexpected;
  if (!timeline.no_trace.empty()) into["no_trace"] = timeline.no_trace;
}

}  // namespace lab
