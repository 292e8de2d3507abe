// SPDX-License-Identifier: MIT
#include "language/step_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "language/verbs.hpp"
#include "util/error.hpp"

namespace lab::language {

using scenario::Action;
using scenario::any_errno;
using scenario::Exec;
using scenario::Scenario;
using scenario::Step;

namespace {

// Indexed by the alternative of Action. An entry is missing only if verb_groups() lacks a
// group.
std::vector<const Verb*> verbs_by_alternative() {
  std::vector<const Verb*> verbs(std::variant_size_v<Action>);
  static const VerbGroup scripts = script_verbs();
  for (const Verb& verb : scripts.verbs) verbs[verb.alternative] = &verb;
  for (const VerbGroup& group : verb_groups())
    for (const Verb& verb : group.verbs) verbs[verb.alternative] = &verb;
  if (std::ranges::find(verbs, nullptr) != verbs.end())
    throw std::logic_error("verb_groups() lacks a group of verbs");
  return verbs;
}

const Verb& definition_of(const Action& action) {
  static const std::vector<const Verb*> verbs = verbs_by_alternative();
  return *verbs[action.index()];
}

std::string host_of_program(const Scenario& scenario, const std::string& program) {
  for (const Step& step : scenario.steps)
    if (const auto* exec = std::get_if<Exec>(&step.action); exec && exec->name == program)
      return exec->host;
  return "";
}

}  // namespace

const std::vector<VerbGroup>& verb_groups() {
  static const std::vector<VerbGroup> groups = {socket_verbs(), host_verbs(), packet_verbs(),
                                                program_verbs(), look_verbs()};
  return groups;
}

std::string_view verb_of(const Action& action) { return definition_of(action).name; }

StepClass class_of(const Action& action) { return definition_of(action).step_class; }

StepWords words_of(const Action& action) { return definition_of(action).words(action); }

std::string describe(const Action& action) {
  const StepWords words = words_of(action);
  return words.subject + words.expectation;
}

std::vector<std::string> hosts_of(const Scenario& scenario, const Action& action) {
  const StepNames names = definition_of(action).names(action);
  std::vector<std::string> hosts;
  const auto add = [&hosts](const std::string& host) {
    if (!host.empty() && std::ranges::find(hosts, host) == hosts.end()) hosts.push_back(host);
  };
  for (const std::string& host : names.hosts) add(host);
  for (const std::string& socket : names.sockets) add(host_of(scenario, socket));
  for (const std::string& program : names.programs) add(host_of_program(scenario, program));
  return hosts;
}

std::optional<Call> call_of(const Action& action, const Played& played) {
  const Verb& verb = definition_of(action);
  if (!verb.call) return std::nullopt;
  return verb.call(action, played);
}

std::string expecting(int error) {
  if (error == any_errno) return ", expecting an errno";
  return error == 0 ? "" : fmt::format(", expecting {}", errno_name(error));
}

std::string in_quotes(const std::string& data) {
  constexpr std::size_t longest = 40;
  if (data.size() > longest && data.find_first_not_of(data[0]) == std::string::npos)
    return fmt::format("{} bytes", data.size());
  std::string shown;
  for (const char c : data.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7F)
      shown += fmt::format("\\x{:02x}", byte);
    else
      shown += c;
  }
  if (data.size() <= longest) return fmt::format("\"{}\"", shown);
  return fmt::format("\"{}...\" ({} bytes)", shown, data.size());
}

}  // namespace lab::language
