// SPDX-License-Identifier: MIT
//
// The verb await: for a program, a socket, or what is to be dropped.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include <cerrno>

#include "run/programs.hpp"

namespace lab::run {
namespace {

void await_output(RunContext& context, const scenario::Await& action, StepRecord& record) {
  Program& program = context.programs.at(action.program).program;
  const auto has_said = [&] { return program.output().find(action.output) != std::string::npos; };
  const Deadline deadline = context.deadline();
  for (context.drain(); !has_said() && !program.exit() && !deadline.passed(); context.drain())
    context.await_news(deadline);
  record.played.timed_out = !has_said() && !program.exit();
  if (record.played.timed_out) program.kill();
  tell(program, record);
}

short events_of(const std::string& event) {
  return event == "readable" ? POLLIN : event == "writable" ? POLLOUT : POLLRDHUP;
}

std::string words_of(short events) {
  static constexpr std::pair<short, std::string_view> names[] = {{POLLIN, "POLLIN"},
                                                                 {POLLOUT, "POLLOUT"},
                                                                 {POLLRDHUP, "POLLRDHUP"},
                                                                 {POLLERR, "POLLERR"},
                                                                 {POLLHUP, "POLLHUP"}};
  std::vector<std::string_view> words;
  for (const auto& [event, name] : names)
    if (events & event) words.push_back(name);
  return fmt::format("{}", fmt::join(words, ", "));
}

// A reset ends a socket without a FIN: it is closed all the same. What is not
// connected at all hangs up at once, and nothing else will come of it.
void await_socket(RunContext& context, const scenario::Await& action, StepRecord& record) {
  const Deadline deadline = context.deadline();
  const short wanted = events_of(action.event);
  pollfd polled{context.socket(action.socket).fd(), wanted, 0};
  while (::poll(&polled, 1, deadline.poll_timeout()) <= 0 && !deadline.passed()) continue;
  const bool closed = polled.revents & (POLLHUP | POLLERR);
  const bool holds = (polled.revents & wanted) || (closed && action.event == "closed");
  record.played.timed_out = polled.revents == 0;
  record.played.error = holds || record.played.timed_out ? 0 : ENOTCONN;
  record.played.observed = words_of(polled.revents);
}

// Nothing wakes us when a rule has counted a packet.
void await_drops(RunContext& context, const scenario::Await& action, StepRecord& record) {
  Host& host = context.host(action.dropped);
  const Deadline deadline = context.deadline();
  while (!drops_done(host)) {
    if (deadline.passed()) {
      record.played.timed_out = true;
      return;
    }
    context.await_change(deadline);
    context.drain();
  }
}

}  // namespace

void act(RunContext& context, const scenario::Await& action, StepRecord& record) {
  if (!action.dropped.empty())
    await_drops(context, action, record);
  else if (!action.socket.empty())
    await_socket(context, action, record);
  else if (action.exit)
    await_end(context, context.programs.at(action.program).program, record);
  else
    await_output(context, action, record);
}

}  // namespace lab::run
