// SPDX-License-Identifier: MIT
//
// Reads rubric.yaml. A mistake is reported with its place, as in a scenario.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <span>

#include "grade/assignment.hpp"
#include "grade/fingerprint.hpp"
#include "grade/read_command.hpp"
#include "run/find_program.hpp"
#include "util/error.hpp"
#include "util/regular_file.hpp"
#include "util/text.hpp"
#include "yaml/fields.hpp"

namespace lab::grade {
namespace {

using predict::Question;
using yaml::Problem;
using yaml::YamlNode;

Points points_of(const YamlNode& node) {
  const auto points = node.kind == YamlNode::Kind::scalar ? points_from(node.text) : std::nullopt;
  if (!points)
    throw Problem(node.at, fmt::format("points is {}; write a number with at most two decimals, "
                                       "from 0 to {}, such as 2.5",
                                       in_quotes(node.text), to_string(most_points)));
  return *points;
}

// "4MB": decimal, as students see sizes.
std::uint64_t size_of(const YamlNode& node) {
  const std::string text = yaml::text_of(node, "size");
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto number = to_integer<std::uint64_t>(std::string_view(text).substr(0, digits));
  const std::string unit = digits == std::string::npos ? "" : text.substr(digits);
  const std::uint64_t factor = unit == "kB" ? 1000 : unit == "MB" ? 1'000'000 : 0;
  constexpr std::uint64_t most = 100'000'000;
  if (!number || factor == 0 || *number == 0 || *number > most / factor)
    throw Problem(node.at,
                  fmt::format("size is {}; write 1kB to 100MB, such as 4MB", in_quotes(text)));
  return *number * factor;
}

std::vector<std::string> choices_of(const YamlNode& node) {
  std::vector<std::string> choices;
  for (const YamlNode& item : yaml::list_of(node, "one_of")) {
    choices.push_back(yaml::text_of(item, "an item of one_of"));
    if (std::ranges::count(choices, choices.back()) > 1)
      throw Problem(item.at, fmt::format("{} occurs twice; keep one", choices.back()));
  }
  if (choices.size() < 2)
    throw Problem(node.at, "one_of has fewer than two items; write at least two");
  return choices;
}

ExpectedFile file_of(const YamlNode& node) {
  static const yaml::Fields::Known known{
      {"path", "server", true}, {"kind", "program"}, {"optional", "true"}};
  const yaml::Fields fields(node, "a file", known);
  ExpectedFile file;
  file.path = inner_path(fields.need("path"), "path");
  if (const YamlNode* kind = fields.find("kind")) {
    using Kind = ExpectedFile::Kind;
    static const std::map<std::string, Kind> kinds{{"data", Kind::data},
                                                   {"program", Kind::program},
                                                   {"answers", Kind::answers},
                                                   {"scenario", Kind::scenario},
                                                   {"module", Kind::module}};
    file.kind = kinds.at(
        yaml::choice_of(*kind, "kind", {"data", "program", "answers", "scenario", "module"}));
  }
  if (const YamlNode* optional = fields.find("optional"))
    file.optional = yaml::bool_of(*optional, "optional");
  return file;
}

std::vector<ExpectedFile> files_of(const YamlNode& node) {
  std::vector<ExpectedFile> files;
  bool answers = false;
  for (const YamlNode& item : yaml::list_of(node, "files")) {
    const ExpectedFile file = file_of(item);
    if (std::ranges::find(files, file.path, &ExpectedFile::path) != files.end())
      throw Problem(item.at, fmt::format("{} occurs twice; keep one", file.path));
    const bool is_answers = file.kind == ExpectedFile::Kind::answers;
    if (is_answers && answers)
      throw Problem(item.at, "there is a second file of kind answers; keep one");
    answers |= is_answers;
    files.push_back(file);
  }
  if (files.empty()) throw Problem(node.at, "files is empty; write files: [{path: server}]");
  return files;
}

Limits limits_of(const YamlNode& node) {
  static const yaml::Fields::Known known{{"time", "20s"}, {"size", "16MB"}};
  const yaml::Fields fields(node, "limits", known);
  Limits limits;
  if (const YamlNode* time = fields.find("time")) limits.time = yaml::duration_of(*time, "time");
  if (const YamlNode* size = fields.find("size")) limits.size = size_of(*size);
  return limits;
}

Drawn drawn_of(const std::string& name, const YamlNode& node) {
  static const yaml::Fields::Known known{
      {"from", "20000"}, {"to", "29999"}, {"one_of", "[left, right]"}};
  const yaml::Fields fields(node, "a drawn parameter", known);
  Drawn drawn;
  drawn.name = name;
  const YamlNode *from = fields.find("from"), *to = fields.find("to"),
                 *one_of = fields.find("one_of");
  if (one_of && !from && !to) {
    drawn.one_of = choices_of(*one_of);
    return drawn;
  }
  if (!from || !to || one_of)
    throw Problem(node.at, fmt::format("parameter {} needs from: and to:, or one_of: alone; write "
                                       "{{from: 20000, to: 29999}} or {{one_of: [left, right]}}",
                                       name));
  constexpr std::int64_t most = 1'000'000'000;
  drawn.from = yaml::integer_of(*from, "from", -most, most);
  drawn.to = yaml::integer_of(*to, "to", drawn.from, most);
  return drawn;
}

void require_map(const YamlNode& node, std::string_view what, std::string_view example) {
  if (node.kind != YamlNode::Kind::map || node.entries.empty())
    throw Problem(node.at, fmt::format("{} must be a map; write {}", what, example));
}

std::vector<Drawn> parameters_of(const YamlNode& node) {
  require_map(node, "parameters", "{port: {from: 20000, to: 29999}}");
  std::vector<Drawn> all;
  for (const yaml::YamlEntry& entry : node.entries) {
    if (entry.key == "submission")
      throw Problem(entry.at,
                    "submission is the folder of the submission's files; choose another name");
    all.push_back(drawn_of(entry.key, entry.value));
  }
  return all;
}

std::vector<Question> questions_of(const YamlNode& node) {
  require_map(node, "questions", "{state: {text: \"Which state?\", one_of: [LISTEN, CLOSED]}}");
  static const yaml::Fields::Known known{
      {"text", "\"Which state does the server's socket have?\"", true},
      {"one_of", "[LISTEN, CLOSED]", true}};
  std::vector<Question> all;
  for (const yaml::YamlEntry& entry : node.entries) {
    const yaml::Fields fields(entry.value, "a question", known);
    all.push_back(
        {entry.key, yaml::text_of(fields.need("text"), "text"), choices_of(fields.need("one_of"))});
  }
  return all;
}

std::vector<Part> parts_of(const YamlNode& node) {
  require_map(node, "parts", "{\"the client is accepted\": 2}");
  std::vector<Part> parts;
  for (const yaml::YamlEntry& entry : node.entries)
    parts.push_back({entry.key, points_of(entry.value)});
  return parts;
}

RubricCheck check_of(const YamlNode& node) {
  static const yaml::Fields::Known known{{"name", "echoes", true},
                                         {"title", "\"It sends back what it receives\"", true},
                                         {"scenario", "public/echo.yaml"},
                                         {"run", "\"insmod $submission/own.ko\""},
                                         {"files", "[public/connections.yaml]"},
                                         {"status", "0"},
                                         {"judge", "\"grep -q LISTEN\""},
                                         {"needs", "passes"},
                                         {"points", "4"},
                                         {"parts", "{\"the client is accepted\": 2}"},
                                         {"visibility", "public"},
                                         {"hint", "\"What does recv(2) return at the end?\""}};
  const yaml::Fields fields(node, "a check", known);
  RubricCheck check;
  check.name = yaml::name_of(fields.need("name"), "check");
  check.title = yaml::text_of(fields.need("title"), "title");
  check.command = command_of(fields, check.name);
  const YamlNode* scenario = fields.find("scenario");
  if (!scenario == !check.command)
    throw Problem(node.at, fmt::format("check {} needs scenario: or run:, not both; write "
                                       "scenario: public/echo.yaml",
                                       check.name));
  if (scenario) check.scenario = inner_path(*scenario, "scenario");
  if (const YamlNode* needs = fields.find("needs")) check.needs = yaml::name_of(*needs, "check");
  if (const YamlNode* word = fields.find("visibility"))
    check.hidden = yaml::choice_of(*word, "visibility", {"public", "hidden"}) == "hidden";
  if (const YamlNode* hint = fields.find("hint")) check.hint = yaml::text_of(*hint, "hint");
  const YamlNode *points = fields.find("points"), *parts = fields.find("parts");
  if (!points == !parts)
    throw Problem(node.at, fmt::format("check {} needs points: or parts:, not both; write "
                                       "points: 4, or parts: {{\"the note of a step\": 2}}",
                                       check.name));
  if (points) check.points = points_of(*points);
  if (parts && check.command)
    throw Problem(parts->at, fmt::format("check {} is a command, which has no steps; write points: "
                                         "4 instead of parts:",
                                         check.name));
  if (parts) check.parts = parts_of(*parts);
  for (const Part& part : check.parts) check.points += part.points;
  return check;
}

using Values = std::map<std::string, std::string>;

std::vector<play::Play> read_scenario(const Assignment& assignment, const RubricCheck& check,
                                      const yaml::Position& at, const Values& values,
                                      const std::string& with) {
  try {
    return plays_of(assignment, check, values);
  } catch (const UsageError& mistake) {
    throw Problem(at, fmt::format("the scenario of check {} cannot be read{}; correct it:\n{}",
                                  check.name, with, mistake.what()));
  }
}

// Each part names one step of each run.
void require_parts(const RubricCheck& check, const scenario::Scenario& scenario,
                   const yaml::Position& at) {
  for (const Part& part : check.parts) {
    const auto steps = std::ranges::count(scenario.steps, part.step, &scenario::Step::note);
    if (steps != 1)
      throw Problem(at, fmt::format("{} steps of {} have the note {}; give exactly one step this "
                                    "note:",
                                    steps == 0 ? "no" : std::to_string(steps), check.scenario,
                                    in_quotes(part.step)));
  }
}

// Also a shell, or another program that runs the one that its arguments or its input name.
void refuse_root(const RubricCheck& check, const scenario::Scenario& scenario,
                 const yaml::Position& at) {
  const auto is_submitted = [](const std::string& word) {
    return word.find(submission_folder) != std::string::npos;
  };
  for (const scenario::Step& step : scenario.steps)
    if (const auto* exec = std::get_if<scenario::Exec>(&step.action);
        exec && exec->root &&
        (std::ranges::any_of(exec->run, is_submitted) || is_submitted(exec->input)))
      throw Problem(at, fmt::format("{}:{} names the submission with root: true; remove that, "
                                    "because its program could read the scenario",
                                    check.scenario, step.at.line));
}

// The values that a parameter or a question may give to a scenario: of a range, its two ends.
std::vector<std::pair<std::string, std::string>> possible_values(const Assignment& assignment) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const Drawn& drawn : assignment.parameters) {
    for (const std::string& value : drawn.one_of) all.emplace_back(drawn.name, value);
    if (!drawn.one_of.empty()) continue;
    for (const std::int64_t value : {drawn.from, drawn.to})
      all.emplace_back(drawn.name, std::to_string(value));
  }
  for (const Question& question : assignment.questions)
    for (const std::string& value : question.one_of) all.emplace_back(question.name, value);
  return all;
}

