// SPDX-License-Identifier: MIT
#include "play/guest_programs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

#include "net/program.hpp"
#include "run/find_program.hpp"
#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/executable.hpp"
#include "util/text.hpp"
#include "vm/needs.hpp"

namespace lab::play {
namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& word) { return word.find('/') != std::string::npos; }

// Debian's package, where it has another name than the program.
std::string package_of(const std::string& program) {
  static const std::map<std::string, std::string> packages = {
      {"ab", "apache2-utils"},       {"ip", "iproute2"},       {"nc", "netcat-openbsd"},
      {"nft", "nftables"},           {"ping", "iputils-ping"}, {"ss", "iproute2"},
      {"telnet", "inetutils-telnet"}};
  const auto found = packages.find(program);
  return found == packages.end() ? program : found->second;
}

// Calls `visit` with each program that the scenario runs: its first word, its
// path (empty: there is none) and the step.
template <typename Visit>
void for_each_program(const scenario::Scenario& scenario, Visit visit) {
  for (const scenario::Step& step : scenario.steps)
    if (const auto* exec = std::get_if<scenario::Exec>(&step.action))
      visit(exec->run.front(), run::find_program(exec->run.front(), scenario.file), step);
}

// Those whose file is a small part of them.
void refuse_with_library_tree(const std::string& path) {
  const std::string name = fs::path(path).filename();
  for (const char* language : {"python", "perl", "ruby"})
    if (name.starts_with(language))
      throw UsageError(fmt::format(
          "{} needs its whole library, which is not sent to a microVM: use --where here, or a "
          "program that is compiled, or a script of sh",
          path));
}

// What `LOADER --list PROGRAM` says.
std::string ask_loader(const std::string& loader, const std::string& program) {
  const Deadline deadline(std::chrono::seconds(10));
  Started started =
      Program::start(Namespace::current(), {loader, {loader, "--list", program}, {"LC_ALL=C"}, ""});
  if (!started.program)
    throw UsageError(fmt::format("{}: its loader {} cannot be run: {}", program, loader,
                                 std::strerror(started.error)));
  for (started.program->look(); !started.program->exit(); started.program->look()) {
    if (deadline.passed())
      throw UsageError(fmt::format("{}: its loader {} does not answer", program, loader));
    std::vector<pollfd> polled;
    started.program->watch(polled);
    ::poll(polled.data(), polled.size(), deadline.poll_timeout());
  }
  return started.program->output();
}

// Gathers files, each once.
class Baggage {
 public:
  // A file, with everything that it needs. `as` is its path in the guest.
  void add_program(const std::string& path, const std::string& as) {
    refuse_with_library_tree(path);
    refuse_with_library_tree(fs::canonical(path));
    if (!add(path, as)) return;
    const vm::Executable executable = vm::executable_of(read_file(path));
    switch (executable.kind) {
      case vm::FileKind::elf:
        if (!executable.interpreter.empty()) add_libraries(executable.interpreter, path);
        return;
      case vm::FileKind::script:
        add_interpreter(executable, path);
        return;
      case vm::FileKind::other:
        throw UsageError(fmt::format(
            "{} is neither a program for this kind of machine nor a script with \"#!\"", path));
    }
  }

  std::vector<vm::Upload> take() { return std::move(uploads_); }

 private:
  // False: it is there already.
  bool add(const std::string& path, const std::string& as) {
    const auto same = [&](const vm::Upload& upload) { return upload.to == as; };
    if (std::ranges::any_of(uploads_, same)) return false;
    uploads_.push_back({fs::canonical(path), as});  // links are not sent
    return true;
  }

  void add_libraries(const std::string& loader, const std::string& program) {
    const vm::Libraries libraries = vm::libraries_in(ask_loader(loader, program));
    if (!libraries.missing.empty())
      throw UsageError(fmt::format("{} needs a shared library that is not there: {}", program,
                                   fmt::join(libraries.missing, ", ")));
    add(loader, loader);
    for (const std::string& path : libraries.paths) add(path, path);
    // With it the loader finds them there as it does here.
    constexpr const char* cache = "/etc/ld.so.cache";
    if (fs::exists(cache)) add(cache, cache);
  }

  void add_interpreter(const vm::Executable& script, const std::string& path) {
    if (!is_executable(script.interpreter))
      throw UsageError(
          fmt::format("{} is to be run by {}, which is not there", path, script.interpreter));
    add_program(script.interpreter, script.interpreter);
    if (fs::path(script.interpreter).filename() != "env") return;
    const std::string real = find_in_path(script.argument);
    if (real.empty())
      throw UsageError(
          fmt::format("{} is to be run by {}, which is not in PATH", path, script.argument));
    add_program(real, real);
  }

  std::vector<vm::Upload> uploads_;
};

}  // namespace

std::string guest_path(const std::string& path) {
  return fs::path(path).is_absolute() ? path : "/work/" + path;
}

void require_programs(const scenario::Scenario& scenario) {
  for_each_program(
      scenario, [&](const std::string& word, const std::string& path, const scenario::Step& step) {
        if (!path.empty()) return;
        std::string message = fmt::format("{}:{}: {}", scenario.file, step.at.line,
                                          run::no_program(word, scenario.file));
        if (!is_path(word))
          message += fmt::format("; on Debian, try 'apt-get install {}'", package_of(word));
        throw UsageError(message);
      });
}

std::vector<vm::Upload> program_uploads(const scenario::Scenario& scenario) {
  Baggage baggage;
  // Those of the folder beside this program; another one's are not.
  const bool own_in_image = !run::other_programs_folder();
  for_each_program(
      scenario, [&](const std::string& word, const std::string& path, const scenario::Step& step) {
        const bool own = !is_path(word) && path == run::programs_folder() + "/" + word;
        if (own && own_in_image) return;
        try {
          baggage.add_program(path, own ? "/lab/programs/" + word : guest_path(path));
        } catch (const UsageError& error) {
          throw UsageError(fmt::format("{}:{}: {}", scenario.file, step.at.line, error.what()));
        }
      });
  return baggage.take();
}

std::vector<vm::Upload> uploads_of(const std::string& path, const std::string& as) {
  Baggage baggage;
  baggage.add_program(path, as);
  return baggage.take();
}

}  // namespace lab::play
