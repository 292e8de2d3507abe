// SPDX-License-Identifier: MIT
#include "parser/parser.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "language/parse_parts.hpp"
#include "language/types.hpp"
#include "language/verbs.hpp"
#include "parser/parse_parts.hpp"
#include "parser/translation.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::parser {

using language::duration;
using language::family;
using language::list;
using language::new_name;
using language::option_bytes;
using language::Schema;
using language::text;
using scenario::Exec;
using scenario::Inject;
using scenario::Link;
using scenario::too_long_words;

namespace {

using nlohmann::json;

Type<std::vector<Family>> families() {
  auto type = list(family(), true);
  const auto read = type.read;
  type.read = [read](const YamlNode& node, std::string_view what, Names& names) {
    const auto families = read(node, what, names);
    const auto items = one_or_list(node, what);
    if (families.size() > 1 && families[0] == families[1])
      throw Problem(items[1]->at, fmt::format("{} occurs twice; keep one", items[1]->text));
    return families;
  };
  return type;
}

// Names equal file stems, so that a scenario can be found without opening every file.
void require_file_stem(const YamlNode& name, const std::string& file_name) {
  const std::string stem = std::filesystem::path(file_name).stem();
  if (name.text != stem)
    throw Problem(name.at, fmt::format("name is \"{}\" but the file is \"{}\"; rename one of them",
                                       name.text, stem));
}

// A reference to a schema that is defined once.
Schema ref_to(const std::string& name) {
  return [name]() -> json { return {{"$ref", "#/$defs/" + name}}; };
}

// The top level of the file. Topology, needs and steps are parsed elsewhere.
const MapType<Scenario>& scenario_map() {
  const Type<std::string> values{"a map",
                                 []() -> json {
                                   return {{"type", {"object", "null"}}};
                                 },
                                 {}};
  const Type<std::string> steps{"a list of steps", ref_to("steps"), {}};
  const Type<std::string> topology{"a map, see below", ref_to("topology"), {}};
  const Type<std::string> needs{"a map or a list of maps, see below", ref_to("needs"), {}};
  static const auto type =
      MapType<Scenario>("a scenario", "One file that shows one phenomenon.")
          .need("name", new_name("name"), &Scenario::name, "simopen",
                "the name for `orchestrator run`; the file must be NAME.yaml")
          .need("title", text(), &Scenario::title, "One line", "one line")
          .may("summary", text(), &Scenario::summary, "A paragraph", "a paragraph")
          .may("rule", text(), &Scenario::rule, "\"RFC 9293, section 3.5\"",
               "the RFC section and the kernel functions that it shows")
          .may("families", families(), &Scenario::families, "[ipv4, ipv6]", "default: both")
          .may("deadline", duration(), &Scenario::deadline, "5s",
               "for each wait: `1ms` to `600s`; default: `5s`")
          .declare("parameters", false, values, "{port: 8888}",
                   "names and values; `${port}` is replaced by the value, and `--set port=9000` "
                   "changes it")
          .declare("variants", false, values, "{low: {port: 1}, high: {port: 65535}}",
                   "names, and the parameters that each sets; each is run separately")
          .declare("needs", false, needs, "{kernel: \">=6.8\", because: \"...\"}",
                   "what the kernel must have, else the scenario is skipped")
          .declare(
              "translations", false, values, "{zh: {title: ..., notes: [...]}}",
              "the texts in Chinese: `title`, `summary`, `comment` (for the one at the head of "
              "the file) and `notes` (one for each step's, in order)")
          .declare("topology", true, topology, "{hosts: ...}", "hosts and links")
          .declare("steps", true, steps, "[...]", "at least one");
  return type;
}

// A packet that no link of its host can carry, in any family of the scenario. Those that only one
// family cannot carry are refused when they are sent, and so are all if a command may have changed
// an MTU before.
void require_mtus(const Scenario& scenario) {
  constexpr std::size_t ipv4_header = 20, ipv6_header = 40, tcp_header = 20;
  constexpr int usual_mtu = 1500;
  const bool ipv4 = std::ranges::find(scenario.families, Family::inet) != scenario.families.end();
  for (const Step& step : scenario.steps) {
    if (const auto* exec = std::get_if<Exec>(&step.action); exec && exec->root) return;
    const auto* inject = std::get_if<Inject>(&step.action);
    if (!inject || !inject->segment || inject->part > 0) continue;
    const std::size_t bytes = (ipv4 ? ipv4_header : ipv6_header) + tcp_header +
                              option_bytes(*inject->segment) + inject->data.size();
    int mtu = 0;
    std::string device;
    for (const Link& link : scenario.links)
      for (const Link::End& end : link.ends) {
        const bool may_leave =
            end.host == inject->host && (inject->device.empty() || inject->device == end.device);
        const int here = link.mtu > 0 ? link.mtu : usual_mtu;
        if (!may_leave || here <= mtu) continue;
        mtu = here;
        device = end.device;
      }
    if (mtu == 0 || bytes <= static_cast<std::size_t>(mtu)) continue;
    throw Problem(inject->segment->at, too_long_words(bytes, inject->host, device, mtu));
  }
}

Scenario parse_document(const YamlNode& file, const std::string& file_name,
                        const Reading& reading) {
  if (file.kind != YamlNode::Kind::map)
    throw Problem({1, 1}, "a scenario is a map; write name:, title:, topology: and steps:");
  scenario_map().fields(file);  // report a misspelt key before a missing one
  const Expanded expanded = expand(file, reading);
  Names none;
  Scenario scenario = scenario_map().read(expanded.root, none);
  const Fields fields = scenario_map().fields(expanded.root);
  require_file_stem(fields.need("name"), file_name);
  scenario.file = file_name;
  if (scenario.families.empty()) scenario.families = {Family::inet, Family::inet6};
  scenario.parameters = expanded.parameters;
  scenario.variants = expanded.variants;
  scenario.variant = expanded.variant;
  if (const YamlNode* needs = fields.find("needs")) {
    if (needs->kind == YamlNode::Kind::sequence)
      for (const YamlNode& need : needs->items) scenario.needs.push_back(parse_need(need, none));
    else
      scenario.needs.push_back(parse_need(*needs, none));
  }
  if (const YamlNode* translations = fields.find("translations"))
    check_translations(*translations, file);
  parse_topology(fields.need("topology"), scenario);

  const YamlNode& steps = fields.need("steps");
  Names names(scenario.hosts, scenario.links);
  for (const YamlNode& step : list_of(steps, "steps"))
    if (auto parsed = parse_step(step, scenario, names))
      scenario.steps.push_back(std::move(*parsed));
  if (scenario.steps.empty())
    throw Problem(steps.at, "a scenario has at least one step; write one under steps:");
  require_mtus(scenario);
  return scenario;
}

// A loop is replaced by its steps, once for each value.
struct Loop {};
const MapType<Loop>& loop_map() {
  static const auto type =
      MapType<Loop>("for",
                    "Replaces a step by a list of steps, repeated once for each value. In "
                    "them, `${NAME}` is replaced by the value.")
          .declare("name", true, new_name("loop"), "port", "a new name")
          .declare("in", true, list(text()), "[1, 65535]", "its values")
          .declare("steps", true, Type<std::string>{"a list of steps", ref_to("steps"), {}},
                   "[...]", "the steps");
  return type;
}

}  // namespace

