// SPDX-License-Identifier: MIT
#include "grade/store.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "grade/fingerprint.hpp"
#include "grade/read_runs.hpp"
#include "json/place.hpp"
#include "json/text.hpp"
#include "util/error.hpp"
#include "util/output_file.hpp"
#include "util/regular_file.hpp"

namespace lab::grade {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_result = 64 << 20;  // bytes
constexpr std::string_view report_ending = ".report.json", result_ending = ".json";
constexpr const char* class_file = "students.txt";  // no result ends so

Graded read_result(const std::string& path) {
  try {
    const nlohmann::json value = nlohmann::json::parse(RegularFile(path).read(0, most_result));
    return graded_from(JsonPlace(value));
  } catch (const nlohmann::json::exception& error) {
    throw UsageError(fmt::format("{}: not a result of `grade --results`; remove it", path));
  } catch (const UsageError& error) {
    throw UsageError(fmt::format("{}: {}", path, error.what()));
  }
}

// Points of different rubrics cannot stand in one table.
void require_same(const Assignment& assignment, const Graded& graded, const std::string& path) {
  if (graded.assignment != assignment.name)
    throw UsageError(fmt::format("{}: a result of {}, and the assignment is {}", path,
                                 graded.assignment, assignment.name));
  const bool same_checks = std::ranges::equal(
      graded.checks, assignment.checks, [](const CheckResult& one, const RubricCheck& other) {
        return one.name == other.name && one.points == other.points;
      });
  if (graded.rubric != assignment.fingerprint || !same_checks)
    throw UsageError(
        fmt::format("{}: graded with another version of {}, of its rubric or a scenario, or with "
                    "another choice of checks (--public); grade {} again",
                    path, assignment.name, graded.student));
}

// The results in a folder, in the order of their names.
std::vector<std::string> results_in(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(result_ending) && !name.ends_with(report_ending) && !name.starts_with('.'))
      paths.push_back(entry.path());
  }
  if (error)
    throw UsageError(fmt::format("{}: {}; name a folder that `grade --results` wrote", folder,
                                 error.message()));
  std::ranges::sort(paths);
  return paths;
}

void add_class_of(const std::string& folder, std::set<std::string>& students) {
  const std::string path = fmt::format("{}/{}", folder, class_file);
  if (!fs::exists(path)) return;
  std::string text = RegularFile(path).read(0, most_result);
  for (std::size_t end = 0; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1))
    students.insert(text.substr(0, end));
}

}  // namespace

void write_file(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file << text;
  if (const int error = file.finish()) throw SystemError("write", path, error);
}

std::string file_stem(const std::string& student) {
  std::string stem;
  for (const char letter : student) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain = std::isalnum(byte) || letter == '_' || letter == '-';
    stem += plain ? std::string(1, letter) : fmt::format("%{:02X}", byte);
  }
  // A name has at most 255 bytes, with its ending.
  constexpr std::size_t longest = 200;
  if (stem.size() <= longest) return stem;
  return stem.substr(0, longest) + "%" + Fingerprint().add(student).text();
}

Store::Store(std::string folder) : folder_(std::move(folder)) {
  try {
    fs::create_directories(folder_);
    // Not finished, so that nothing remains.
    OutputFile(folder_ + "/.try");
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--results {}: {}; name a folder that you may write to", folder_,
                                 error.what()));
  }
}

std::optional<Graded> Store::read(const std::string& student) const try {
  return read_result(fmt::format("{}/{}{}", folder_, file_stem(student), result_ending));
} catch (const std::runtime_error&) {
  return std::nullopt;
}

std::optional<Graded> Store::find(const std::string& student,
                                  const std::string& fingerprint) const {
  std::optional<Graded> graded = read(student);
  if (graded && graded->fingerprint != fingerprint) graded.reset();
  return graded;
}

bool Store::has(const std::string& student, const std::string& rubric) const {
  const std::optional<Graded> graded = read(student);
  return graded && graded->rubric == rubric;
}

// The result last: it says that the report is there.
void Store::put(const Graded& graded, const std::string& report) const {
  const std::string path = fmt::format("{}/{}", folder_, file_stem(graded.student));
  if (report.empty())
    ::unlink((path + std::string(report_ending)).c_str());
  else
    write_file(path + std::string(report_ending), report);
  write_file(path + std::string(result_ending), json_text(graded, 2) + "\n");
}

std::vector<report::Run> Store::runs(const std::string& student) const try {
  const std::string path = fmt::format("{}/{}{}", folder_, file_stem(student), report_ending);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "re"),
                                                             std::fclose);
  if (!file) return {};
  return read_runs(file.get(), path);
} catch (const UsageError&) {
  return {};
}

void Store::put_class(const std::vector<std::string>& students) const {
  std::string text;
  for (const std::string& student : students) text += student + "\n";  // has no line break
  write_file(fmt::format("{}/{}", folder_, class_file), text);
}

std::vector<Graded> merge(const Assignment& assignment, const std::vector<std::string>& folders) {
  std::map<std::string, std::pair<Graded, std::string>> found;  // by student, with the path
  std::set<std::string> students;
  for (const std::string& folder : folders) {
    for (const std::string& path : results_in(folder)) {
      Graded graded = read_result(path);
      require_same(assignment, graded, path);
      const std::string student = graded.student;
      const auto [at, fresh] = found.try_emplace(student, std::move(graded), path);
      if (!fresh)
        throw UsageError(fmt::format("{} and {} are both results of {}; name each folder once, and "
                                     "remove the result that does not count",
                                     at->second.second, path, student));
    }
    add_class_of(folder, students);
  }
  std::vector<Graded> all;
  for (auto& [student, each] : found) {
    students.erase(student);
    all.push_back(std::move(each.first));
  }
  for (const std::string& student : students) {
    Graded& missing = all.emplace_back();
    missing.assignment = assignment.name;
    missing.title = assignment.title;
    missing.student = student;
    missing.rubric = assignment.fingerprint;
    missing.not_graded = "no folder has its result: its shard is missing, or has not ended";
  }
  std::ranges::sort(all, {}, &Graded::student);
  return all;
}

}  // namespace lab::grade
