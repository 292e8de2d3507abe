// SPDX-License-Identifier: MIT
#include "play/guest_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "play/command_words.hpp"
#include "run/find_program.hpp"
#include "util/error.hpp"
#include "util/executable.hpp"
#include "util/regular_file.hpp"
#include "util/text.hpp"
#include "vm/script.hpp"
#include "vm/shared_libraries.hpp"

namespace lab::play {
namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& word) { return word.find('/') != std::string::npos; }

// Found in the folder of the lab's own programs.
bool is_own(const std::string& word, const std::string& path) {
  return !is_path(word) && path == run::programs_folder() + "/" + word;
}

// Debian's package of a program, if their names differ.
std::string package_of(const std::string& program) {
  static const std::map<std::string, std::string> packages = {
      {"ab", "apache2-utils"},       {"ip", "iproute2"},       {"nc", "netcat-openbsd"},
      {"nft", "nftables"},           {"ping", "iputils-ping"}, {"ss", "iproute2"},
      {"telnet", "inetutils-telnet"}};
  const auto found = packages.find(program);
  return found == packages.end() ? program : found->second;
}

// Calls `visit` for each program that the scenario runs with its first word, its path (empty:
// not found) and the step.
template <typename Visit>
void for_each_program(const scenario::Scenario& scenario, Visit visit) {
  for (const scenario::Step& step : scenario.steps)
    if (const auto* exec = std::get_if<scenario::Exec>(&step.action))
      visit(exec->run.front(), run::find_program(exec->run.front(), scenario.file), step);
}

UsageError missing(const scenario::Scenario& scenario, const std::string& word,
                   const scenario::Step& step) {
  std::string message =
      fmt::format("{}:{}: {}", scenario.file, step.at.line, run::no_program(word, scenario.file));
  if (!is_path(word))
    message += fmt::format("; on Debian, try 'apt-get install {}'", package_of(word));
  return UsageError(message);
}

// Refuses interpreters, because they need a library tree.
void refuse_with_library_tree(const std::string& path) {
  const std::string name = fs::path(path).filename();
  for (const char* language : {"python", "perl", "ruby"})
    if (name.starts_with(language))
      throw UsageError(fmt::format(
          "{} needs its whole library, which is not sent to a microVM: use --where here, a "
          "compiled program or a shell script",
          path));
}

bool is_shell(const vm::Script& script) {
  const std::string name = fs::path(script.interpreter).filename();
  const std::string by_env = name == "env" ? script.argument : name;
  return by_env == "sh" || by_env == "bash" || by_env == "dash";
}

// What a guest has of its own.
bool is_replaced_in_guest(const std::string& path) {
  return path.starts_with("/proc/") || path.starts_with("/sys/") || path.starts_with("/dev/");
}

// A guest has 512 MB of memory for everything.
constexpr std::uint64_t max_file_size = 256 << 20;

// Collects files, each once. It reads them but runs none.
class Baggage {
 public:
  explicit Baggage(const Architecture& guest) : guest_(guest) {}

  // Adds a program and everything it needs. `as` is its path in the guest.
  void add_program(const std::string& path, const std::string& as, int script_depth = 0) {
    const RegularFile file(path);
    refuse_with_library_tree(path);
    refuse_with_library_tree(file.path());
    if (!add(file, as)) return;
    if (std::optional<vm::ElfFile> elf = vm::read_elf(file, guest_)) {
      if (elf->interpreter.empty()) return;
      if (is_this(guest_))
        add_libraries({path, as, std::move(*elf)});
      else
        require_in_image(*elf, path);
    } else if (const std::string processor = vm::elf_processor(file); !processor.empty()) {
      throw UsageError(fmt::format("{} is a program for {}; this guest, of {}, needs one for {}{}",
                                   path, processor, guest_.name, guest_.elf_name,
                                   how_to_compile()));
    } else if (const std::optional<vm::Script> script = vm::read_script(file)) {
      add_interpreter(*script, path, script_depth + 1);
    } else {
      throw UsageError(fmt::format(
          "{} is neither a program for this kind of machine nor a script with \"#!\"", path));
    }
  }

