// SPDX-License-Identifier: MIT
//
// The verbs that are calls of tcp(7).
#include <fmt/format.h>

#include "run/addresses.hpp"
#include "run/stage.hpp"
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

std::string quoted(std::string_view data) { return fmt::format("\"{}\"", data); }

}  // namespace

void act(Stage& stage, const scenario::OpenSocket& action, StepRecord& record) {
  TcpSocket socket = TcpSocket::create(stage.host(action.host).space(), stage.timeline.family);
  int error = 0;
  const auto apply = [&](Result result) {
    if (error == 0) error = result.error;
  };
  if (action.reuseaddr) apply(socket.set_reuse_address(true));
  if (action.reuseport) apply(socket.set_reuse_port(true));
  if (action.v6only && stage.timeline.family == Family::inet6)
    apply(socket.set_v6only(*action.v6only));
  if (!action.device.empty()) apply(socket.bind_to_device(action.device));
  record.played = outcome_of(error, fmt::format("inode {}", socket.inode()));
  stage.enter(action.name, action.host, std::move(socket));
}

void act(Stage& stage, const scenario::Bind& action, StepRecord& record) {
  TcpSocket& socket = stage.socket(action.socket);
  const Result result = socket.bind(resolve(action.to, stage.timeline));
  record.played = outcome_of(result.error, socket.local().str());
}

void act(Stage& stage, const scenario::Listen& action, StepRecord& record) {
  record.played = outcome_of(stage.socket(action.socket).listen(action.backlog).error,
                             fmt::format("backlog {}", action.backlog));
}

void act(Stage& stage, const scenario::Connect& action, StepRecord& record) {
  TcpSocket& socket = stage.socket(action.socket);
  Result result = socket.connect(resolve(action.to, stage.timeline));
  if (action.wait && result.error == EINPROGRESS) {
    result = socket.await_connected(stage.deadline());
    record.played.timed_out = result.error == EINPROGRESS;
  }
  record.played.error = result.error;
  record.played.observed = result.ok() ? ends(socket) : errno_name(result.error);
}

void act(Stage& stage, const scenario::Connected& action, StepRecord& record) {
  TcpSocket& socket = stage.socket(action.socket);
  const Result result = socket.await_connected(stage.deadline());
  record.played.error = result.error;
  record.played.timed_out = result.error == EINPROGRESS;
  record.played.observed = result.ok() ? ends(socket) : errno_name(result.error);
}

void act(Stage& stage, const scenario::Accept& action, StepRecord& record) {
  Accepted accepted = stage.socket(action.sockets.front()).accept(stage.deadline());
  record.played.error = accepted.error;
  record.played.timed_out = accepted.error == EAGAIN;
  record.played.observed = errno_name(accepted.error);
  if (!accepted.socket) return;
  record.played.observed = fmt::format("from {}", accepted.remote.str());
  std::string host;
  for (const SocketRecord& known : stage.timeline.sockets)
    if (known.name == action.sockets.front()) host = known.host;
  stage.enter(action.name, host, std::move(*accepted.socket));
}

void act(Stage& stage, const scenario::Send& action, StepRecord& record) {
  const Result result = stage.socket(action.socket).send(action.data, stage.deadline());
  record.played = outcome_of(result.error, fmt::format("{} bytes", action.data.size()));
  record.played.timed_out = result.error == EAGAIN;
}

void act(Stage& stage, const scenario::Receive& action, StepRecord& record) {
  const Received received =
      stage.socket(action.socket).receive(action.data.size(), stage.deadline());
  record.played.error = received.error;
  record.played.timed_out = received.error == EAGAIN;
  record.played.observed = quoted(received.data);
  record.played.data = received.data;
  if (received.closed) record.played.observed += ", then the end of the stream";
}

void act(Stage& stage, const scenario::Close& action, StepRecord& record) {
  stage.socket(action.socket).close();
  record.played = outcome_of(0, "");
}

}  // namespace lab::run
