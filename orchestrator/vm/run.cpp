// SPDX-License-Identifier: MIT
#include "vm/run.hpp"

#include <fmt/format.h>

#include <limits>
#include <memory>

#include "util/clock.hpp"
#include "util/text.hpp"
#include "vm/files.hpp"

namespace lab::vm {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

struct Booted {
  std::unique_ptr<Guest> guest;
  Hello hello;
  Accelerator accelerator = Accelerator::tcg;
  milliseconds took{0};
};

Booted boot(const MachineSettings& settings, milliseconds deadline, int cancel_fd) {
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
    return boot(settings, deadline, options.cancel_fd);
  };
  if (options.accelerator) return with(*options.accelerator, options.boot_deadline);
  if (!why_no_kvm().empty()) return with(Accelerator::tcg, options.boot_deadline);

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

Options fit_to(const Image& image, Options options) {
  if (!image.checks_memory) return options;
  constexpr unsigned more = 4;
  options.memory_mb *= more;
  for (auto* time : {&options.boot_deadline, &options.kvm_trial, &options.silence, &options.slack})
    *time *= more;
  return options;
}

// An error of the guest's kernel is one of the run, whatever the job's status.
void complain_of(const Done& done) {
  constexpr std::size_t most_bytes = 65536, most_lines = 400;
  if (done.taint == 0 && done.reports.empty()) return;
  Tail text(most_bytes);
  text.add(done.reports.empty() ? done.kernel_log : done.reports);
  throw EnvironmentError(fmt::format("the guest's kernel complained while the job ran{}{}:\n{}",
                                     done.taint != 0 ? ": " : "", describe_taint(done.taint),
                                     text.last_lines(done.reports.empty() ? 80 : most_lines)));
}

// Everything after the job was sent, up to and including Done. Throws Cancelled.
Done follow(Guest& guest, milliseconds silence, std::uint64_t most_output, const Sinks& sinks,
            const Deadline* deadline = nullptr) {
  std::uint64_t bytes = 0;
  for (;;) {
    if (deadline && deadline->passed()) throw Cancelled("cancelled; the job did not stop");
    const Message message = guest.receive(silence);
    if (const auto* done = std::get_if<Done>(&message)) return *done;
    if (const auto* output = std::get_if<Output>(&message)) {
      bytes += output->bytes.size();
      if (bytes > most_output)
        guest.lost(fmt::format("the job wrote more than {} bytes", most_output));
      if (sinks.output && !output->bytes.empty()) sinks.output(output->stream, output->bytes);
    } else if (const auto* chunk = std::get_if<FileChunk>(&message)) {
      if (sinks.file) sinks.file(*chunk);
    } else {
      guest.lost("the guest sent an unexpected message");
    }
  }
}

// Keys go to the job as they are typed.
void listen_to(Typist& typist, Guest& guest) {
  guest.watch(typist.keys(), [&] {
    const auto bytes = typist.take_keys();
    if (bytes && !bytes->empty()) guest.post(Input{*bytes});
    return bytes.has_value();
  });
  guest.watch(typist.resizes(), [&] {
    guest.post(Resize{typist.take_size()});
    return true;
  });
}

// The last output of a job that is asked to stop. Ignores the loss of the guest.
void hear_out(Guest& guest, const Options& options, const Sinks& sinks) try {
  guest.ignore_cancel();
  const Deadline deadline(options.last_words);
  guest.send(Stop{}, options.last_words);
  follow(guest, options.last_words, options.most_output, sinks, &deadline);
} catch (const GuestLost&) {
}

}  // namespace

Parts find_parts(const std::string& build, const std::string& series) {
  return {find_image(build, series), find_qemu()};
}

Outcome run_in_vm(const Options& asked, const Job& job, const std::vector<Upload>& uploads,
                  const Sinks& sinks) {
  const auto& [image, qemu] = asked.parts ? *asked.parts : find_parts(asked.build, asked.series);
  const Options options = fit_to(image, asked);
  const MachineSettings settings{
      qemu, image, Accelerator::tcg, options.cpus, options.memory_mb, options.kernel_talks};
  const Booted booted = boot_on_the_best(settings, options, sinks);
  check(booted.hello, image);
  say(sinks,
      fmt::format("microVM: Linux {} on QEMU with {}, up after {:.1f} s", booted.hello.release,
                  booted.accelerator == Accelerator::kvm ? "KVM" : "TCG",
                  std::chrono::duration<double>(booted.took).count()));

  wait_for(sinks, "microVM: sending it the job");
  for (const auto& upload : uploads) {
    // The image has most libraries already: the orchestrator uses them, too.
    if (holds_file(image, upload.to, upload.from)) continue;
    send_file(upload.from, upload.to, [&](FileChunk chunk) {
      if (upload.secret) chunk.mode &= 0700;
      booted.guest->send(chunk, options.silence);
    });
  }
  booted.guest->send(job, options.silence);
  if (job.deadline.count() > 0) booted.guest->limit(job.deadline + options.slack);
  if (options.typist) listen_to(*options.typist, *booted.guest);
  Done done;
  try {
    constexpr auto unlimited = std::numeric_limits<std::uint64_t>::max();
    done = follow(*booted.guest, options.silence, job.terminal ? unlimited : options.most_output,
                  sinks);
  } catch (const Cancelled&) {
    hear_out(*booted.guest, options, sinks);
    throw;
  }
  if (!done.error.empty()) throw EnvironmentError(done.error);
  complain_of(done);
  return {done.status, done.timed_out, booted.hello.release, booted.accelerator, booted.took};
}

}  // namespace lab::vm
