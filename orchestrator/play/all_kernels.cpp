// SPDX-License-Identifier: MIT
//
// Runs the same plays on every kernel of class main and compares the reports.
#include <fmt/format.h>
#include <sys/mman.h>

#include <cstring>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "json/text.hpp"
#include "play/guest_run.hpp"
#include "play/report_files.hpp"
#include "report/kernels_compared.hpp"
#include "util/architecture.hpp"
#include "util/error.hpp"
#include "util/fd.hpp"
#include "util/path_component.hpp"
#include "util/print.hpp"
#include "vm/image.hpp"
#include "vm/known_kernels.hpp"
#include "vm/run.hpp"

namespace lab::play {
namespace {

using report::KernelReport;

// A file in memory, which nothing can leave behind.
class Scratch {
 public:
  Scratch()
      : file_(checked(::memfd_create("report", MFD_CLOEXEC), "memfd_create", "a report")),
        path_(fmt::format("/proc/self/fd/{}", file_.get())) {}
  const std::string& path() const { return path_; }

 private:
  Fd file_;
  std::string path_;
};

// What a guest printed last, in case it ends without a report.
std::string last_line(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

// Sets `status` to the guest's exit code.
KernelReport play_on(const std::string& kernel, const Options& asked,
                     const std::vector<Play>& plays, int& status) {
  const Scratch scratch;
  Options options = asked;
  options.kernel = kernel;
  options.format = "text";
  options.verbose = false;
  options.progress = false;
  options.reports = {};
  options.reports.json = scratch.path();
  if (!asked.pcap.empty()) options.pcap = path_in(asked.pcap, kernel, "kernel");
  KernelReport result{kernel, {}, {}};
  std::string said;
  try {
    status = run_in_microvm(options, plays, [&said](vm::Stream stream, std::string_view bytes) {
      if (stream == vm::Stream::err) said += bytes;
    });
  } catch (const EnvironmentError& error) {
    status = static_cast<int>(Exit::environment);
    result.problem = error.what();
    return result;
  }
  std::ifstream file(options.reports.json);
  // What is nested more deeply than any report is left out: it is written again by recursion.
  constexpr int deepest = 64;
  const auto keep = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    return depth <= deepest;
  };
  result.report = nlohmann::json::parse(file, keep, false);
  if (result.report.is_discarded()) {
    result.report = nullptr;
    result.problem = fmt::format("it sent no report: {}", last_line(said));
  }
  return result;
}

// Failed is worse than not runnable, which is worse than skipped.
int worse(int one, int other) {
  for (const Exit exit : {Exit::failed, Exit::usage, Exit::environment})
    if (one == static_cast<int>(exit) || other == static_cast<int>(exit))
      return static_cast<int>(exit);
  // Skipped only if skipped everywhere.
  return one == static_cast<int>(Exit::pass) ? one : other;
}

nlohmann::json as_json(const std::vector<KernelReport>& reports) {
  nlohmann::json kernels = nlohmann::json::array();
  for (const KernelReport& each : reports) {
    nlohmann::json kernel = {{"kernel", each.name}, {"report", each.report}};
    if (!each.problem.empty()) kernel["problem"] = each.problem;
    kernels.push_back(std::move(kernel));
  }
  nlohmann::json different = nlohmann::json::array();
  for (const report::Difference& each : report::differences(reports)) {
    nlohmann::json groups = nlohmann::json::array();
    for (const auto& [seen, names] : each.groups)
      groups.push_back({{"seen", seen}, {"kernels", names}});
    different.push_back({{"play", each.play},
                         {"aspect", each.aspect},
                         {"where", each.where},
                         {"groups", std::move(groups)}});
  }
  return {{"kernels", std::move(kernels)}, {"differences", std::move(different)}};
}

}  // namespace

int run_on_all_kernels(const Options& options, const std::vector<Play>& plays) {
  const ReportPaths& files = options.reports;
  if (!files.junit.empty() || !files.ktap.empty() || !files.html.empty() || files.json == "-")
    throw UsageError(
        "--kernel all: the differences are reported as text or as JSON (--format json, --output "
        "FILE); for the other formats run on one kernel at a time");
  const auto output = open_output(options.reports.json);
  std::vector<KernelReport> reports;
  const Architecture* asked = find_architecture(options.architecture);
  const Architecture& architecture = asked ? *asked : this_architecture();
  std::optional<int> status;
  for (const vm::KnownKernel& kernel : vm::known_kernels(vm::build_directory())) {
    if (!kernel.main) continue;
    const std::string guest = vm::guest_name(kernel.name, architecture);
    print_note("kernel {} …\n", guest);
    int of_this = 0;
    reports.push_back(play_on(guest, options, plays, of_this));
    // Interrupted.
    if (of_this >= 128) return of_this;
    status = status ? worse(*status, of_this) : of_this;
  }
  if (options.format == "json")
    fmt::print("{}\n", json_text(as_json(reports)));
  else
    report::draw_kernels(std::cout, options.style, reports);
  std::cout.flush();
  if (output) {
    *output << json_text(as_json(reports)) << '\n';
    if (const int error = output->finish())
      throw EnvironmentError(fmt::format("--output {}: the report could not be written: {}",
                                         options.reports.json, std::strerror(error)));
  }
  return status.value_or(static_cast<int>(Exit::environment));
}

}  // namespace lab::play
