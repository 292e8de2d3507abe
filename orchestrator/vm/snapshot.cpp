// SPDX-License-Identifier: MIT
#include "vm/snapshot.hpp"

#include <fmt/format.h>

#include "util/clock.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/boot.hpp"
#include "vm/monitor.hpp"
#include "vm/run.hpp"

namespace lab::vm {
namespace {

using nlohmann::json;

// Of a guest that waits. The machine stops for good.
void store(const Guest& guest, const std::string& path) {
  const Deadline deadline(std::chrono::seconds(120));
  Monitor monitor(guest.monitor(), deadline);
  // It announces the end, so that nobody need ask.
  const json events{{"capability", "events"}, {"state", true}};
  monitor.execute("migrate-set-capabilities", {{"capabilities", json::array({events})}}, deadline);
  // The default is for a network.
  constexpr std::int64_t unlimited = 100'000'000'000;  // bytes a second
  monitor.execute("migrate-set-parameters", {{"max-bandwidth", unlimited}}, deadline);
  monitor.execute("migrate", {{"uri", fmt::format("exec:cat > {}", shell_word(path))}}, deadline);
  for (;;) {
    const std::string status = monitor.await_event("MIGRATION", deadline).value("status", "");
    if (status == "completed") return;
    if (status == "failed" || status == "cancelled")
      throw EnvironmentError(fmt::format("QEMU could not store the guest in {}", path));
  }
}

}  // namespace

std::optional<Snapshot> make_snapshot(const Options& asked, const std::string& path,
                                      const Sinks& sinks) {
  Options options = asked;
  options.snapshot.reset();
  {
    const Parts parts = options.parts ? *options.parts : find_parts(options.build, options.series);
    Machinery machinery = machinery_for(options, parts);
    machinery.settings.monitored = true;
    const Booted booted = boot(machinery, sinks);
    if (booted.accelerator != Accelerator::tcg) return std::nullopt;
    store(*booted.guest, path);
    options.snapshot = Snapshot{path, booted.hello};
  }
  // Whether it works is found out here, and not by the first job.
  Job job;
  job.argv = {"/lab/orchestrator", "version"};
  job.deadline = std::chrono::seconds(60);
  if (const Outcome outcome = run_in_vm(options, job, {}, {}); outcome.status != 0)
    throw EnvironmentError(fmt::format(
        "a guest that continued from its snapshot ended with status {}", outcome.status));
  return options.snapshot;
}

}  // namespace lab::vm
