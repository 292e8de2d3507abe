// SPDX-License-Identifier: MIT
#include "grade/assignment.hpp"

#include "grade/fingerprint.hpp"
#include "parser/parser.hpp"

namespace lab::grade {

Points Assignment::points() const {
  Points sum;
  for (const RubricCheck& check : checks) sum += check.points;
  return sum;
}

std::string_view submitted_file(std::string_view word) {
  static const std::string prefix = std::string(submission_folder) + "/";
  const std::size_t at = word.find(prefix);
  if (at == std::string_view::npos) return "";
  const std::string_view file = word.substr(at + prefix.size());
  return file.substr(0, file.find_first_of(" \t\n'\";&|<>()"));
}

std::map<std::string, std::string> parameters_of(const Assignment& assignment,
                                                 const std::string& student) {
  std::map<std::string, std::string> values{{"submission", std::string(submission_folder)}};
  for (const Drawn& drawn : assignment.parameters) {
    const std::uint64_t number = Fingerprint()
                                     .add(assignment.name)
                                     .add(assignment.seed)
                                     .add(student)
                                     .add(drawn.name)
                                     .value();
    // The upper half: FNV's lower bits are its weakest.
    const std::uint64_t draw = number >> 32;
    if (drawn.one_of.empty()) {
      const auto count = static_cast<std::uint64_t>(drawn.to - drawn.from) + 1;
      values[drawn.name] = std::to_string(drawn.from + static_cast<std::int64_t>(draw % count));
    } else {
      values[drawn.name] = drawn.one_of[draw % drawn.one_of.size()];
    }
  }
  return values;
}

std::vector<play::Play> plays_of(const Assignment& assignment, const RubricCheck& check,
                                 const std::map<std::string, std::string>& values) {
  if (check.command) return {};
  play::Options options;
  options.parameters = values;
  options.only_known_parameters = true;
  return play::plays_of({assignment.folder + "/" + check.scenario}, options);
}

}  // namespace lab::grade
