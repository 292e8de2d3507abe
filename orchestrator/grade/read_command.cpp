// SPDX-License-Identifier: MIT
#include "grade/read_command.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/error.hpp"
#include "util/path_component.hpp"
#include "util/regular_file.hpp"
#include "util/text.hpp"

namespace lab::grade {

using yaml::Problem;
using yaml::YamlNode;

std::string inner_path(const YamlNode& node, std::string_view what) {
  const std::string path = yaml::text_of(node, what);
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = path.find('/', begin);
    if (!is_path_component(path.substr(begin, end - begin)))
      throw Problem(node.at, fmt::format("{} is {}; write a path inside the folder, without \"..\" "
                                         "and hidden names, such as public/echo.yaml",
                                         what, in_quotes(path)));
    if (end == std::string::npos) return path;
    begin = end + 1;
  }
}

std::optional<Command> command_of(const yaml::Fields& fields, const std::string& check) {
  const YamlNode* run = fields.find("run");
  if (!run) {
    for (const char* key : {"files", "status", "judge"})
      if (const YamlNode* node = fields.find(key))
        throw Problem(node->at, fmt::format("check {} has {}: and no run:; remove it, or write "
                                            "run: insmod $submission/own.ko",
                                            check, key));
    return std::nullopt;
  }
  Command command;
  command.run = yaml::text_of(*run, "run");
  if (const YamlNode* files = fields.find("files"))
    for (const YamlNode* each : yaml::one_or_list(*files, "files"))
      command.files.push_back(inner_path(*each, "a file"));
  if (const YamlNode* status = fields.find("status"))
    command.status = static_cast<int>(yaml::integer_of(*status, "status", 0, 255));
  if (const YamlNode* judge = fields.find("judge")) command.judge = yaml::text_of(*judge, "judge");
  return command;
}

void require_files(const Assignment& assignment, const RubricCheck& check,
                   const yaml::Position& at) {
  for (const std::string& file : check.command->files) {
    try {
      RegularFile(assignment.folder + "/" + file);
    } catch (const std::runtime_error& error) {
      throw Problem(at, fmt::format("a file of check {}: {}", check.name, error.what()));
    }
  }
}

}  // namespace lab::grade
