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
  Call operator()(const scenario::Nftables&) const { return {"nft", 0, false}; }
  Call operator()(const scenario::Sysctl&) const { return {"the sysctl", 0, false}; }
  Call operator()(const scenario::SetLink&) const { return {"the link", 0, false}; }
  Call operator()(const scenario::Inject&) const { return {"inject", 0, false}; }
  Call operator()(const scenario::Let&) const { return {"let", 0, false}; }
  // What arranges things and claims nothing about TCP; and what is judged
  // elsewhere, which judge() never brings here.
  template <typename Arrangement>
  Call operator()(const Arrangement&) const {
    return {"", 0, false};
  }
};

std::string outcome_name(int error) { return error == 0 ? "success" : errno_name(error); }

std::string quoted(const std::string& data) { return fmt::format("\"{}\"", data); }

// What a call must bring besides its success.
struct Demand {
  std::string expected;
  bool met = false;
};

struct DemandOf {
  const Played& played;

  std::optional<Demand> operator()(const scenario::Receive& receive) const {
    if (receive.error != 0) return std::nullopt;
    const bool met = played.data == receive.data && (played.ended || !receive.end);
    if (!receive.end) return Demand{quoted(receive.data), met};
    return Demand{receive.data.empty() ? "the end of the stream and nothing before it"
                                       : quoted(receive.data) + ", then the end of the stream",
                  met};
  }
  std::optional<Demand> operator()(const scenario::GetOption& get) const {
    return Demand{get.option == "SO_ERROR" ? errno_name(static_cast<int>(get.value))
                                           : std::to_string(get.value),
                  played.value == get.value};
  }
  std::optional<Demand> operator()(const scenario::Transfer& transfer) const {
    return Demand{fmt::format("{} bytes as they were sent", transfer.bytes),
                  played.value == transfer.bytes};
  }
  template <typename Other>
  std::optional<Demand> operator()(const Other&) const {
    return std::nullopt;
  }
};

// `brings`: success alone would say nothing, what the call brought says all.
std::string what_happened(const Context& context, bool brings) {
  const Played& played = context.record.played;
  if (brings && !played.timed_out && played.error == 0 && !played.observed.empty())
    return "saw " + played.observed;
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
  const auto demand = std::visit(DemandOf{played}, context.step.action);
  const bool holds = !played.timed_out && played.error == call.error && (!demand || demand->met);
  if (holds && !call.claims) return {};

  const std::string title = scenario::describe(context.step.action);
  const std::string expected = fmt::format("{} expected {}", call.name,
                                           demand ? demand->expected : outcome_name(call.error));
  const std::string seen = what_happened(context, demand.has_value());
  constexpr std::string_view witness = "socket";
  return {holds ? passed(title, witness, expected, seen) : failed(title, witness, expected, seen)};
}

}  // namespace lab::check
