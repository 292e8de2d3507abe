// SPDX-License-Identifier: MIT
#include "vm/run.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <limits>
#include <memory>
#include <utility>

#include "util/clock.hpp"
#include "util/text.hpp"
#include "vm/boot.hpp"
#include "vm/files.hpp"

namespace lab::vm {
namespace {

using std::chrono::milliseconds;

// An error of the guest's kernel is one of the run, whatever the job's status.
void complain_of(const Done& done) {
  constexpr std::size_t most_bytes = 65536, most_lines = 400;
  if (done.taint == 0 && done.reports.empty()) return;
  Tail text(most_bytes);
  text.add(done.reports.empty() ? done.kernel_log : done.reports);
  throw KernelComplained(fmt::format("the guest's kernel complained while the job ran{}{}:\n{}",
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

// From other jobs whose guests continue from the same snapshot.
void make_different(Job& job) {
  job.seed.resize(32);
  if (::getrandom(job.seed.data(), job.seed.size(), 0) != static_cast<ssize_t>(job.seed.size()))
    throw_errno("getrandom", "a guest's seed");
  job.time = std::chrono::duration_cast<std::chrono::nanoseconds>(
                 std::chrono::system_clock::now().time_since_epoch())
                 .count();
}

}  // namespace

Parts find_parts(const std::string& build, const std::string& series) {
  Image image = find_image(build, series);
  std::string qemu = find_qemu(*image.architecture);
  return {std::move(image), std::move(qemu)};
}

Outcome run_in_vm(const Options& asked, const Job& asked_job, const std::vector<Upload>& uploads,
                  const Sinks& sinks) {
  const Parts parts = asked.parts ? *asked.parts : find_parts(asked.build, asked.series);
  const Machinery machinery = machinery_for(asked, parts);
  const Options& options = machinery.options;
  const Booted booted = boot(machinery, sinks);
  if (sinks.booted) sinks.booted();
  Job job = asked_job;
  if (options.snapshot) make_different(job);

  if (sinks.waiting) sinks.waiting("microVM: sending it the job");
  for (const auto& upload : uploads) {
    // The image has most libraries already: the orchestrator uses them, too.
    if (holds_file(parts.image, upload.to, upload.from)) continue;
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