// The scenario exists, can be read with each value that it may get, and fits the check.
void require_scenario(const Assignment& assignment, const RubricCheck& check,
                      const yaml::Position& at) {
  if (check.command) return require_files(assignment, check, at);
  Values values = grade::parameters_of(assignment, "");
  for (const Question& question : assignment.questions)
    values[question.name] = question.one_of.front();
  const auto plays = read_scenario(assignment, check, at, values, "");
  for (const play::Play& play : plays) {
    require_parts(check, *play.scenario, at);
    refuse_root(check, *play.scenario, at);
  }
  for (const auto& [name, value] : possible_values(assignment)) {
    if (!plays.front().scenario->parameters.contains(name)) continue;
    Values with = values;
    with[name] = value;
    read_scenario(assignment, check, at, with, fmt::format(" with {}: {}", name, value));
  }
}

// A public check must not fail for a reason that its student cannot see.
void require_earlier(const RubricCheck& check, std::span<const RubricCheck> before,
                     const yaml::Position& at) {
  if (check.needs.empty()) return;
  const auto needed = std::ranges::find(before, check.needs, &RubricCheck::name);
  if (needed == before.end())
    throw Problem(at, fmt::format("check {} needs {}, and no check before it has this name; name "
                                  "one that has, or move it up",
                                  check.name, check.needs));
  if (needed->hidden && !check.hidden)
    throw Problem(at, fmt::format("check {} is public and needs {}, which is hidden; hide both, or "
                                  "neither",
                                  check.name, check.needs));
}

