// SPDX-License-Identifier: MIT
//
// Hand-made timelines for the tests of the checks: a client (10.0.0.1) and a
// server (10.0.0.2), and what their tables and interfaces showed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "check/judge.hpp"

namespace lab::check {

inline Endpoint at(const std::string& text) { return *Endpoint::parse(text); }

inline Timeline two_hosts() {
  Timeline timeline;
  timeline.hosts = {{"client", {{"eth0", *Address::parse("10.0.0.1")}}, 1},
                    {"server", {{"eth0", *Address::parse("10.0.0.2")}}, 2}};
  timeline.sockets = {
      {"srv", "server", 71, 701}, {"conn", "server", 72, 702}, {"cli", "client", 73, 703}};
  return timeline;
}

inline Row row(TcpState state, const std::string& local, const std::string& remote,
               std::uint64_t cookie) {
  Row made;
  made.state = state;
  made.local = at(local);
  made.remote = at(remote);
  made.cookie = cookie;
  return made;
}

inline Row listener() { return row(TcpState::listen, "0.0.0.0:8888", "0.0.0.0:0", 71); }
inline Row child() { return row(TcpState::established, "10.0.0.2:8888", "10.0.0.1:40000", 72); }

inline Witnessed shows(Witness witness, std::vector<Row> rows) {
  return {witness, std::move(rows), ""};
}
inline Witnessed blind(Witness witness, const std::string& why) {
  return {witness, std::nullopt, why};
}

// A TCP segment that one interface saw.
inline Packet packet(const std::string& host, bool outgoing, const std::string& source,
                     const std::string& destination, const std::string& flags,
                     std::uint32_t sequence, std::uint32_t acknowledgment = 0,
                     std::uint32_t length = 0) {
  Packet made;
  made.host = host;
  made.device = "eth0";
  made.outgoing = outgoing;
  made.protocol = "tcp";
  made.segment =
      Segment{at(source), at(destination), *TcpFlags::parse(flags), sequence, acknowledgment,
              65535,      length};
  return made;
}

inline scenario::Place place(const std::string& host, std::uint16_t port) {
  return {host, {port, ""}, ""};
}

// A scenario that opens srv and accepts conn on the server and opens cli on the
// client, and then takes these steps.
inline scenario::Scenario scenario_with(std::vector<scenario::Action> actions) {
  scenario::Scenario made;
  made.deadline = std::chrono::milliseconds(2500);
  const auto open = [](const std::string& name, const std::string& host) {
    scenario::OpenSocket socket;
    socket.name = name;
    socket.host = host;
    return socket;
  };
  made.steps = {{open("srv", "server"), "", {}, {}},
                {scenario::Accept{{"srv"}, "conn", ""}, "", {}, {}},
                {open("cli", "client"), "", {}, {}}};
  for (auto& action : actions) made.steps.push_back({std::move(action), "", {}, {}});
  return made;
}

// The last step's checks.
inline std::vector<Check> judge_last(const scenario::Scenario& scenario, StepRecord record,
                                     const Timeline& timeline) {
  record.index = scenario.steps.size() - 1;
  return judge(scenario, scenario.steps.back(), record, timeline);
}

inline std::vector<Outcome> outcomes(const std::vector<Check>& checks) {
  std::vector<Outcome> result;
  for (const Check& check : checks) result.push_back(check.outcome);
  return result;
}

}  // namespace lab::check
