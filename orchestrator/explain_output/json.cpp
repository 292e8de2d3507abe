// SPDX-License-Identifier: MIT
#include "explain_output/json.hpp"

#include <nlohmann/json.hpp>

#include "stored/stored.hpp"
#include "util/error.hpp"

namespace lab::explain_output {
namespace {

using explain::Conclusion;
using explain::Diagnosis;
using explain::Finding;
using explain::is_success;
using explain::Probed;
using explain::Step;
using explain::Unseen;
using nlohmann::json;

json question_of(const Facts& facts) {
  const Question& question = facts.question;
  const Arrival& arrival = facts.arrival;
  json object = {{"destination", question.destination.str()},
                 {"netns", question.netns},
                 {"local_sender", arrival.local_sender},
                 {"assumed", json::array()},
                 {"remarks", question.remarks}};
  if (question.source) object["source"] = question.source->str();
  if (!arrival.device.empty()) object["device"] = arrival.device;
  if (!arrival.vrf.empty()) object["vrf"] = arrival.vrf;
  if (question.source_is_assumed) object["assumed"].push_back("source");
  if (question.port_is_assumed) object["assumed"].push_back("port");
  if (arrival.device_is_assumed) object["assumed"].push_back("device");
  if (question.uid) object["uid"] = *question.uid;
  if (question.mark) object["mark"] = *question.mark;
  if (question.reuses_address) object["reuseaddr"] = true;
  return object;
}

json step_of(const Step& step) {
  json object = {{"step", step.name}, {"text", step.text}, {"witness", step.witness}};
  if (!step.function.empty()) object["function"] = step.function;
  return object;
}

json findings_of(const std::vector<Finding>& findings) {
  json array = json::array();
  for (const Finding& each : findings) {
    json object = {{"id", each.id}, {"text", each.text}};
    if (!each.commands.empty()) object["commands"] = each.commands;
    array.push_back(std::move(object));
  }
  return array;
}

json unseen_of(const std::vector<Unseen>& all) {
  json array = json::array();
  for (const Unseen& each : all)
    array.push_back({{"id", each.id}, {"text", each.text}, {"decides", each.decides}});
  return array;
}

// The members that a conclusion has wherever it comes from.
void add_conclusion(const Conclusion& conclusion, const std::vector<Unseen>& not_observed,
                    json& into) {
  json doubts = json::array();
  for (const Unseen& each : not_observed)
    if (each.decides) doubts.push_back(each.text);
  into["answer"] = to_string(conclusion.answer);
  into["answered"] = is_success(conclusion.answer);
  into["certain"] = doubts.empty();
  into["uncertain_because"] = std::move(doubts);
  into["cause"] = conclusion.cause;
  into["summary"] = conclusion.summary;
  into["remedy"] = conclusion.remedy;
  into["commands"] = conclusion.commands;
  if (conclusion.error != 0) into["errno"] = errno_name(conclusion.error);
}

json holders_of(const Row& row, const Processes& processes) {
  json array = json::array();
  const auto found = processes.by_inode.find(row.inode.value_or(0));
  if (found == processes.by_inode.end()) return array;
  for (const Holder& each : found->second)
    array.push_back(
        {{"pid", each.pid}, {"fd", each.fd}, {"command", each.command}, {"stopped", each.stopped}});
  return array;
}

// The sockets with the destination's port at their local end.
json sockets_of(const Facts& facts) {
  json array = json::array();
  const auto add = [&](const std::vector<Row>& rows) {
    for (const Row& row : rows) {
      if (row.local.port != facts.question.destination.port) continue;
      json socket = row;
      socket["processes"] = holders_of(row, facts.processes);
      array.push_back(std::move(socket));
    }
  };
  add(facts.tables.listeners);
  add(facts.tables.ehash);
  if (facts.tables.bound_only) add(*facts.tables.bound_only);
  return array;
}

}  // namespace

json to_json(const Facts& facts, const Diagnosis& diagnosis) {
  json object = {{"schema", json_schema},
                 {"kernel", facts.kernel.release},
                 {"question", question_of(facts)},
                 {"steps", json::array()},
                 {"findings", findings_of(diagnosis.findings)},
                 {"not_observed", unseen_of(diagnosis.not_observed)},
                 {"inferred", diagnosis.inferred},
                 {"sockets", sockets_of(facts)}};
  add_conclusion(diagnosis.conclusion, diagnosis.not_observed, object);
  for (const Step& step : diagnosis.steps) object["steps"].push_back(step_of(step));
  if (facts.answer) object["lookup"] = *facts.answer;
  return object;
}

namespace {

json traced_rules(const Probe& probe) {
  json array = json::array();
  for (const TracedRule& rule : probe.rules) {
    if (rule.own) continue;
    json object = {{"netns", probe.places[rule.place].netns},
                   {"packet", rule.packet},
                   {"segment", rule.what()},
                   {"family", rule.family},
                   {"table", rule.table},
                   {"chain", rule.chain},
                   {"verdict", rule.verdict}};
    if (rule.handle != 0) object["handle"] = rule.handle;
    if (!rule.text.empty()) object["text"] = rule.text;
    array.push_back(std::move(object));
  }
  return array;
}

json translations_of(const Probe& probe) {
  json array = json::array();
  for (const Translation& each : probe.translations)
    array.push_back({{"netns", each.netns},
                     {"by", each.by},
                     {"source", each.source.str()},
                     {"destination", each.destination.str()},
                     {"new_source", each.new_source.str()},
                     {"new_destination", each.new_destination.str()}});
  return array;
}

}  // namespace

json to_json(const Probe& probe, const Probed& probed) {
  json object = {{"source", probe.source.str()},
                 {"destination", probe.destination.str()},
                 {"from", probe.from},
                 {"connect", errno_name(probe.error)},
                 {"retransmissions", probe.retransmissions},
                 {"waited_ms", probe.waited.count()},
                 {"as_predicted", probed.as_predicted},
                 {"segments", json::array()},
                 {"rules", traced_rules(probe)},
                 {"translations", translations_of(probe)},
                 {"connections", probe.sent},
                 {"not_observed", unseen_of(probed.not_observed)}};
  add_conclusion(probed.conclusion, probed.not_observed, object);
  for (const ProbedSegment& segment : segments_of(probe)) {
    json events = json::array();
    for (const TraceEvent* event : segment.events) events.push_back(*event);
    object["segments"].push_back({{"what", segment.what}, {"events", std::move(events)}});
  }
  return object;
}

}  // namespace lab::explain_output
