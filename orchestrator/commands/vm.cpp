// SPDX-License-Identifier: MIT
//
// vm: a shell in a microVM, its kernels, and the microVMs that run now.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "commands/add_commands.hpp"
#include "commands/arch_flag.hpp"
#include "commands/candidates.hpp"
#include "commands/guest_shell.hpp"
#include "doctor/machines.hpp"
#include "draw/page.hpp"
#include "json/text.hpp"
#include "util/error.hpp"
#include "util/print.hpp"
#include "util/printable.hpp"
#include "util/printable_stream.hpp"
#include "util/signals.hpp"
#include "vm/inventory.hpp"
#include "vm/terminal.hpp"

namespace lab::commands {
namespace {

using nlohmann::json;

struct ShellFlags {
  std::string kernel = "6.1";
  std::string architecture;
  std::vector<std::string> words;
};

struct LookFlags {
  std::string format = "text";
  cli::Color color = cli::Color::automatic;
};

int shell(const ShellFlags& flags) {
  const bool interactive = flags.words.empty();
  if (interactive && (!::isatty(STDIN_FILENO) || !::isatty(STDOUT_FILENO)))
    throw UsageError(
        "vm shell needs a terminal; without one, give it a command: vm shell -- ip link");
  std::optional<vm::WindowSize> size;
  if (interactive) size = vm::size_of_terminal();
  const std::string series = guest_of(flags.kernel, flags.architecture);
  const GuestShell guest = make_guest_shell(series, flags.words, size);

  const Fd signals = block_signals();
  vm::Options machine;
  machine.series = series;
  machine.cancel_fd = signals.get();
  machine.last_words = std::chrono::milliseconds(0);  // do not wait for a shell's
  std::optional<vm::RawTerminal> terminal;
  PrintableStream out, err;
  const vm::Sinks sinks{[&](vm::Stream stream, std::string_view bytes) {
                          std::FILE* to = stream == vm::Stream::out ? stdout : stderr;
                          // A terminal's user has asked for the guest's terminal. A file gets the
                          // bytes as they are.
                          std::string shown;
                          if (!interactive && ::isatty(::fileno(to))) {
                            shown = (stream == vm::Stream::out ? out : err).feed(bytes);
                            bytes = shown;
                          }
                          std::fwrite(bytes.data(), 1, bytes.size(), to);
                          std::fflush(to);
                        },
                        {},
                        // In raw mode a line needs its carriage return.
                        [](std::string_view note) { print_note("{}\r\n", printable(note)); },
                        {}};
  if (interactive) {
    print_printable(
        stderr,
        "A shell in a microVM, with tcp_lookup.ko loaded. On PATH: orchestrator, the lab's "
        "programs, {}.\n"
        "Leave it with `exit` or Ctrl-D; kill it with Ctrl-]. Nothing in it is kept.\n",
        fmt::join(guest.programs, ", "));
    terminal.emplace();
    machine.typist = &*terminal;
  }
  // The end of what the guest has written, also of one that was lost.
  const auto finish = [&] {
    fmt::print(stdout, "{}", out.finish());
    print_note("{}", err.finish());
  };
  try {
    const vm::Outcome outcome = vm::run_in_vm(machine, guest.job, guest.uploads, sinks);
    finish();
    return outcome.status;
  } catch (const EnvironmentError&) {
    finish();
    throw;
  } catch (const vm::Cancelled& why) {
    finish();
    terminal.reset();
    print_printable(stderr, "\norchestrator: {}: the microVM and everything in it are gone\n",
                    why.what());
    return 128 + SIGINT;
  }
}

json from_kernel(const vm::KernelHere& kernel) {
  json object{{"series", kernel.series},
              {"known", kernel.known},
              {"downloaded", !kernel.release.empty()},
              {"image", kernel.image},
              {"module", !kernel.module_for.empty()},
              {"bootable", kernel.why_not.empty()}};
  if (!kernel.release.empty()) object["release"] = kernel.release;
  if (!kernel.why_not.empty()) object["why_not"] = kernel.why_not;
  return object;
}

void print_kernels(const std::vector<vm::KernelHere>& kernels, draw::Page& page) {
  using draw::Ink;
  const auto& glyphs = page.glyphs();
  // The widths of the first two columns depend on their contents.
  std::size_t name = std::string_view("series").size(),
              release = std::string_view("release").size();
  for (const vm::KernelHere& kernel : kernels) {
    name = std::max(name, kernel.series.size());
    release = std::max(release, kernel.release.size());
  }
  const std::size_t at_release = 2 + name + 2, at_downloaded = at_release + release + 2,
                    at_image = at_downloaded + 12, at_module = at_image + 7;
  draw::Line()
      .to(2)
      .add("series", Ink::faint)
      .to(at_release)
      .add("release", Ink::faint)
      .to(at_downloaded)
      .add("downloaded", Ink::faint)
      .to(at_image)
      .add("image", Ink::faint)
      .to(at_module)
      .add("module", Ink::faint)
      .print(page);
  const auto mark = [&](draw::Line& line, std::size_t column, bool there) {
    line.to(column).add(there ? glyphs.pass : glyphs.not_observed, there ? Ink::good : Ink::faint);
  };
  for (const vm::KernelHere& kernel : kernels) {
    draw::Line line;
    line.to(2)
        .add(kernel.series, Ink::strong)
        .to(at_release)
        .add(kernel.release.empty() ? "-" : kernel.release);
    mark(line, at_downloaded, !kernel.release.empty());
    mark(line, at_image, kernel.image);
    mark(line, at_module, !kernel.module_for.empty());
    line.print(page);
    if (!kernel.why_not.empty() && kernel.image)
      draw::print_hanging(page, at_release, "", at_release, kernel.why_not, Ink::doubtful);
  }
}

int show_kernels(const LookFlags& flags) {
  const auto all = vm::list_kernels(vm::build_directory());
  if (flags.format == "json") {
    json array = json::array();
    for (const vm::KernelHere& each : all) array.push_back(from_kernel(each));
    std::cout << json_text(array, 2) << std::endl;
    return static_cast<int>(Exit::pass);
  }
  draw::Page page(std::cout, cli::style_of(flags.color));
  print_kernels(all, page);
  const bool some_missing =
      std::ranges::any_of(all, [](const vm::KernelHere& each) { return !each.why_not.empty(); });
  if (some_missing) {
    page.blank();
    draw::Line()
        .to(2)
        .add("To download and build a kernel: LAB_KERNEL=SERIES ./lab vm kernels")
        .print(page);
  }
  return static_cast<int>(Exit::pass);
}

// The accelerator that the next guest would use.
std::string accelerator_in_words(const std::optional<vm::Remembered>& memory) {
  if (const auto forced = vm::accelerator_from_environment())
    return fmt::format("{}, set by LAB_ACCEL", vm::to_string(*forced));
  if (const std::string why = vm::why_no_kvm(); !why.empty())
    return fmt::format("tcg, because KVM cannot be used ({})", why);
  if (!memory) return "not chosen yet: the first run tries KVM and remembers the result";
  const std::string when = fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(memory->when));
  std::string text = fmt::format("{}, chosen {}: {}", memory->works, when, memory->why);
  try {
    if (memory->circumstances != vm::circumstances(vm::find_qemu()))
      text += "; the kernel or QEMU has changed since, so the next run tries KVM again";
  } catch (const EnvironmentError& missing) {
    text += fmt::format("; {}", missing.what());
  }
  return text;
}

json from_machine(const doctor::RunningMachine& machine) {
  json object{{"pid", machine.pid},
              {"uid", machine.uid},
              {"series", machine.series},
              {"accelerator", machine.accelerator},
              {"memory", machine.memory}};
  if (machine.age) object["age_seconds"] = machine.age->count();
  return object;
}

int show_status(const LookFlags& flags) {
  const auto memory = vm::read_memory(vm::memory_path());
  const vm::Cache cache = vm::look_at_cache();
  const auto all = vm::list_kernels(vm::build_directory());
  const auto running = doctor::running_machines();
  if (flags.format == "json") {
    json object{{"schema", 1},
                {"accelerator", accelerator_in_words(memory)},
                {"build", vm::build_directory()},
                {"cache", {{"path", cache.path}, {"bytes", cache.bytes}}},
                {"kernels", json::array()},
                {"running", json::array()}};
    if (memory)
      object["remembered"] = {{"works", memory->works},
                              {"why", memory->why},
                              {"when", memory->when},
                              {"kernel", memory->circumstances.kernel},
                              {"qemu", memory->circumstances.qemu}};
    for (const vm::KernelHere& each : all) object["kernels"].push_back(from_kernel(each));
    for (const auto& each : running) object["running"].push_back(from_machine(each));
    std::cout << json_text(object, 2) << std::endl;
    return static_cast<int>(Exit::pass);
  }
  draw::Page page(std::cout, cli::style_of(flags.color));
  const auto fact = [&](const char* name, const std::string& value) {
    draw::print_hanging(page, 0, name, 13, value);
  };
  fact("accelerator", accelerator_in_words(memory));
  fact("cache", cache.path.empty() ? "none: neither XDG_CACHE_HOME nor HOME is set"
                                   : fmt::format("{}, {:.1f} MiB", cache.path,
                                                 static_cast<double>(cache.bytes) / 1024 / 1024));
  fact("build", vm::build_directory());
  page.heading("Kernels");
  print_kernels(all, page);
  page.heading("Running microVMs");
  if (running.empty()) draw::Line().to(2).add("none of this user").print(page);
  for (const auto& each : running) {
    std::string text =
        fmt::format("pid {}, kernel {}, {}, {}", each.pid, each.series.empty() ? "?" : each.series,
                    each.accelerator, each.memory);
    if (each.age) text += fmt::format(", for {} s", each.age->count());
    if (each.uid != ::geteuid()) text += fmt::format(", user {}", each.uid);
    draw::Line().to(2).add(text).print(page);
  }
  return static_cast<int>(Exit::pass);
}

template <typename Action>
void add_look(cli::Commands& commands, CLI::App* below, const char* name, const char* help,
              Action action) {
  const auto flags = std::make_shared<LookFlags>();
  CLI::App* command = commands.add(name, help, below);
  commands.describe(command, cli::Purpose::maintenance, {{fmt::format("vm {}", name), help}});
  cli::add_format_flag(*command, flags->format);
  cli::add_color_flag(*command, flags->color);
  commands.set_action(command, [flags, action] { return action(*flags); });
}

}  // namespace

