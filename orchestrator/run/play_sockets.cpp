// SPDX-License-Identifier: MIT
//
// The verbs for socket calls, see tcp(7).
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "check/resolve.hpp"
#include "net/pump.hpp"
#include "run/actions.hpp"
#include "run/addresses.hpp"
#include "util/error.hpp"

namespace lab::run {
namespace {

// The ends of a socket as the kernel names them: "10.0.0.1:40000 > 10.0.0.2:8888".
std::string ends(const TcpSocket& socket) {
  const auto remote = socket.remote();
  return remote ? fmt::format("{} > {}", socket.local().str(), remote->str())
                : socket.local().str();
}

Played outcome_of(int error, const std::string& success) {
  return {error, error == 0 ? success : errno_name(error), false};
}

// A closed socket has neither; a call on it returns EBADF.
Family family_of(const RunContext& context, const TcpSocket& socket) {
  return socket.is_open() ? socket.family() : context.timeline.family;
}
std::string local_of(const TcpSocket& socket) {
  return socket.is_open() ? socket.local().str() : "";
}

bool is_among(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// The words of scenario::send_flags() and receive_flags().
int message_flags(const std::vector<std::string>& words) {
  constexpr std::pair<std::string_view, int> known[] = {
      {"MSG_MORE", MSG_MORE},           {"MSG_OOB", MSG_OOB},
      {"MSG_EOR", MSG_EOR},             {"MSG_DONTROUTE", MSG_DONTROUTE},
      {"MSG_DONTWAIT", MSG_DONTWAIT},   {"MSG_PEEK", MSG_PEEK},
      {"MSG_TRUNC", MSG_TRUNC}};
  int flags = 0;
  for (const auto& [word, flag] : known)
    if (is_among(words, word)) flags |= flag;
  return flags;
}

std::string in_quotes(std::string_view data) { return fmt::format("\"{}\"", data); }

void act(RunContext& context, const scenario::OpenSocket& action, StepRecord& record) {
  const Family family = action.family.value_or(context.timeline.family);
  TcpSocket socket = TcpSocket::create(context.host(action.host).netns(), family);
  int error = 0;
  const auto apply = [&](Result result) {
    if (error == 0) error = result.error;
  };
  if (action.reuseaddr) apply(socket.set_reuse_address(true));
  if (action.reuseport) apply(socket.set_reuse_port(true));
  if (action.v6only && family == Family::inet6) apply(socket.set_v6only(*action.v6only));
  if (!action.device.empty()) apply(socket.bind_to_device(action.device));
  record.played = outcome_of(error, fmt::format("inode {}", socket.inode()));
  if (action.error == 0) context.enter(action.name, action.host, std::move(socket));
}

void act(RunContext& context, const scenario::Bind& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  const Result result =
      socket.bind(resolve(action.to, context.timeline, family_of(context, socket)));
  record.played = outcome_of(result.error, local_of(socket));
}

void act(RunContext& context, const scenario::Listen& action, StepRecord& record) {
  record.played = outcome_of(context.socket(action.socket).listen(action.backlog).error,
                             fmt::format("backlog {}", action.backlog));
}

// Like sendto(2) with MSG_FASTOPEN on a blocking socket: data that the SYN cannot carry is
// sent when the connection is established.
Result connect_with_data(TcpSocket& socket, const scenario::Connect& action, const Endpoint& remote,
                         const Deadline& deadline, Played& played) {
  const Sent sent = socket.connect_with(action.data, remote);
  played.observed = fmt::format("{} of {} bytes accepted at once", sent.bytes, action.data.size());
  if (!action.wait || (sent.error != 0 && sent.error != EINPROGRESS)) return {sent.error};
  const Result connected = socket.await_connected(deadline);
  if (!connected.ok()) return connected;
  return socket.send(std::string_view(action.data).substr(sent.bytes), deadline);
}

Result connect_alone(TcpSocket& socket, const scenario::Connect& action, const Endpoint& remote,
                     const Deadline& deadline) {
  const Result result = socket.connect(remote);
  return action.wait && result.error == EINPROGRESS ? socket.await_connected(deadline) : result;
}

void act(RunContext& context, const scenario::Connect& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  const Endpoint remote = resolve(action.to, context.timeline, family_of(context, socket));
  Played& played = record.played;
  const Result result = action.data.empty() && !action.fastopen
                            ? connect_alone(socket, action, remote, context.deadline())
                            : connect_with_data(socket, action, remote, context.deadline(), played);
  played.error = result.error;
  played.timed_out = action.wait && (result.error == EINPROGRESS || result.error == EAGAIN);
  const std::string outcome = result.ok() ? ends(socket) : errno_name(result.error);
  played.observed = played.observed.empty() ? outcome : outcome + ", " + played.observed;
}

void act(RunContext& context, const scenario::Connected& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  const Result result = socket.await_connected(context.deadline());
  record.played.error = result.error;
  record.played.timed_out = result.error == EINPROGRESS;
  record.played.observed = result.ok() ? ends(socket) : errno_name(result.error);
}

void act(RunContext& context, const scenario::Disconnect& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  const Result result = socket.disconnect();
  record.played = outcome_of(result.error, local_of(socket));
}

void act(RunContext& context, const scenario::Accept& action, StepRecord& record) {
  std::vector<TcpSocket*> listeners;
  for (const std::string& name : action.sockets) listeners.push_back(&context.socket(name));
  const bool once = action.error == EAGAIN;  // nothing to wait for
  Accepted accepted =
      accept_any(listeners, once ? Deadline(std::chrono::milliseconds(0)) : context.deadline());
  record.played.error = accepted.error;
  record.played.timed_out = accepted.error == EAGAIN && !once;
  record.played.observed = errno_name(accepted.error);
  if (!accepted.socket) return;
  const std::string& winner = action.sockets[accepted.listener];
  record.played.observed = fmt::format("from {}", accepted.remote.str());
  if (listeners.size() > 1) record.played.observed += fmt::format(", by {}", winner);
  if (action.error != 0) return;  // the check fails; the socket gets no name
  if (!action.winner.empty()) context.enter_again(action.winner, winner);
  context.enter(action.name, check::socket_named(context.timeline, winner)->host,
                std::move(*accepted.socket));
}

void act(RunContext& context, const scenario::Send& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  if (action.once()) {
    const Sent sent = socket.send_once(action.data.bytes(), message_flags(action.flags));
    record.played =
        outcome_of(sent.error, fmt::format("{} of {} bytes", sent.bytes, action.data.size()));
    if (sent.error == 0) record.played.value = static_cast<std::int64_t>(sent.bytes);
    return;
  }
  const Result result = socket.send(action.data.bytes(), context.deadline());
  record.played = outcome_of(result.error, fmt::format("{} bytes", action.data.size()));
  record.played.timed_out = result.error == EAGAIN;
}

void act(RunContext& context, const scenario::Receive& action, StepRecord& record) {
  // Ask for one more byte, so that recv(2) reports the end of the stream or an error.
  const std::size_t beyond = action.end || action.error != 0 ? 1 : 0;
  const std::size_t count =
      action.room ? static_cast<std::size_t>(*action.room)
                  : (action.bytes ? static_cast<std::size_t>(*action.bytes) : action.data.size()) +
                        beyond;
  const bool now = action.error == EAGAIN || action.room || is_among(action.flags, "MSG_DONTWAIT");
  const Deadline deadline = now ? Deadline(std::chrono::milliseconds(0)) : context.deadline();
  TcpSocket& socket = context.socket(action.socket);
  const Received received =
      action.flags.empty() && !action.room
                           ? socket.receive(count, deadline)
                           : socket.receive_once(count, message_flags(action.flags), deadline);
  Played& played = record.played;
  played.error = received.error;
  played.timed_out = received.error == EAGAIN && !now;
  if (action.bytes)  // they are only counted, and may be many
    played.value = static_cast<std::int64_t>(received.data.size());
  else
    played.data = received.data;
  played.ended = received.closed;
  if (action.bytes)
    played.observed = fmt::format("{} bytes", received.data.size());
  else if (!received.data.empty() || !received.closed)
    played.observed = in_quotes(received.data);
  if (received.data.empty() && received.error != 0) played.observed = errno_name(received.error);
  if (received.closed)
    played.observed +=
        received.data.empty() ? "the end of the stream" : ", then the end of the stream";
}

void act(RunContext& context, const scenario::Transfer& action, StepRecord& record) {
  const auto bytes = static_cast<std::uint64_t>(action.bytes);
  const Pumped pumped =
      pump(context.socket(action.from), context.socket(action.to), bytes, context.deadline());
  Played& played = record.played;
  played.error = pumped.error;
  played.timed_out = pumped.error == EAGAIN;
  played.value = static_cast<std::int64_t>(pumped.bytes);
  played.observed = fmt::format("{} bytes", pumped.bytes);
  if (pumped.closed) played.observed += ", then the end of the stream";
  if (pumped.differs) played.observed += ", then a byte that differs from the one sent";
}

void act(RunContext& context, const scenario::Shutdown& action, StepRecord& record) {
  const int how = action.how == scenario::Direction::read    ? SHUT_RD
                  : action.how == scenario::Direction::write ? SHUT_WR
                                                             : SHUT_RDWR;
  record.played = outcome_of(context.socket(action.socket).shutdown(how).error, "");
}

void act(RunContext& context, const scenario::Close& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  record.played = outcome_of(action.abort ? socket.abort() : socket.close(), "");
}

// The parser knows the same names (scenario::socket_options()).
const SocketOption& option_named(const std::string& name) {
  const SocketOption* option = find_socket_option(name);
  if (!option) throw UsageError(fmt::format("{} is not a socket option", name));
  return *option;
}

void act(RunContext& context, const scenario::SetOption& action, StepRecord& record) {
  TcpSocket& socket = context.socket(action.socket);
  const SocketOption& option = option_named(action.option);
  const Result result = option.value == SocketOption::Value::name
                            ? socket.set_option(option, action.name)
                            : socket.set_option(option, action.value);
  record.played.error = result.error;
  if (!result.ok()) record.played.observed = errno_name(result.error);
}

void act(RunContext& context, const scenario::GetOption& action, StepRecord& record) {
  const SocketOption& option = option_named(action.option);
  const TcpSocket& socket = context.socket(action.socket);
  if (option.value == SocketOption::Value::name) {
    const OptionName got = socket.get_option_name(option);
    record.played = outcome_of(got.error, got.name);
    record.played.data = got.name;
    return;
  }
  const OptionValue got = socket.get_option(option);
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

}  // namespace

bool play_socket_step(RunContext& context, const scenario::Action& action, StepRecord& record) {
  return visit_if_in(scenario::SocketSteps{}, action,
                     [&](const auto& step) { act(context, step, record); });
}

}  // namespace lab::run
