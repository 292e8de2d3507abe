// SPDX-License-Identifier: MIT
#include "vm/boot.hpp"

#include <fmt/format.h>

#include "util/error.hpp"
#include "util/tail.hpp"

namespace lab::vm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

Booted boot_once(const MachineSettings& settings, milliseconds deadline, int cancel_fd) {
  const auto begin = steady_clock::now();
  Booted booted;
  booted.accelerator = settings.accelerator;
  booted.guest = std::make_unique<Guest>(settings, cancel_fd);
  const Message message = booted.guest->receive(deadline);
  const auto* hello = std::get_if<Hello>(&message);
  if (!hello) throw GuestLost("the guest's first message is not a hello");
  booted.hello = *hello;
  booted.took = duration_cast<milliseconds>(steady_clock::now() - begin);
  return booted;
}

void say(const Sinks& sinks, const std::string& line) {
  if (sinks.note) sinks.note(line);
}

void wait_for(const Sinks& sinks, const std::string& what) {
  if (sinks.waiting) sinks.waiting(what);
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// KVM if it works, else TCG. The trial of KVM is the real boot, so a success costs
// nothing.
Booted boot_on_the_best(MachineSettings settings, const Options& options, const Sinks& sinks) {
  const auto with = [&](Accelerator accelerator, milliseconds deadline) {
    settings.accelerator = accelerator;
    wait_for(sinks, fmt::format("microVM: booting Linux {} on QEMU with {}", settings.image.release,
                                accelerator == Accelerator::kvm ? "KVM" : "TCG"));
    return boot_once(settings, deadline, options.cancel_fd);
  };
  const Architecture& guest = *settings.image.architecture;
  if (options.accelerator == Accelerator::kvm && !is_this(guest))
    throw EnvironmentError(fmt::format(
        "LAB_ACCEL=kvm: KVM runs only guests of this machine's own architecture, {}, and this one "
        "is {}; unset LAB_ACCEL",
        this_architecture().name, guest.name));
  if (options.accelerator) return with(*options.accelerator, options.boot_deadline);
  if (!is_this(guest) || !why_no_kvm().empty())
    return with(Accelerator::tcg, options.boot_deadline);

  const AcceleratorMemory memory(options.memory_file);
  const auto now = circumstances(settings.qemu);
  const auto found = memory.recall(now);
  if (found != Accelerator::tcg) {
    try {
      Booted booted = with(Accelerator::kvm, options.kvm_trial);
      if (!found) memory.remember(now, Accelerator::kvm, "a guest booted on it");
      return booted;
    } catch (const GuestLost& error) {
      const auto why = first_line(error.what());
      memory.remember(now, Accelerator::tcg, why);
      say(sinks, fmt::format("KVM does not work here ({}); using TCG, which is slower. "
                             "Remembered in {}",
                             why, options.memory_file));
    }
  }
  try {
    return with(Accelerator::tcg, options.boot_deadline);
  } catch (const GuestLost&) {
    // TCG was chosen because KVM failed earlier; it may work by now.
    memory.forget();
    throw;
  }
}

void check(const Hello& hello, const Image& image) {
  if (hello.version != protocol_version) {
    throw EnvironmentError(fmt::format(
        "the image {} uses version {} of the protocol, this program version {}: rebuild both",
        image.initramfs, hello.version, protocol_version));
  }
  for (const auto& module : hello.modules) {
    if (module.error.empty()) continue;
    Tail log(16384);
    log.add(hello.kernel_log);
    throw EnvironmentError(
        fmt::format("the guest's kernel {} refuses the module {}: {}\nThe end of its log:\n{}",
                    hello.release, module.name, module.error, log.last_lines(15)));
  }
}

// It has said hello before it was stored.
Booted continue_from(const Snapshot& snapshot, MachineSettings settings, int cancel_fd) {
  settings.snapshot = snapshot.path;
  Booted booted;
  booted.guest = std::make_unique<Guest>(settings, cancel_fd);
  booted.hello = snapshot.hello;
  return booted;
}

Options fit_to(const Image& image, Options options) {
  if (!image.checks_memory) return options;
  constexpr unsigned more = 4;
  options.memory_mb *= more;
  for (auto* time : {&options.boot_deadline, &options.kvm_trial, &options.silence, &options.slack})
    *time *= more;
  return options;
}

}  // namespace

Machinery machinery_for(const Options& options, const Parts& parts) {
  Machinery machinery{fit_to(parts.image, options), {}};
  MachineSettings& settings = machinery.settings;
  settings.qemu = parts.qemu;
  settings.image = parts.image;
  settings.cpus = options.cpus;
  settings.memory_mb = machinery.options.memory_mb;
  settings.kernel_talks = options.kernel_talks;
  return machinery;
}

Booted boot(const Machinery& machinery, const Sinks& sinks) {
  const auto& [options, settings] = machinery;
  if (options.snapshot) return continue_from(*options.snapshot, settings, options.cancel_fd);
  Booted booted = boot_on_the_best(settings, options, sinks);
  check(booted.hello, settings.image);
  say(sinks,
      fmt::format("microVM: Linux {} on QEMU with {}, up after {:.1f} s", booted.hello.release,
                  booted.accelerator == Accelerator::kvm ? "KVM" : "TCG",
                  std::chrono::duration<double>(booted.took).count()));
  return booted;
}

}  // namespace lab::vm
