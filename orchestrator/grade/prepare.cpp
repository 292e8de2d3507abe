// SPDX-License-Identifier: MIT
#include "grade/prepare.hpp"

#include <elf.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include "grade/store.hpp"
#include "parser/parser.hpp"
#include "play/guest_programs.hpp"
#include "util/error.hpp"
#include "util/executable.hpp"
#include "vm/loader.hpp"

namespace lab::grade {
namespace {

namespace fs = std::filesystem;

// A submission's program chooses its loader and its libraries itself. From this machine it gets
// only what every program of this machine can have.
bool is_of_the_system(const std::string& path) {
  constexpr std::string_view folders[] = {
      "/bin/",     "/sbin/",     "/lib/",     "/lib32/",     "/lib64/",     "/libx32/",
      "/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib32/", "/usr/lib64/", "/usr/libx32/"};
  return path.find("/../") == std::string::npos &&
         (std::ranges::any_of(folders, [&](auto each) { return path.starts_with(each); }) ||
          std::ranges::find(vm::known_loaders(), path, &vm::Loader::configuration) !=
              vm::known_loaders().end());
}

std::string without(std::string text, const std::string& part) {
  for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
  return text;
}

class Preparation {
 public:
  Preparation(const Assignment& assignment, const std::string& student, const Taken& taken,
              const std::string& folder, const Architecture& guest)
      : assignment_(assignment),
        taken_(taken),
        folder_(fs::canonical(folder).string() + "/"),
        guest_(guest) {
    prepared_.values = parameters_of(assignment, student);
  }

  Prepared run() {
    if (!taken_.fault.empty()) prepared_.notes.push_back(taken_.fault);
    for (const ExpectedFile& file : assignment_.files) add_file(file);
    submitted_ = prepared_.uploads;
    const predict::Answers answers = answers_of(taken_, assignment_);
    for (const auto& [name, value] : answers.values) prepared_.values[name] = value;
    for (const RubricCheck& check : assignment_.checks) add_check(check, answers);
    return std::move(prepared_);
  }

 private:
  void add_file(const ExpectedFile& expected) {
    const auto bytes = taken_.files.find(expected.path);
    if (bytes == taken_.files.end()) {
      const auto why = taken_.refused.find(expected.path);
      if (why != taken_.refused.end()) return refuse(expected, why->second);
      return refuse(expected, taken_.fault.empty() ? "it is missing" : taken_.fault);
    }
    if (expected.kind == ExpectedFile::Kind::answers) return;
    write(expected.path, bytes->second);
    const std::string as = fmt::format("{}/{}", submission_folder, expected.path);
    try {
      if (expected.kind == ExpectedFile::Kind::scenario)
        require_scenario(bytes->second, expected.path);
      if (expected.kind == ExpectedFile::Kind::module) require_module(bytes->second);
      if (expected.kind != ExpectedFile::Kind::program) {
        add({folder_ + expected.path, as});
        return;
      }
      std::vector<vm::Upload> uploads = play::uploads_of(folder_ + expected.path, as, guest_);
      require_harmless(uploads);
      for (vm::Upload& upload : uploads) add(std::move(upload));
    } catch (const std::runtime_error& error) {
      refuse(expected, without(error.what(), folder_));
    }
  }

  void refuse(const ExpectedFile& expected, const std::string& why) {
    unusable_[expected.path] = why;
    // One note says that nothing could be taken.
    if (!expected.optional && taken_.fault.empty())
      prepared_.notes.push_back(fmt::format("{}: {}", expected.path, why));
  }

  // One that can be read, and whose programs are confined.
  static void require_scenario(const std::string& text, const std::string& path) {
    const scenario::Scenario plain = parser::parse(text, path);
    std::vector<scenario::Scenario> readings{plain};
    for (const std::string& variant : plain.variants)
      readings.push_back(parser::parse(text, path, {variant, {}}));
    for (const scenario::Scenario& each : readings)
      for (const scenario::Step& step : each.steps)
        if (const auto* exec = std::get_if<scenario::Exec>(&step.action); exec && exec->root)
          throw UsageError(
              fmt::format("{}:{}: runs a program with root: true, which a submission "
                          "may not; remove that",
                          path, step.at.line));
  }

  // elf(5): a relocatable file of 64 bits. The guest's kernel finds out the rest.
  static void require_module(const std::string& bytes) {
    constexpr std::string_view begin(
        "\x7f"
        "ELF\x02\x01\x01",
        7);
    constexpr std::size_t type = 16;
    if (!bytes.starts_with(begin) || bytes.size() < sizeof(Elf64_Ehdr) || bytes[type] != ET_REL)
      throw UsageError("it is not a kernel module; hand in the file that ends in .ko");
  }

  void write(const std::string& path, const std::string& bytes) const {
    const fs::path whole = folder_ + path;
    fs::create_directories(whole.parent_path());
    write_file(whole.string(), bytes);
    fs::permissions(whole, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                               fs::perms::others_read | fs::perms::others_exec);
  }

  void require_harmless(const std::vector<vm::Upload>& uploads) const {
    for (const vm::Upload& upload : uploads) {
      const bool own = upload.from.starts_with(folder_);
      const bool stays = own ? upload.to.starts_with(std::string(submission_folder) + "/") &&
                                   upload.to.find("/../") == std::string::npos
                             : is_of_the_system(upload.to);
      if ((own || is_of_the_system(upload.from)) && stays) continue;
      throw UsageError(fmt::format(
          "it needs {}, which is not sent to the guest: use the libraries of the system",
          upload.to));
    }
  }

