// SPDX-License-Identifier: MIT
#include "vm/machine.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "util/child.hpp"
#include "util/error.hpp"
#include "util/executable.hpp"
#include "util/text.hpp"

namespace lab::vm {
namespace {

struct Line {
  Fd ours, theirs;
};

Line make_line(const char* name) {
  int ends[2];
  checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), "socketpair", name);
  Line line{Fd(ends[0]), Fd(ends[1])};
  checked(::fcntl(line.ours.get(), F_SETFL, O_NONBLOCK), "fcntl", name);
  return line;
}

}  // namespace

std::string find_qemu(const Architecture& guest) {
  if (const char* given = std::getenv("LAB_QEMU"); given && *given) {
    if (is_executable(given)) return given;
    throw EnvironmentError(fmt::format("LAB_QEMU={}: there is no such program", given));
  }
  if (std::string found = find_in_path(std::string(guest.qemu)); !found.empty()) return found;
  throw EnvironmentError(fmt::format(
      "{}, which boots {} guests, is missing; install it with "
      "'apt-get install --no-install-recommends {}'{}",
      guest.qemu, guest.name, guest.qemu_package, is_this(guest) ? ", or use --where here" : ""));
}

std::vector<std::string> qemu_arguments(const MachineSettings& settings, int channel, int console,
                                        int monitor) {
  const bool kvm = settings.accelerator == Accelerator::kvm;
  const Architecture& guest = *settings.image.architecture;
  // quiet: the UART is slow, and only errors matter.
  // panic=-1: end at once, so that the host need not wait for a deadline.
  // cryptomgr.notests: nothing here uses the algorithms that it would test.
  std::string kernel_line = fmt::format(
      "console={} panic=-1 oops=panic cryptomgr.notests random.trust_cpu=on", guest.console);
  kernel_line += settings.kernel_talks ? " ignore_loglevel" : " quiet";
  if (!kvm) kernel_line += guest.tcg_parameters;
  std::vector<std::string> arguments{
      settings.qemu,
      "-nodefaults",
      "-no-user-config",
      "-no-reboot",
      "-display",
      "none",
      "-machine",
      std::string(guest.qemu_machine),
      // One thread for all processors: with one each, a processor may execute the
      // breakpoint of a static key that another has just finished patching
      // (text_poke_bp_batch), and the kernel crashes; seen on 6.12 in
      // inet6_ehashfn, whose net_get_random_once patches itself. It is no slower.
      "-accel",
      kvm ? "kvm" : "tcg,thread=single",
      "-cpu",
      kvm ? "host" : std::string(guest.tcg_processor),
      "-smp",
      std::to_string(settings.cpus ? settings.cpus
                     : kvm         ? 2
                                   : 1),
      "-m",
      fmt::format("{}M", settings.memory_mb),
      "-kernel",
      settings.image.kernel,
      "-initrd",
      settings.image.initramfs,
      "-append",
      kernel_line,
      "-chardev",
      fmt::format("socket,id=console,fd={}", console),
      "-serial",
      "chardev:console",
      "-chardev",
      fmt::format("socket,id=channel,fd={}", channel),
      "-device",
      "virtio-serial-pci,max_ports=2",
      "-device",
      "virtserialport,chardev=channel,name=lab",
  };
  const auto add = [&](const char* flag, std::string value) {
    arguments.emplace_back(flag);
    arguments.push_back(std::move(value));
  };
  if (monitor >= 0) {
    add("-chardev", fmt::format("socket,id=monitor,fd={}", monitor));
    add("-mon", "chardev=monitor,mode=control");
  }
  if (!settings.snapshot.empty())
    add("-incoming", fmt::format("exec:cat {}", shell_word(settings.snapshot)));
  return arguments;
}

Machine::Machine(const MachineSettings& settings) {
  Line channel = make_line("channel"), console = make_line("console"), words = make_line("words");
  Line monitor;
  if (settings.monitored) monitor = make_line("monitor");
  const auto arguments =
      qemu_arguments(settings, channel.theirs.get(), console.theirs.get(), monitor.theirs.get());
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);

  // Ctrl-C is for the orchestrator, which then ends QEMU.
  ChildSettings child;
  child.group = ChildSettings::Group::own;
  child.reads_nothing = true;
  child.output = child.error = words.theirs.get();
  ExecReport report(settings.qemu);
  pid_ = fork_child(settings.qemu, child, [&] {
    ::fcntl(channel.theirs.get(), F_SETFD, 0);
    ::fcntl(console.theirs.get(), F_SETFD, 0);
    if (monitor.theirs) ::fcntl(monitor.theirs.get(), F_SETFD, 0);
    ::execv(argv[0], argv.data());
    return report.fail();
  });
  if (const int error = report.wait()) {
    kill();
    throw SystemError("execv", settings.qemu, error);
  }
  channel_ = std::move(channel.ours);
  console_ = std::move(console.ours);
  words_ = std::move(words.ours);
  monitor_ = std::move(monitor.ours);
}

void Machine::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  wait_for_end(pid_);
  pid_ = -1;
}

}  // namespace lab::vm
