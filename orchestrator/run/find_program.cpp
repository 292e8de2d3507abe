// SPDX-License-Identifier: MIT
#include "run/find_program.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "util/executable.hpp"
#include "util/installation.hpp"
#include "util/path_component.hpp"

namespace lab::run {
namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& word) { return word.find('/') != std::string::npos; }

// An absolute word stays as it is: that is how operator/ works.
std::string beside(const std::string& scenario_file, const std::string& word) {
  return fs::path(scenario_file).parent_path() / word;
}

}  // namespace

bool other_programs_folder() {
  const char* folder = std::getenv("LAB_PROGRAMS");
  return folder && *folder;
}

std::string programs_folder() {
  if (other_programs_folder()) return std::getenv("LAB_PROGRAMS");
  return installed_private().value_or(program_folder()) / "programs";
}

std::string find_program(const std::string& word, const std::string& scenario_file) {
  if (!is_path(word) && !is_path_component(word)) return "";
  const std::string first =
      is_path(word) ? beside(scenario_file, word) : programs_folder() + "/" + word;
  if (is_executable(first)) return first;
  return is_path(word) ? "" : find_in_path(word);
}

std::string no_program(const std::string& word, const std::string& scenario_file) {
  if (is_path(word))
    return fmt::format("there is no program {}, or it is not executable",
                       beside(scenario_file, word));
  return fmt::format("there is no program {} in {} or in PATH", word, programs_folder());
}

}  // namespace lab::run
