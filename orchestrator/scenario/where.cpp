// SPDX-License-Identifier: MIT
#include "scenario/where.hpp"

#include <algorithm>

namespace lab::scenario {
namespace {

struct VerbOf {
  std::string_view operator()(const OpenSocket&) const { return "socket"; }
  std::string_view operator()(const SetOption&) const { return "setsockopt"; }
  std::string_view operator()(const GetOption&) const { return "getsockopt"; }
  std::string_view operator()(const Bind&) const { return "bind"; }
  std::string_view operator()(const Listen&) const { return "listen"; }
  std::string_view operator()(const Connect&) const { return "connect"; }
  std::string_view operator()(const Connected&) const { return "connected"; }
  std::string_view operator()(const Disconnect&) const { return "disconnect"; }
  std::string_view operator()(const Accept&) const { return "accept"; }
  std::string_view operator()(const Send&) const { return "send"; }
  std::string_view operator()(const Receive&) const { return "receive"; }
  std::string_view operator()(const Transfer&) const { return "transfer"; }
  std::string_view operator()(const Shutdown&) const { return "shutdown"; }
  std::string_view operator()(const Close&) const { return "close"; }
  std::string_view operator()(const Info&) const { return "info"; }
  std::string_view operator()(const Ping&) const { return "ping"; }
  std::string_view operator()(const Nftables&) const { return "nftables"; }
  std::string_view operator()(const Sysctl&) const { return "sysctl"; }
  std::string_view operator()(const SetLink&) const { return "link"; }
  std::string_view operator()(const Hold&) const { return "hold"; }
  std::string_view operator()(const Mark&) const { return "mark"; }
  std::string_view operator()(const Release&) const { return "release"; }
  std::string_view operator()(const Drop&) const { return "drop"; }
  std::string_view operator()(const Inject&) const { return "inject"; }
  std::string_view operator()(const Let&) const { return "let"; }
  std::string_view operator()(const Exec&) const { return "exec"; }
  std::string_view operator()(const Await&) const { return "await"; }
  std::string_view operator()(const Stop&) const { return "stop"; }
  std::string_view operator()(const Tables&) const { return "tables"; }
  std::string_view operator()(const Observe&) const { return "observe"; }
  std::string_view operator()(const Lookup&) const { return "lookup"; }
  std::string_view operator()(const Packets&) const { return "packets"; }
  std::string_view operator()(const Path&) const { return "path"; }
  std::string_view operator()(const NoRetransmission&) const { return "no-retransmission"; }
};

std::string host_of_program(const Scenario& scenario, const std::string& program) {
  for (const Step& step : scenario.steps)
    if (const auto* exec = std::get_if<Exec>(&step.action); exec && exec->name == program)
      return exec->host;
  return "";
}

// Any step that names its host, its hosts or its socket in the usual way.
struct HostsOf {
  const Scenario& scenario;

  std::vector<std::string> operator()(const Accept& accept) const {
    return {host_of(scenario, accept.sockets.front())};
  }
  std::vector<std::string> operator()(const Transfer& transfer) const {
    return {host_of(scenario, transfer.from), host_of(scenario, transfer.to)};
  }
  std::vector<std::string> operator()(const Ping& ping) const { return {ping.from}; }
  std::vector<std::string> operator()(const Let& let) const {
    return {let.socket.empty() ? let.host : host_of(scenario, let.socket)};
  }
  std::vector<std::string> operator()(const Await& await) const {
    if (!await.dropped.empty()) return {await.dropped};
    return {await.socket.empty() ? host_of_program(scenario, await.program)
                                 : host_of(scenario, await.socket)};
  }
  std::vector<std::string> operator()(const Stop& stop) const {
    return {host_of_program(scenario, stop.program)};
  }
  std::vector<std::string> operator()(const NoRetransmission&) const { return {}; }
  template <typename Other>
  std::vector<std::string> operator()(const Other& action) const {
    if constexpr (requires { action.hosts; })
      return action.hosts;
    else if constexpr (requires { action.host; })
      return {action.host};
    else
      return {host_of(scenario, action.socket)};
  }
};

}  // namespace

std::string_view verb_of(const Action& action) { return std::visit(VerbOf{}, action); }

std::vector<std::string> hosts_of(const Scenario& scenario, const Action& action) {
  std::vector<std::string> hosts = std::visit(HostsOf{scenario}, action);
  std::erase(hosts, "");
  if (hosts.size() == 2 && hosts[0] == hosts[1]) hosts.pop_back();
  return hosts;
}

}  // namespace lab::scenario