// A scenario's name identifies its runs.
void require_different_scenarios(const std::vector<RubricCheck>& checks, const YamlNode& node) {
  std::set<std::string> names, stems;
  for (std::size_t index = 0; index < checks.size(); ++index) {
    const RubricCheck& check = checks[index];
    const yaml::Position at = node.items[index].at;
    if (!names.insert(check.name).second)
      throw Problem(at, fmt::format("there are two checks {}; rename one", check.name));
    require_earlier(check, std::span(checks).first(index), at);
    if (check.command) continue;
    const std::string stem = std::filesystem::path(check.scenario).stem();
    if (!stems.insert(stem).second)
      throw Problem(at, fmt::format("there are two checks with a scenario {}; rename one, or give "
                                    "one check two parts",
                                    stem));
  }
}

// Every name that is given a value is a parameter of some scenario.
void require_used(const Assignment& assignment, const yaml::Fields& fields) {
  std::set<std::string> used;
  for (const RubricCheck& check : assignment.checks) {
    if (check.command) {
      for (const Drawn& drawn : assignment.parameters)
        if (check.command->run.find(drawn.name) != std::string::npos ||
            check.command->judge.find(drawn.name) != std::string::npos)
          used.insert(drawn.name);
      continue;
    }
    for (const auto& [name, value] :
         parser::load(assignment.folder + "/" + check.scenario).parameters)
      used.insert(name);
  }
  for (const char* key : {"parameters", "questions"})
    if (const YamlNode* map = fields.find(key))
      for (const yaml::YamlEntry& entry : map->entries)
        if (!used.contains(entry.key))
          throw Problem(entry.at, fmt::format("no scenario has a parameter {}; add it to one, or "
                                              "remove it here",
                                              entry.key));
}