  // Adds what the text of a shell names, as far as it is there, its mode lets anybody read it, and it can be sent:
  // programs, files (`folder`: where relative names begin), and what these name if a shell runs them,
  // too. A guest tells what it lacks.
  void add_needs(const std::string& text, const fs::path& folder, int script_depth = 0) {
    for (const std::string& word : command_words(text)) {
      const std::string path = is_path(word) ? (folder / word).string() : find_in_path(word);
      std::error_code error;
      const fs::file_status status = fs::status(path, error);
      if (path.empty() || !fs::is_regular_file(status) ||
          (status.permissions() & fs::perms::others_read) == fs::perms::none)
        continue;
      const std::string as = fs::path(guest_path(path)).lexically_normal();
      if (is_replaced_in_guest(as)) continue;
      try {
        const bool added = std::ranges::any_of(
            uploads_, [&](const vm::Upload& upload) { return upload.to == as; });
        if (added) continue;
        if (is_executable(path))
          add_program(path, as, script_depth);
        else
          add(RegularFile(path), as);
        const auto script = vm::read_script(RegularFile(path));
        if (script && script_depth < vm::max_script_depth && is_shell(*script))
          add_needs(read_file(path), folder, script_depth + 1);
      } catch (const UsageError&) {  // the guest goes without it
      }
    }
  }

  std::vector<vm::Upload> take() { return std::move(uploads_); }

 private:
  // False: it was added before.
  bool add(const RegularFile& file, const std::string& as) {
    const auto same = [&](const vm::Upload& upload) { return upload.to == as; };
    if (std::ranges::any_of(uploads_, same)) return false;
    if (file.size() > max_file_size)
      throw UsageError(fmt::format("{} has {} MB; a microVM accepts files of up to {} MB",
                                   file.path(), file.size() >> 20, max_file_size >> 20));
    uploads_.push_back({file.path(), as});  // links are not sent
    return true;
  }

  void add_libraries(const vm::DynamicProgram& program) {
    const vm::Loader& loader = vm::known_loader(program.elf.interpreter, program.path);
    for (const vm::Library& library : vm::shared_libraries(program, loader))
      add(RegularFile(library.from), library.to);
    // So that the loader finds the libraries in the guest as it does here.
    if (fs::exists(loader.configuration))
      add(RegularFile(loader.configuration), loader.configuration);
  }

  std::string how_to_compile() const {
    if (is_this(guest_)) return "";
    return fmt::format(": compile it with {}-linux-gnu-gcc -static", guest_.machine);
  }

  // The libraries of another architecture are not on this machine; its guest's image has the
  // orchestrator's.
  void require_in_image(const vm::ElfFile& elf, const std::string& path) const {
    constexpr std::string_view there[] = {"libc.so.6", "libm.so.6", "libgcc_s.so.1",
                                          "libstdc++.so.6"};
    if (elf.interpreter != guest_.glibc_loader)
      throw UsageError(fmt::format("{} names {} as its ELF interpreter; a guest of {} has {}{}",
                                   path, in_quotes(elf.interpreter), guest_.name,
                                   guest_.glibc_loader, how_to_compile()));
    for (const std::string& name : elf.needed)
      if (name != fs::path(guest_.glibc_loader).filename() &&
          std::ranges::find(there, name) == std::end(there))
        throw UsageError(
            fmt::format("{} needs the shared library {}, which is not sent to a guest of another "
                        "architecture{}",
                        path, in_quotes(name), how_to_compile()));
  }

