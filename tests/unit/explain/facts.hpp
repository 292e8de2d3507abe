// SPDX-License-Identifier: MIT
//
// Hand-made facts for the tests of the diagnosis: a host with lo and eth0
// (10.0.0.2, fd00::2), root looking, nothing open. A test adds what it is about.
#pragma once

#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <vector>

#include "explain/diagnosis.hpp"

namespace lab::explain {

inline Address address(const std::string& text) { return *Address::parse(text); }
inline Endpoint at(const std::string& text) { return *Endpoint::parse(text); }

inline std::vector<Interface> two_interfaces() {
  Interface lo{1, "lo", true, true, false, "", {}};
  lo.addresses = {{address("127.0.0.1"), 8, false}, {address("::1"), 128, false}};
  Interface eth0{2, "eth0", true, false, false, "", {}};
  eth0.addresses = {{address("10.0.0.2"), 24, false}, {address("fd00::2"), 64, false}};
  return {lo, eth0};
}

inline Facts asked(const std::string& destination, const std::string& source) {
  Facts facts;
  facts.question.destination = at(destination);
  facts.question.source = at(source);
  facts.kernel = {"6.12.0", false};
  facts.as_root = true;
  facts.interfaces = two_interfaces();
  facts.arrival.there.type = RouteType::local;
  facts.tables.bound_only.emplace();
  facts.tables.bound_witness = "sock_diag";
  facts.sysctls = {1, 2048, 0, PortRange{32768, 60999}, {}};
  facts.filters = {std::vector<std::string>{}, std::vector<std::string>{},
                   std::vector<IpsecPolicy>{}};
  facts.why_no_answer = "tcp_lookup.ko is not loaded in this kernel";
  return facts;
}

// A SYN of this namespace to itself.
inline Facts local_syn(const std::string& destination = "127.0.0.1:8888",
                       const std::string& source = "127.0.0.1:40000") {
  Facts facts = asked(destination, source);
  facts.arrival.local_sender = true;
  facts.arrival.device = "lo";
  facts.arrival.there.device = "lo";
  return facts;
}

// A SYN from a host on eth0's link.
inline Facts outside_syn(const std::string& destination = "10.0.0.2:8888",
                         const std::string& source = "10.0.0.1:40000") {
  Facts facts = asked(destination, source);
  facts.arrival.device = "eth0";
  facts.arrival.there.device = "eth0";
  facts.arrival.back = facts.arrival.back_of_bound = {0, RouteType::unicast, "eth0", std::nullopt};
  return facts;
}

constexpr std::uint64_t servers_inode = 500;

inline Row socket_row(TcpState state, const std::string& local) {
  Row row;
  row.state = state;
  row.local = at(local);
  row.remote = {Address::any(row.local.address.family()), 0};
  row.inode = servers_inode;
  row.uid = 1000;
  row.cookie = 71;
  return row;
}

inline Row listener(const std::string& local) {
  Row row = socket_row(TcpState::listen, local);
  row.accept_queue = 0;
  row.accept_queue_max = 128;
  return row;
}

inline Row connection(TcpState state, const std::string& local, const std::string& remote,
                      Kind kind = Kind::full) {
  Row row = socket_row(state, local);
  row.remote = at(remote);
  row.kind = kind;
  return row;
}

// "server (pid 4121, fd 3)" has the socket that the rows above are about.
inline void add_server(Facts& facts) {
  facts.processes.by_inode[servers_inode] = {{4121, 3, "server", false}};
  facts.listener_options[servers_inode] = {};  // it was looked at, and has none
}

inline OtherNetns container(const std::string& listens_on = "") {
  OtherNetns space;
  space.netns = "web";
  space.has_name = true;
  space.process = "nginx (pid 77)";
  Interface eth0{2, "eth0", true, false, false, "", {}};
  eth0.addresses = {{address("172.17.0.2"), 16, false}};
  eth0.link_address = "02:42:ac:11:00:02";
  space.interfaces = {eth0};
  if (!listens_on.empty()) space.listeners = {listener(listens_on)};
  return space;
}

// Routing fails with this errno.
inline RouteAnswer no_route(int error) { return {error, RouteType::other, "", std::nullopt}; }

// connect() from here, to where no route leads.
inline Facts without_source(const std::string& destination, int error) {
  Facts facts = asked(destination, "127.0.0.1:1");
  facts.question.source.reset();
  facts.arrival.there = no_route(error);
  return facts;
}

inline RouteAnswer over(const std::string& device) {
  return {0, RouteType::unicast, device, std::nullopt};
}

// A SYN from outside to where this host, a router, has no packet for it.
inline Facts forwarded(int error, const char* destination = "192.0.2.1:80",
                       const char* source = "10.0.0.1:40000") {
  Facts facts = outside_syn(destination, source);
  facts.arrival.there = facts.arrival.from_here = no_route(error);
  facts.sysctls.forwarding = true;
  facts.sysctls.rp_filter = 1;
  return facts;
}

inline std::vector<std::string> steps_of(const Diagnosis& diagnosis) {
  std::vector<std::string> names;
  for (const Step& step : diagnosis.steps) names.push_back(step.name);
  return names;
}

inline std::string text_of(const std::vector<Finding>& findings, const std::string& id) {
  for (const Finding& each : findings)
    if (each.id == id) return each.text;
  return "";
}

inline std::string text_of(const std::vector<Unseen>& all, const std::string& id) {
  for (const Unseen& each : all)
    if (each.id == id) return each.text;
  return "";
}

}  // namespace lab::explain
