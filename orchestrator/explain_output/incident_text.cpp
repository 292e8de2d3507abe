// SPDX-License-Identifier: MIT
#include "explain_output/incident_text.hpp"

#include <fmt/format.h>

#include <ctime>
#include <nlohmann/json.hpp>

#include "draw/page.hpp"
#include "stored/stored.hpp"
#include "util/error.hpp"

namespace lab::explain_output {
namespace {

using draw::Ink;
using draw::Line;
using draw::Page;
using draw::print_hanging;

constexpr std::size_t kind_at = 17, words_at = 33;

const char* in_words(Incident::Kind kind) {
  switch (kind) {
    case Incident::Kind::reset_sent:
      return "RST sent";
    case Incident::Kind::reset_received:
      return "RST received";
    case Incident::Kind::connect_failed:
      return "connect failed";
  }
  return "?";
}

// As the segment goes, or as the connect() wanted to.
std::string direction(const Incident& incident) {
  const bool inwards = incident.kind == Incident::Kind::reset_received;
  return inwards ? fmt::format("{} > {}", incident.remote.str(), incident.local.str())
                 : fmt::format("{} > {}", incident.local.str(), incident.remote.str());
}

std::string what_happened(const Incident& incident) {
  std::string text;
  if (incident.error) text += errno_name(incident.error) + ": ";
  text += incident.what;
  if (!incident.reason.empty()) text += fmt::format(" ({})", incident.reason);
  return text;
}

}  // namespace

std::string clock_time(Timestamp time) {
  constexpr Timestamp second = 1'000'000'000;
  const std::time_t seconds = time / second;
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:02}:{:02}:{:02}.{:06}", parts.tm_hour, parts.tm_min, parts.tm_sec,
                     time % second / 1000);
}

void print_text(const ExplainedIncident& explained, std::ostream& out, const draw::Style& style) {
  Page page(out, style);
  const ObservedIncident& observed = explained.observed;
  const Incident& incident = observed.incident;
  Line()
      .add(clock_time(incident.time), Ink::faint)
      .to(kind_at)
      .add(in_words(incident.kind), Ink::bad)
      .to(words_at)
      .add(direction(incident), Ink::strong)
      .print(page);
  const auto line = [&](std::string_view label, const std::string& text, Ink ink = Ink::plain) {
    if (!text.empty()) print_hanging(page, kind_at, label, words_at, text, ink);
  };
  line("", what_happened(incident));
  if (explained.conclusion) {
    line(explained.conclusion->cause, explained.conclusion->summary, Ink::strong);
    line("", explained.conclusion->remedy, Ink::accent);
    for (const std::string& command : explained.conclusion->commands)
      Line().to(words_at).add(command, Ink::accent).print(page);
  }
  line("here", observed.local_process);
  line("other end", observed.remote_process);
  out.flush();
}

nlohmann::json to_json(const ExplainedIncident& explained) {
  const ObservedIncident& observed = explained.observed;
  const Incident& incident = observed.incident;
  nlohmann::json object = {{"time", incident.time},         {"kind", to_string(incident.kind)},
                           {"local", incident.local.str()}, {"remote", incident.remote.str()},
                           {"what", incident.what},         {"witness", observed.witness}};
  const auto put = [&object](const char* name, const std::string& text) {
    if (!text.empty()) object[name] = text;
  };
  if (incident.answers) object["answers"] = incident.answers->str();
  if (incident.state) object["state"] = to_string(*incident.state);
  if (incident.cookie) object["cookie"] = *incident.cookie;
  if (incident.error) object["error"] = errno_name(incident.error);
  put("reason", incident.reason);
  put("local_process", observed.local_process);
  put("remote_process", observed.remote_process);
  if (explained.conclusion) {
    object["cause"] = explained.conclusion->cause;
    object["summary"] = explained.conclusion->summary;
    put("remedy", explained.conclusion->remedy);
    if (!explained.conclusion->commands.empty())
      object["commands"] = explained.conclusion->commands;
  }
  return object;
}

}  // namespace lab::explain_output