  void add_interpreter(const vm::Script& script, const std::string& path, int depth) {
    if (depth > vm::max_script_depth)
      throw UsageError(
          fmt::format("{} is run by a chain of more than {} scripts, which the kernel "
                      "refuses",
                      path, vm::max_script_depth));
    if (script.carriage_return)
      throw UsageError(fmt::format(
          "{} has lines that end with CR LF, as on Windows, so Linux does not find {}\\r; save it "
          "with LF alone, for example with dos2unix",
          path, script.argument.empty() ? script.interpreter : script.argument));
    if (!fs::path(script.interpreter).is_absolute())
      throw UsageError(fmt::format("{} names the interpreter {}, which is not an absolute path",
                                   path, in_quotes(script.interpreter)));
    if (!is_this(guest_)) {
      if (script.interpreter == "/bin/sh") return;  // busybox, in the image
      throw UsageError(
          fmt::format("{} is a script for {}; a guest of another architecture has only /bin/sh",
                      path, in_quotes(script.interpreter)));
    }
    if (!is_executable(script.interpreter))
      throw UsageError(fmt::format("{} names the interpreter {}, which does not exist", path,
                                   script.interpreter));
    add_program(script.interpreter, script.interpreter, depth);
    if (fs::path(script.interpreter).filename() != "env") return;
    const std::string real = find_in_path(script.argument);
    if (real.empty())
      throw UsageError(
          fmt::format("{} names the interpreter {}, which is not in PATH", path, script.argument));
    add_program(real, real, depth);
  }

  const Architecture& guest_;
  std::vector<vm::Upload> uploads_;
};

}  // namespace

std::string guest_path(const std::string& path) {
  return fs::path(path).is_absolute() ? path : "/work/" + path;
}

void require_programs(const scenario::Scenario& scenario) {
  for_each_program(
      scenario, [&](const std::string& word, const std::string& path, const scenario::Step& step) {
        if (path.empty()) throw missing(scenario, word, step);
      });
}

std::string foreign_program(const scenario::Scenario& scenario) {
  std::string first;
  for (const scenario::Step& step : scenario.steps)
    if (std::holds_alternative<scenario::PythonCode>(step.action))
      return fmt::format("{}:{} runs python3", scenario.file, step.at.line);
  for_each_program(
      scenario, [&](const std::string& word, const std::string& path, const scenario::Step& step) {
        if (first.empty() && !is_own(word, path))
          first = fmt::format("{}:{} runs {}", scenario.file, step.at.line, word);
      });
  return first;
}

std::vector<vm::Upload> program_uploads(const scenario::Scenario& scenario,
                                        const PathInGuest& path_in_guest,
                                        const Architecture& guest) {
  Baggage baggage(guest);
  // The image contains the programs folder next to this program, not that of LAB_PROGRAMS.
  const bool own_in_image = !run::other_programs_folder();
  for_each_program(
      scenario, [&](const std::string& word, const std::string& path, const scenario::Step& step) {
        const bool own = is_own(word, path);
        if (own && own_in_image) return;
        const std::string as = own ? "/lab/programs/" + word : path_in_guest(word, path);
        if (as.empty()) return;
        if (path.empty()) throw missing(scenario, word, step);
        const auto* exec = std::get_if<scenario::Exec>(&step.action);
        const bool is_command = exec && exec->from_script;
        // Its image has /bin/sh, and no program of this machine is for it.
        if (is_command && !is_this(guest)) return;
        try {
          baggage.add_program(path, as);
          if (is_command) baggage.add_needs(exec->run[2], fs::path(scenario.file).parent_path());
        } catch (const UsageError& error) {
          throw UsageError(fmt::format("{}:{}: {}", scenario.file, step.at.line, error.what()));
        }
      });
  return baggage.take();
}

std::vector<vm::Upload> program_uploads(const scenario::Scenario& scenario,
                                        const Architecture& guest) {
  return program_uploads(
      scenario, [](const std::string&, const std::string& path) { return guest_path(path); },
      guest);
}

std::vector<vm::Upload> uploads_of(const std::string& path, const std::string& as,
                                   const Architecture& guest) {
  Baggage baggage(guest);
  baggage.add_program(path, as);
  return baggage.take();
}

}  // namespace lab::play
