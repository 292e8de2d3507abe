// SPDX-License-Identifier: MIT
//
// The verbs that ask a socket, or tell it, how it is to be.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "run/run_context.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

// The parser knows the same names (scenario::socket_options()).
const SocketOption& option_named(const std::string& name) {
  const SocketOption* option = find_socket_option(name);
  if (!option) throw UsageError(fmt::format("{} is no option of a socket", name));
  return *option;
}

}  // namespace

void act(RunContext& context, const scenario::SetOption& action, StepRecord& record) {
  const Result result =
      context.socket(action.socket).set_option(option_named(action.option), action.value);
  record.played.error = result.error;
  if (!result.ok()) record.played.observed = errno_name(result.error);
}

void act(RunContext& context, const scenario::GetOption& action, StepRecord& record) {
  const OptionValue got = context.socket(action.socket).get_option(option_named(action.option));
  record.played.error = got.error;
  if (got.error != 0) {
    record.played.observed = errno_name(got.error);
    return;
  }
  record.played.value = got.value;
  record.played.observed = action.option == "SO_ERROR" ? errno_name(static_cast<int>(got.value))
                                                       : std::to_string(got.value);
}

void act(RunContext& context, const scenario::Info& action, StepRecord& record) {
  const TcpInfo info = context.socket(action.socket).info();
  record.played.observed =
      fmt::format("{}{}{}", to_string(info.state), info.options.empty() ? "" : ", ",
                  fmt::join(info.options, ", "));
  record.info = info;
}

}  // namespace lab::run
