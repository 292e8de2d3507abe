// SPDX-License-Identifier: MIT
//
// The steps that only packetdrill scripts have.
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "run/script_clock.hpp"
#include "run/system_call.hpp"
#include "util/error.hpp"

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

PreparedCall prepare(RunContext& context, const SystemCall& call, const StepRecord& record) {
  PreparedCall prepared{call, descriptor(context, call.descriptor), {}, {}, 0,
                        context.script.buffers};
  for (const std::string& name : others_of(call))
    prepared.others.push_back(descriptor(context, name));
  if (const auto* message = std::get_if<scenario::SendMessage>(&call.arguments)) {
    if (message->to)
      prepared.to_length =
          resolve(*message->to, context.timeline, context.timeline.family).to_sockaddr(prepared.to);
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
  record.played.observed = result.error != 0 ? errno_name(result.error)
                                             : fmt::format("{}{}{}", result.value,
                                                           result.reply.empty() ? "" : ", ",
                                                           result.reply);
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
  for (auto& [name, fd] : result.opened)
    context.script.files.insert_or_assign(name, std::move(fd));
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
  record.due->delayed =
      std::max(waited_for_processors() - call->waited(), slowness_of_processor());
  call.reset();
}

}  // namespace

bool play_script_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::ScriptSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
