// SPDX-License-Identifier: MIT
#include "grade/command_guest.hpp"

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

#include "grade/judge.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "vm/run.hpp"

namespace lab::grade {
namespace {

constexpr std::size_t most_wrote = 500;  // bytes

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// Of the command and of its judge.
std::vector<std::string> variables_of(const Prepared& prepared, const std::string& nonce) {
  std::vector<std::string> variables{"nonce=" + nonce};
  for (const auto& [name, value] : prepared.values)
    if (name != "submission") variables.push_back(name + "=" + value);
  return variables;
}

vm::Job job_for(const Assignment& assignment, const Command& command,
                const std::vector<std::string>& variables) {
  const std::string shell(guest_shell);
  vm::Job job;
  job.argv = {shell, "sh", "-c",
              fmt::format("{0} mkdir -p /usr/local/bin && {0} --install -s /usr/local/bin && "
                          "{0} ip link set lo up && exec {0} sh -ec \"$0\"",
                          shell),
              command.run};
  job.env = {"PATH=/lab:/lab/programs:/usr/local/bin:/bin:/sbin:/usr/bin:/usr/sbin",
             "HOME=/root",
             "TERM=dumb",
             "LAB_CONFIG=",
             "LAB_CONFINE_PROGRAMS=1",
             "LAB_SCENARIOS=/lab/scenarios",
             "LC_ALL=C.UTF-8",
             "COLUMNS=100",
             fmt::format("submission={}", submission_folder),
             fmt::format("assignment={}", assignment_folder)};
  job.env.insert(job.env.end(), variables.begin(), variables.end());
  job.deadline = assignment.limits.time;
  return job;
}

struct Printed {
  std::string out, err;
};

CommandEnd end_of(const vm::Outcome& outcome, const Command& command, const Printed& printed) {
  CommandEnd end;
  if (outcome.timed_out) end.lost = "its command did not end in time and was killed";
  end.status = outcome.status;
  // What a judge reads depends on the nonce.
  end.wrote = command.judge.empty() ? printed.out + printed.err : printed.err;
  if (end.wrote.size() > most_wrote)
    end.wrote = "…" + end.wrote.substr(end.wrote.size() - most_wrote);
  if (!end.wrote.empty()) end.wrote = in_quotes(end.wrote, 2 * most_wrote);
  return end;
}

// In a guest; `printed`: what the command wrote.
CommandEnd run_once(const Command& command, const Errand& errand, const vm::Job& job,
                    const GuestOptions& options, Printed& printed, bool& booted) {
  printed = {};
  vm::Sinks sinks;
  sinks.booted = [&] { booted = true; };
  sinks.output = [&](vm::Stream stream, std::string_view bytes) {
    (stream == vm::Stream::err ? printed.err : printed.out) += bytes;
  };
  try {
    return end_of(vm::run_in_vm(machine_for(options), job, errand.uploads, sinks), command,
                  printed);
  } catch (const vm::KernelComplained& error) {
    CommandEnd end;
    end.complaint = first_line(error.what());
    if (end.complaint.ends_with(':')) end.complaint.pop_back();  // its words follow there
    return end;
  }
}

}  // namespace

CommandEnd run_command(const Assignment& assignment, const Errand& errand, const Prepared& prepared,
                       const GuestOptions& options) {
  const Command& command = assignment.checks.at(errand.check).command.value();
  const auto variables = variables_of(prepared, random_word());
  const vm::Job job = job_for(assignment, command, variables);
  Printed printed;
  CommandEnd end;
  bool booted = false;
  try {
    end = run_once(command, errand, job, options, printed, booted);
  } catch (const vm::GuestLost&) {
    // Booted by itself: of a guest that is continued nobody knows whether it works.
    GuestOptions fresh = options;
    fresh.snapshot.reset();
    booted = false;
    try {
      end = run_once(command, errand, job, fresh, printed, booted);
    } catch (const vm::GuestLost& error) {
      if (!booted) throw;
      end.lost = "the guest was lost twice: " + first_line(error.what());
    }
  }
  const bool asks = end.lost.empty() && end.complaint.empty() && end.status == command.status &&
                    !command.judge.empty();
  if (asks) end.refused = ask_judge(command.judge, assignment.folder, variables, printed.out);
  return end;
}

std::chrono::milliseconds longest_command(const Assignment& assignment,
                                          const GuestOptions& options) {
  constexpr std::chrono::minutes judge{1};
  return judge + 2 * (longest_time(assignment, 0, options) + assignment.limits.time);
}

}  // namespace lab::grade