  void add(vm::Upload upload) {
    if (sent_.insert(upload.to).second) prepared_.uploads.push_back(std::move(upload));
  }

  void add_check(const RubricCheck& check, const predict::Answers& answers) {
    if (check.command) return add_errand(*check.command);
    Evidence evidence;
    evidence.plays = plays_of(assignment_, check, prepared_.values);
    for (const play::Play& play : evidence.plays) {
      if (evidence.not_run.empty()) evidence.not_run = why_not_run(play, answers);
    }
    if (evidence.not_run.empty()) {
      prepared_.scenarios.push_back(check.scenario);
      add({assignment_.folder + "/" + check.scenario, "/work/" + check.scenario, true});
      for (const play::Play& play : evidence.plays) add_own_programs(check, *play.scenario);
    }
    prepared_.evidence.push_back(std::move(evidence));
  }

  void add_errand(const Command& command) {
    Evidence evidence;
    for (const auto& [path, why] : unusable_)
      if (command.run.find("/" + path) != std::string::npos && evidence.not_run.empty())
        evidence.not_run = fmt::format("{}: {}", path, why);
    if (evidence.not_run.empty()) {
      Errand errand{prepared_.evidence.size(), submitted_};
      for (const std::string& file : command.files) {
        const std::string from = assignment_.folder + "/" + file,
                          to = fmt::format("{}/{}", assignment_folder, file);
        if (is_executable(from))
          add_all(errand, play::uploads_of(from, to, guest_));
        else
          errand.uploads.push_back({from, to});
      }
      if (is_this(guest_)) add_all(errand, busybox());
      prepared_.errands.push_back(std::move(errand));
    }
    prepared_.evidence.push_back(std::move(evidence));
  }

  // The image of a guest of another architecture has it.
  static std::vector<vm::Upload> busybox() {
    const std::string path = find_in_path("busybox");
    if (path.empty())
      throw EnvironmentError(
          "busybox is missing, which runs commands in a guest; on Debian, try "
          "'apt-get install busybox-static'");
    return play::uploads_of(path, std::string(guest_shell));
  }

  static void add_all(Errand& errand, std::vector<vm::Upload> uploads) {
    for (vm::Upload& upload : uploads)
      if (std::ranges::find(errand.uploads, upload.to, &vm::Upload::to) == errand.uploads.end())
        errand.uploads.push_back(std::move(upload));
  }

  // Empty: it can be run.
  std::string why_not_run(const play::Play& play, const predict::Answers& answers) const {
    for (const auto& [name, why] : answers.refused)
      if (play.scenario->parameters.contains(name)) return fmt::format("{}: {}", name, why);
    for (const scenario::Step& step : play.scenario->steps) {
      const auto* exec = std::get_if<scenario::Exec>(&step.action);
      if (!exec) continue;
      for (const std::string& word : exec->run) {
        const std::string path(submitted_file(word));
        const auto why = unusable_.find(path);
        // A program may do without an optional file among its arguments.
        if (why != unusable_.end() && (&word == &exec->run.front() || !is_optional(path)))
          return fmt::format("{}: {}", path, why->second);
      }
      require_program(play, step, exec->run.front());
    }
    return "";
  }

  bool is_optional(const std::string& path) const {
    const auto file = std::ranges::find(assignment_.files, path, &ExpectedFile::path);
    return file != assignment_.files.end() && file->optional;
  }

  void require_program(const play::Play& play, const scenario::Step& step,
                       const std::string& word) const {
    const std::string path(submitted_file(word));
    if (path.empty()) return;
    const auto file = std::ranges::find(assignment_.files, path, &ExpectedFile::path);
    if (file != assignment_.files.end() && file->kind == ExpectedFile::Kind::program) return;
    throw UsageError(fmt::format(
        "{}:{}: runs {}, which is not a program of the submission; add {{path: {}, kind: program}} "
        "to files: of rubric.yaml",
        play.scenario->file, step.at.line, path, path));
  }

  // The programs of the assignment and of this machine.
  void add_own_programs(const RubricCheck& check, const scenario::Scenario& scenario) {
    const auto path_in_guest = [&](const std::string& word, const std::string& path) {
      if (!submitted_file(word).empty()) return std::string();
      if (word.find('/') == std::string::npos || fs::path(word).is_absolute())
        return play::guest_path(path);
      return (fs::path("/work") / fs::path(check.scenario).parent_path() / word)
          .lexically_normal()
          .string();
    };
    for (vm::Upload& upload : play::program_uploads(scenario, path_in_guest, guest_))
      add(std::move(upload));
  }

  const Assignment& assignment_;
  const Taken& taken_;
  const std::string folder_;  // ends with "/"
  const Architecture& guest_;
  Prepared prepared_;
  std::map<std::string, std::string> unusable_;  // by path
  std::set<std::string> sent_;                   // paths in the guest
  std::vector<vm::Upload> submitted_;            // of the submission alone
};

}  // namespace

std::vector<play::Play> Prepared::plays() const {
  std::vector<play::Play> all;
  for (const Evidence& each : evidence)
    if (each.not_run.empty()) all.insert(all.end(), each.plays.begin(), each.plays.end());
  return all;
}

Prepared prepare(const Assignment& assignment, const std::string& student, const Taken& taken,
                 const std::string& folder, const Architecture& guest) {
  return Preparation(assignment, student, taken, folder, guest).run();
}

}  // namespace lab::grade
