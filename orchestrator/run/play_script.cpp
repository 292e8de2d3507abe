// SPDX-License-Identifier: MIT
//
// The steps that only packetdrill scripts have.
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "run/find_program.hpp"
#include "run/python_code.hpp"
#include "run/script_clock.hpp"
#include "run/system_call.hpp"
#include "util/error.hpp"
#include "util/executable.hpp"

namespace lab::run {
namespace {

using scenario::SystemCall;

int descriptor(RunContext& context, const std::string& name) {
  if (name.empty()) return -1;
  const auto file = context.script.files.find(name);
  return file == context.script.files.end() ? context.socket(name).fd() : file->second.get();
}

std::vector<std::string> others_of(const SystemCall& call) {
  std::vector<std::string> names;
  if (const auto* control = std::get_if<scenario::EpollControl>(&call.arguments))
    names = {control->target};
  if (const auto* splice = std::get_if<scenario::Splice>(&call.arguments)) names = {splice->to};
  if (const auto* file = std::get_if<scenario::SendFile>(&call.arguments)) names = {file->from};
  if (const auto* poll = std::get_if<scenario::PollMany>(&call.arguments))
    for (const auto& one : poll->all) names.push_back(one.descriptor);
  return names;
}

// A socket's own: it may be one of IPv6 in a run over IPv4.
std::optional<Family> family_of(int socket) {
  int domain = 0;
  socklen_t length = sizeof domain;
  if (::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return std::nullopt;
  return domain == AF_INET6 ? Family::inet6 : Family::inet;
}

PreparedCall prepare(RunContext& context, const SystemCall& call, const StepRecord& record) {
  PreparedCall prepared{
      call, descriptor(context, call.descriptor), {}, {}, 0, context.script.buffers};
  for (const std::string& name : others_of(call))
    prepared.others.push_back(descriptor(context, name));
  if (const auto* message = std::get_if<scenario::SendMessage>(&call.arguments)) {
    if (message->to)
      prepared.to_length =
          resolve(*message->to, context.timeline, family_of(prepared.fd)).to_sockaddr(prepared.to);
    if (message->unspecified) {
      prepared.to.ss_family = AF_UNSPEC;
      prepared.to_length = sizeof(sockaddr_in);
    }
  }
  prepared.start = context.script.start.value_or(0);
  prepared.tolerance = record.due ? record.due->tolerance : 0;
  prepared.delayed =
      std::max(waited_for_processors() - context.script.waited, slowness_of_processor());
  return prepared;
}

void note(CallResult& result, StepRecord& record) {
  record.played.error = result.error;
  record.played.value = result.value;
  record.played.data = result.reply;
  record.played.observed =
      result.error != 0
          ? errno_name(result.error)
          : fmt::format("{}{}{}", result.value, result.reply.empty() ? "" : ", ", result.reply);
}

void act(RunContext& context, const SystemCall& call, StepRecord& record) {
  PreparedCall prepared = prepare(context, call, record);
  if (call.begins) {
    context.script.call.emplace(prepared, record.due ? record.due->earliest : now());
    return;
  }
  CallResult result = prepared.make();
  if (std::holds_alternative<scenario::CloseFile>(call.arguments))
    context.script.files.erase(call.descriptor);
  for (auto& [name, fd] : result.opened) context.script.files.insert_or_assign(name, std::move(fd));
  note(result, record);
  if (result.late && record.due) record.due->delayed = prepared.delayed;
}

void act(RunContext& context, const scenario::CallOver& over, StepRecord& record) {
  std::optional<BlockingCall>& call = context.script.call;
  if (!call) throw UsageError("a call returns that has not begun");
  const Deadline deadline = context.deadline();
  while (!call->over() && !deadline.passed()) {
    context.await_change(deadline);
    context.drain();
  }
  record.played.timed_out = !call->over();
  if (record.played.timed_out) return;
  CallResult result = call->take();
  note(result, record);
  record.end = result.end;
  const Timestamp due = call->due() + std::chrono::nanoseconds(over.duration).count();
  record.due = Due{due, due};
  record.due->tolerance = std::chrono::nanoseconds(over.tolerance).count();
  record.due->delayed = std::max(waited_for_processors() - call->waited(), slowness_of_processor());
  call.reset();
}

// Where every distribution has it, so that one of a user's own is not needed; else that of PATH.
std::string python(const std::string& scenario_file) {
  const std::string usual = "/usr/bin/python3";
  return is_executable(usual) ? usual : find_program("python3", scenario_file);
}

void act(RunContext& context, const scenario::PythonCode& code, StepRecord& record) {
  std::vector<PythonSnippet> snippets;
  for (const scenario::PythonCode::Snippet& snippet : code.snippets) {
    PythonSnippet made{
        snippet.text, fmt::format("{}:{}", context.scenario.file, snippet.at.line), {}};
    const auto reader = std::ranges::find_if(context.timeline.steps, [&](const StepRecord& step) {
      return snippet.info && step.index == *snippet.info && step.info;
    });
    if (reader != context.timeline.steps.end()) made.values = reader->info->fields;
    snippets.push_back(std::move(made));
  }
  scenario::Exec program;
  program.host = code.host;
  program.name = "python3";
  // -I: without the user's environment and folder.
  program.run = {python(context.scenario.file), "-I", "-"};
  program.input = python_program(snippets, scenario::info_fields());
  if (program.run.front().empty()) {
    record.played.error = ENOENT;
    record.played.observed = "it needs python3, which is not there";
  } else {
    run_without_rights(context, program, record);
    if (record.played.error != 0)
      record.played.observed = "it needs python3: " + record.played.observed;
  }
  if (record.played.error != 0)
    context.timeline.missed = fmt::format("line {}: {}", record.line, record.played.observed);
}

}  // namespace

bool play_script_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::ScriptSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
