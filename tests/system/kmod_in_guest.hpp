// SPDX-License-Identifier: MIT
//
// Runs kmod_poke (kmod_main.c) in a guest that has loaded tcp_lookup.ko.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "series.hpp"
#include "vm/run.hpp"

namespace lab::vm {

// With two processors, since the module is to be read on one while the tables change on the
// other. `kernel` is a name in build/kernels. Its output, TAP, is passed on as it comes.
// Throws as run_in_vm() does.
inline Outcome poke_in_guest(const std::string& kernel, const std::vector<std::string>& arguments,
                             std::function<void(std::string_view)> output) {
  Options options;
  options.series = kernel;
  options.build = BUILD_DIR;
  options.cpus = 2;
  Job job;
  job.argv = {"/work/poke"};
  job.argv.insert(job.argv.end(), arguments.begin(), arguments.end());
  Sinks sinks;
  sinks.output = [output = std::move(output)](Stream, std::string_view bytes) { output(bytes); };
  return run_in_vm(options, job, {{in_guest(kernel, KMOD_POKE), "/work/poke"}}, sinks);
}

}  // namespace lab::vm