void add_vm(cli::Commands& commands) {
  CLI::App* group = commands.add("vm", "the microVM: open a shell, list kernels, show status");
  group->require_subcommand(1);
  commands.describe(group, cli::Purpose::maintenance,
                    {{"vm shell", "open a shell in a guest"},
                     {"vm status", "show accelerator, kernels and running guests"}});

  const auto flags = std::make_shared<ShellFlags>();
  CLI::App* command =
      commands.add("shell", "open a shell in a new guest, or run one command", group);
  command->add_option("--kernel", flags->kernel, "the microVM's Debian kernel series (vm kernels)")
      ->envname("LAB_KERNEL")
      ->capture_default_str();
  add_arch_flag(*command, flags->architecture);
  command
      ->add_option("command", flags->words,
                   "run this with the guest's shell, without a terminal, and return its exit\n"
                   "code; default: an interactive shell")
      ->type_name("");
  commands.describe(command, cli::Purpose::maintenance,
                    {{"vm shell", "an interactive shell"},
                     {"vm shell --kernel 6.12 -- cat /proc/net/tcp_lookup/info", "one command"}});
  commands.set_action(command, [flags] { return shell(*flags); });

  add_look(commands, group, "status", "show the accelerator, the kernels and the running guests",
           show_status);
  add_look(commands, group, "kernels", "list the kernels for guests", show_kernels);
}

}  // namespace lab::commands
