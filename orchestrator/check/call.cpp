// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "check/parts.hpp"
#include "util/error.hpp"

namespace lab::check {
namespace {

// What a step calls, and which errno its writer expects of it.
struct Call {
  std::string_view name;
  int error = 0;
  bool claims = true;  // false: worth a check only when it goes wrong
};

struct CallOf {
  Call operator()(const scenario::OpenSocket&) const { return {"socket()", 0, false}; }
  Call operator()(const scenario::SetOption& set) const { return {"setsockopt()", set.error}; }
  Call operator()(const scenario::GetOption&) const { return {"getsockopt()"}; }
  Call operator()(const scenario::Bind& bind) const { return {"bind()", bind.error}; }
  Call operator()(const scenario::Listen& listen) const { return {"listen()", listen.error}; }
  Call operator()(const scenario::Connect& connect) const { return {"connect()", connect.error}; }
  Call operator()(const scenario::Connected& connected) const {
    return {"connect()", connected.error};
  }
  Call operator()(const scenario::Disconnect& disconnect) const {
    return {"connect(AF_UNSPEC)", disconnect.error};
  }
  Call operator()(const scenario::Accept&) const { return {"accept()"}; }
  Call operator()(const scenario::Send& send) const { return {"send()", send.error}; }
  Call operator()(const scenario::Receive& receive) const { return {"recv()", receive.error}; }
  Call operator()(const scenario::Transfer&) const { return {"transfer"}; }
  Call operator()(const scenario::Shutdown& shutdown) const {
    return {"shutdown()", shutdown.error};
  }
  Call operator()(const scenario::Close&) const { return {"close()", 0, false}; }
  Call operator()(const scenario::Ping&) const { return {"ping"}; }
  Call operator()(const scenario::Exec& exec) const { return {"exit", exec.exit}; }
  Call operator()(const scenario::Await& await) const { return {"await", await.exit.value_or(0)}; }
  Call operator()(const scenario::Nftables&) const { return {"nft", 0, false}; }
  Call operator()(const scenario::Sysctl&) const { return {"the sysctl", 0, false}; }
  Call operator()(const scenario::SetLink&) const { return {"the link", 0, false}; }
  // What arranges things and claims nothing about TCP; and what is judged
  // elsewhere, which judge() never brings here.
  template <typename Arrangement>
  Call operator()(const Arrangement&) const {
    return {"", 0, false};
  }
};

std::string outcome_name(int error) { return error == 0 ? "success" : errno_name(error); }

std::string quoted(const std::string& data) { return fmt::format("\"{}\"", data); }

// The data that a Receive expects; null: the step is no Receive.
const std::string* expected_data(const Context& context) {
  const auto* receive = std::get_if<scenario::Receive>(&context.step.action);
  return receive ? &receive->data : nullptr;
}

std::string expectation(const Context& context, const Call& call) {
  if (const std::string* data = expected_data(context))
    return fmt::format("{} expected {}", call.name, quoted(*data));
  return fmt::format("{} expected {}", call.name, outcome_name(call.error));
}

std::string what_happened(const Context& context) {
  const Played& played = context.record.played;
  std::string seen = played.timed_out ? fmt::format("nothing decided before the deadline of {} ms",
                                                    context.scenario.deadline.count())
                                      : fmt::format("saw {}", outcome_name(played.error));
  if (!played.observed.empty() && played.observed != outcome_name(played.error))
    seen += fmt::format(" ({})", played.observed);
  return seen;
}

}  // namespace

std::vector<Check> judge_call(const Context& context) {
  const Call call = std::visit(CallOf{}, context.step.action);
  const Played& played = context.record.played;
  const std::string* data = expected_data(context);
  const bool holds =
      !played.timed_out && played.error == call.error && (!data || played.data == *data);
  if (holds && !call.claims) return {};

  const std::string title = scenario::describe(context.step.action);
  const std::string expected = expectation(context, call), seen = what_happened(context);
  constexpr std::string_view witness = "socket";
  return {holds ? passed(title, witness, expected, seen) : failed(title, witness, expected, seen)};
}

}  // namespace lab::check