const std::vector<Key>& scenario_keys() { return scenario_map().keys(); }
const std::vector<Key>& loop_keys() { return loop_map().keys(); }

Scenario parse(std::string_view text, const std::string& file_name, const Reading& reading) {
  try {
    return parse_document(yaml::read_yaml(text), file_name, reading);
  } catch (const Problem& problem) {
    throw UsageError(
        fmt::format("{}:{}:{}: {}", file_name, problem.at.line, problem.at.column, problem.what()));
  }
}

Scenario load(const std::string& path, const Reading& reading) {
  // Check before opening: a pipe would block and /dev/zero would never end.
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status))
    throw UsageError(fmt::format("{}: there is no such file", path));
  if (!std::filesystem::is_regular_file(status))
    throw UsageError(fmt::format("{}: not a regular file; name a scenario's .yaml file", path));
  const auto size = std::filesystem::file_size(path, error);
  if (error || size > yaml::largest_text)
    throw UsageError(fmt::format("{}:1:1: the file has {} bytes; a scenario has at most {}", path,
                                 size, yaml::largest_text));
  try {
    return parse(read_file(path), path, reading);
  } catch (const SystemError& failure) {
    throw UsageError(fmt::format("{}: cannot be read: {}", path, failure.what()));
  }
}

}  // namespace lab::parser