Assignment read_document(const YamlNode& root, const std::string& folder, Which which) {
  static const yaml::Fields::Known known{{"name", "hw1", true},
                                         {"title", "\"Homework 1\"", true},
                                         {"files", "[{path: server, kind: program}]", true},
                                         {"limits", "{time: 20s}"},
                                         {"seed", "autumn"},
                                         {"parameters", "{port: {from: 20000, to: 29999}}"},
                                         {"questions", "{state: {text: \"...\", one_of: [...]}}"},
                                         {"checks", "[{name: echoes, ...}]", true}};
  const yaml::Fields fields(root, "a rubric", known);
  Assignment assignment;
  assignment.folder = folder;
  assignment.name = yaml::name_of(fields.need("name"), "assignment");
  assignment.title = yaml::text_of(fields.need("title"), "title");
  assignment.files = files_of(fields.need("files"));
  if (const YamlNode* limits = fields.find("limits")) assignment.limits = limits_of(*limits);
  if (const YamlNode* seed = fields.find("seed")) assignment.seed = yaml::text_of(*seed, "seed");
  if (const YamlNode* node = fields.find("parameters"))
    assignment.parameters = parameters_of(*node);
  const bool has_answers = std::ranges::any_of(assignment.files, [](const ExpectedFile& file) {
    return file.kind == ExpectedFile::Kind::answers;
  });
  if (const YamlNode* node = fields.find("questions")) {
    if (!has_answers)
      throw Problem(node->at,
                    "questions need a file with the answers; add {path: answers.yaml, kind: "
                    "answers} to files:");
    assignment.questions = questions_of(*node);
    for (const Question& question : assignment.questions)
      if (std::ranges::find(assignment.parameters, question.name, &Drawn::name) !=
          assignment.parameters.end())
        throw Problem(node->at,
                      fmt::format("{} is a parameter and a question; rename one", question.name));
  }
  const YamlNode& checks = fields.need("checks");
  for (const YamlNode& item : yaml::list_of(checks, "checks"))
    assignment.checks.push_back(check_of(item));
  if (assignment.checks.empty())
    throw Problem(checks.at, "checks is empty; write at least one check");
  require_different_scenarios(assignment.checks, checks);
  const auto is_ignored = [&](const RubricCheck& check) {
    return which == Which::public_checks && check.hidden;
  };
  for (std::size_t index = 0; index < assignment.checks.size(); ++index)
    if (!is_ignored(assignment.checks[index]))
      require_scenario(assignment, assignment.checks[index], checks.items[index].at);
  std::erase_if(assignment.checks, is_ignored);
  if (assignment.checks.empty())
    throw Problem(checks.at, "no check is public; give one of them visibility: public");
  if (which == Which::all_checks) require_used(assignment, fields);
  return assignment;
}

