// SPDX-License-Identifier: MIT
#include "record/stored.hpp"

#include "json/stored_name.hpp"

namespace lab {
namespace {

int errno_at(const JsonPlace& from) {
  const std::string name = from.as<std::string>();
  const int error = errno_from_name(name);
  if (error == 0 && name != errno_name(0)) from.refuse(fmt::format("\"{}\" is no errno", name));
  return error;
}

Witnessed witnessed_from(const JsonPlace& from) {
  Witnessed witnessed;
  witnessed.witness = from.at("witness").parsed(witness_from, "a witness");
  if (from.find("rows"))
    witnessed.rows = from.list("rows", row_from);
  else
    witnessed.why_not = from.text("not_observed");
  return witnessed;
}

Snapshot snapshot_from(const JsonPlace& from) {
  return {name_in(from, "host"),
          from.list("listeners", witnessed_from),
          from.list("bound", witnessed_from),
          from.list("ehash", witnessed_from),
          from.get<bool>("settled"),
          from.list("disagreements", [](const JsonPlace& each) { return each.as<std::string>(); })};
}

Lookup lookup_from(const JsonPlace& from) {
  Lookup lookup;
  lookup.host = name_in(from, "host");
  if (const auto answer = from.find("answer"))
    lookup.answer = lookup_answer_from(*answer);
  else
    lookup.why_not = from.text("not_observed");
  return lookup;
}

Check check_from(const JsonPlace& from) {
  return {from.at("outcome").parsed(outcome_from, "an outcome"),
          from.text("title"),
          from.at("witness").parsed(Witnesses::parse, "witnesses"),
          from.text("expected"),
          from.text("seen"),
          from.text_or_empty("cause")};
}

Played played_from(const JsonPlace& from) {
  Played played;
  played.error = errno_at(from.at("error"));
  played.observed = from.text("observed");
  played.timed_out = from.get<bool>("timed_out");
  played.data = from.maybe_bytes("data");
  played.ended = from.maybe<bool>("ended").value_or(false);
  played.value = from.maybe<std::int64_t>("value");
  played.exit = from.maybe<int>("exit");
  return played;
}

StepRecord step_from(const JsonPlace& from) {
  StepRecord step;
  step.index = from.get<std::size_t>("index");
  step.verb = from.text_or_empty("verb");
  if (const auto word = from.find("class"))
    step.step_class = word->parsed(step_class_from, "a class of steps");
  if (from.find("hosts")) step.hosts = from.list("hosts", name_at);
  step.text = from.text("text");
  step.subject = from.text_or_empty("subject");
  step.note = from.text("note");
  step.line = from.get<int>("line");
  step.begin = from.get<Timestamp>("begin");
  step.end = from.get<Timestamp>("end");
  step.played = played_from(from);
  step.snapshots = from.list("snapshots", snapshot_from);
  step.lookups = from.list("lookups", lookup_from);
  if (const auto info = from.find("info")) step.info = tcp_info_from(*info);
  step.checks = from.list("checks", check_from);
  step.skipped = from.text_or_empty("skipped");
  return step;
}

// The addresses of the links, and behind them those that have a name.
HostRecord host_from(const JsonPlace& from) {
  HostRecord host;
  host.name = name_in(from, "name");
  host.netns_inode = from.get<std::uint64_t>("netns_inode");
  for (const JsonPlace& each : from.at("addresses").items()) {
    const std::string device = name_in(each, "device");
    const Address address = each.at("address").parsed(Address::parse, "an IP address");
    if (each.find("name"))
      host.extra_addresses.push_back({name_in(each, "name"), device, address});
    else
      host.addresses.emplace_back(device, address);
  }
  return host;
}

std::pair<std::string, std::string> link_from(const JsonPlace& from) {
  const auto ends = from.items();
  if (ends.size() != 2) from.refuse("must be the two ends of a link");
  return {name_at(ends[0]), name_at(ends[1])};
}

SocketRecord socket_from(const JsonPlace& from) {
  return {name_in(from, "name"), name_in(from, "host"), from.get<std::uint64_t>("cookie"),
          from.get<std::uint64_t>("inode")};
}

ProgramRecord program_from(const JsonPlace& from) {
  auto output = from.maybe_bytes("output");
  if (!output) from.refuse("has neither \"output\" nor \"output_hex\"");
  return {name_in(from, "name"), name_in(from, "host"),        from.text("command"),
          *std::move(output),    from.get<bool>("output_cut"), from.maybe<int>("exit")};
}

}  // namespace

std::optional<Outcome> outcome_from(std::string_view word) {
  for (const Outcome outcome : {Outcome::pass, Outcome::fail, Outcome::not_observed})
    if (word == to_string(outcome)) return outcome;
  return std::nullopt;
}

Family family_at(const JsonPlace& from) {
  const std::string word = from.as<std::string>();
  if (word != "ipv4" && word != "ipv6") from.refuse("must be \"ipv4\" or \"ipv6\"");
  return word == "ipv4" ? Family::inet : Family::inet6;
}

Timeline timeline_from(const JsonPlace& from) {
  Timeline timeline;
  timeline.scenario = name_or_empty_at(from.at("scenario"));
  timeline.title = from.text("title");
  timeline.rule = from.text("rule");
  timeline.file = from.text("file");
  timeline.variant = name_or_empty_at(from.at("variant"));
  timeline.family = family_at(from.at("family"));
  timeline.kernel = from.text("kernel");
  timeline.module = from.text("module");
  timeline.hold_mechanism = from.text("hold_mechanism");
  timeline.hosts = from.list("hosts", host_from);
  timeline.links = from.list("links", link_from);
  timeline.sockets = from.list("sockets", socket_from);
  timeline.programs = from.list("programs", program_from);
  if (const auto values = from.find("values"))
    for (const auto& [name, value] : values->members())
      timeline.values.emplace(name, value.as<std::int64_t>());
  timeline.steps = from.list("steps", step_from);
  timeline.packets = from.list("packets", packet_from);
  timeline.packets_lost = from.get<bool>("packets_lost");
  timeline.trace = from.list("trace", trace_event_from);
  timeline.trace_lost = from.get<std::uint64_t>("trace_lost");
  timeline.trace_missed = from.get<std::uint64_t>("trace_missed");
  timeline.no_trace = from.text_or_empty("no_trace");
  for (const auto& [function, why] : from.at("trace_blind").members())
    timeline.trace_blind.emplace(function, why.as<std::string>());
  timeline.aborted = from.text("aborted");
  if (from.find("unexpected"))
    timeline.unexpected =
        from.list("unexpected", [](const JsonPlace& each) { return each.as<std::string>(); });
  timeline.begin = from.get<Timestamp>("begin");
  timeline.end = from.get<Timestamp>("end");
  return timeline;
}

void from_json(const nlohmann::json& from, Timeline& timeline) {
  timeline = timeline_from(JsonPlace(from));
}

}  // namespace lab