// Its text, and the programs that it names by a path.
void add_check(Fingerprint& fingerprint, const Assignment& assignment, const RubricCheck& check) {
  if (check.command) {
    for (const std::string& file : check.command->files)
      fingerprint.add(read_file(assignment.folder + "/" + file));
    return;
  }
  fingerprint.add(read_file(assignment.folder + "/" + check.scenario));
  for (const play::Play& play : plays_of(assignment, check, grade::parameters_of(assignment, "")))
    for (const scenario::Step& step : play.scenario->steps) {
      const auto* exec = std::get_if<scenario::Exec>(&step.action);
      if (!exec || exec->run.front().find('/') == std::string::npos) continue;
      const std::string program = run::find_program(exec->run.front(), play.scenario->file);
      if (!program.empty() && submitted_file(program).empty()) fingerprint.add(read_file(program));
    }
}

}  // namespace

Assignment load(const std::string& folder, Which which) {
  const std::string path = folder + "/rubric.yaml";
  std::string text;
  try {
    text = RegularFile(path).read(0, yaml::largest_text + 1);
  } catch (const SystemError& error) {
    throw UsageError(
        fmt::format("{}; name a folder that has a rubric.yaml (docs/grading.md)", error.what()));
  }
  try {
    Assignment assignment = read_document(yaml::read_yaml(text), folder, which);
    Fingerprint fingerprint;
    fingerprint.add(text);
    for (const RubricCheck& check : assignment.checks) add_check(fingerprint, assignment, check);
    assignment.fingerprint = fingerprint.text();
    return assignment;
  } catch (const Problem& problem) {
    throw UsageError(
        fmt::format("{}:{}:{}: {}", path, problem.at.line, problem.at.column, problem.what()));
  }
}

}  // namespace lab::grade
