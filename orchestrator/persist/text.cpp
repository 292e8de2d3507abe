// SPDX-License-Identifier: MIT
#include "persist/text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "net/interfaces.hpp"
#include "persist/netns_names.hpp"
#include "stored/stored.hpp"
#include "util/error.hpp"
#include "view/sock_diag.hpp"

namespace lab::persist {
namespace {

using draw::Ink;
using nlohmann::json;

std::string date(Timestamp time) {
  constexpr Timestamp second = 1'000'000'000;
  const auto seconds = static_cast<std::time_t>(time / second);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", parts);
}

std::string state_of(const Found& found) {
  if (found.whole()) return "kept";
  if (!found.why_not.empty()) return "its state file cannot be read";
  if (!found.lab) return "leftovers: names without a state file";
  if (!found.this_boot) return "leftovers from before the last boot";
  if (found.keeper_lives) return "incomplete: it is being made, or names were removed";
  return "its keeper has ended, and so have its sockets and programs";
}

HostLook look_at(const NamedHost& named, const Place& place) {
  HostLook look{named.host, named.name, {}, {}, ""};
  try {
    const Namespace space = open_name(place, named.name);
    Netlink netlink(space);
    look.interfaces = list_interfaces(netlink);
    SockDiag diag = in(space, [] { return SockDiag::open_here(); });
    SockDiag::Tables tables = diag.read();
    for (auto* rows : {&tables.listeners, &tables.bound_only, &tables.ehash})
      std::ranges::move(*rows, std::back_inserter(look.sockets));
  } catch (const EnvironmentError& error) {
    look.why_not = error.what();
  }
  return look;
}

// The scenario's name for a row's socket; empty: it is none of its own.
std::string name_of(const Found& found, const Row& row) {
  if (!found.lab || !row.cookie) return "";
  for (const SocketState& socket : found.lab->sockets)
    if (socket.cookie == *row.cookie) return socket.name;
  return "";
}

bool is_shown(const LabLook& look, const SocketState& socket) {
  return std::ranges::any_of(look.hosts, [&](const HostLook& host) {
    return std::ranges::any_of(host.sockets,
                               [&](const Row& row) { return row.cookie == socket.cookie; });
  });
}

void print_host(draw::Page& page, const LabLook& look, const HostLook& host) {
  draw::Line head;
  head.add("  ").add(host.host, Ink::strong).add("  ip netns: " + host.netns, Ink::faint);
  head.print(page);
  if (!host.why_not.empty()) {
    draw::print_hanging(page, 4, "not observed: ", 4, host.why_not, Ink::doubtful);
    return;
  }
  for (const lab::Interface& interface : host.interfaces) {
    if (interface.loopback && interface.addresses.size() <= 2) continue;
    std::string text = interface.name + (interface.up ? "" : " (down)");
    for (const InterfaceAddress& address : interface.addresses)
      text += fmt::format(" {}/{}", address.address.str(), address.prefix_length);
    draw::Line().add("    " + text).print(page);
  }
  for (const Row& row : host.sockets) {
    const std::string name = name_of(look.found, row);
    draw::Line line;
    line.add("    ")
        .add(name.empty() ? "-" : name, Ink::accent)
        .to(16)
        .add(fmt::format("{}", to_string(row.state)));
    line.to(30).add(row.local.str());
    if (row.remote.port != 0) line.add(" > " + row.remote.str());
    line.print(page);
  }
  for (const Resident& resident : look.found.residents)
    if (resident.host == host.host)
      draw::Line()
          .add(fmt::format("    program {} (pid {}), {}", resident.who.command,
                           resident.who.process.pid,
                           resident.by_lab ? "started by the lab" : "not started by the lab"))
          .print(page);
}

std::string_view word_for(NamedHost::Is is) {
  switch (is) {
    case NamedHost::Is::present:
      return "present";
    case NamedHost::Is::empty:
      return "empty";
    case NamedHost::Is::missing:
      return "missing";
    case NamedHost::Is::foreign:
      return "foreign";
  }
  return "";
}

}  // namespace

LabLook look_into(Found found, const Place& place) {
  LabLook look{std::move(found), {}};
  for (const NamedHost& named : look.found.named_hosts)
    if (named.is == NamedHost::Is::present) look.hosts.push_back(look_at(named, place));
  return look;
}

void print(draw::Page& page, const LabLook& look) {
  const Found& found = look.found;
  draw::Line head;
  head.add(found.name, Ink::strong).add("  ");
  head.add(state_of(found), found.whole() ? Ink::good : Ink::doubtful);
  head.print(page);
  if (!found.why_not.empty()) draw::print_hanging(page, 2, "", 2, found.why_not);
  if (found.lab) {
    const Lab& lab = *found.lab;
    draw::Line()
        .add(fmt::format("  played {}{}{} over {}: {}", lab.scenario,
                         lab.variant.empty() ? "" : " ", lab.variant,
                         lab.family == "ipv4" ? "IPv4" : "IPv6", lab.verdict))
        .print(page);
    draw::Line()
        .add(fmt::format("  kept since {}{}", date(lab.made),
                         found.keeper_lives ? fmt::format(" by pid {}", lab.keeper.pid) : ""))
        .print(page);
    for (const auto& [one, other] : lab.links)
      draw::Line().add(fmt::format("  link {} - {}", one, other)).print(page);
  }
  for (const HostLook& host : look.hosts) print_host(page, look, host);
  for (const NamedHost& named : found.named_hosts) {
    if (named.is == NamedHost::Is::present) continue;
    draw::print_hanging(
        page, 2, fmt::format("{} ", named.name), 4,
        fmt::format("{}{}{}", word_for(named.is), named.why.empty() ? "" : ": ", named.why),
        Ink::doubtful);
  }
  if (!found.lab || !found.keeper_lives) return;
  for (const SocketState& socket : found.lab->sockets)
    if (!is_shown(look, socket))
      draw::print_hanging(
          page, 2, "", 4,
          fmt::format("socket {} of {} at {} is open, and sock_diag does not list it: it is CLOSED",
                      socket.name, socket.host, socket.local),
          Ink::doubtful);
}

json to_json(const LabLook& look) {
  const Found& found = look.found;
  json into{{"name", found.name}, {"whole", found.whole()}, {"state", state_of(found)}};
  if (found.lab) into["written"] = *found.lab;
  if (!found.why_not.empty()) into["unreadable"] = found.why_not;
  into["keeper_lives"] = found.keeper_lives;
  into["hosts"] = json::array();
  for (const HostLook& host : look.hosts) {
    json one{{"name", host.host}, {"netns", host.netns}};
    if (!host.why_not.empty()) one["not_observed"] = host.why_not;
    one["interfaces"] = json::array();
    for (const lab::Interface& interface : host.interfaces) {
      json addresses = json::array();
      for (const InterfaceAddress& address : interface.addresses)
        addresses.push_back(fmt::format("{}/{}", address.address.str(), address.prefix_length));
      one["interfaces"].push_back(
          {{"name", interface.name}, {"up", interface.up}, {"addresses", std::move(addresses)}});
    }
    one["sockets"] = json::array();
    for (const Row& row : host.sockets) {
      json socket = row;
      if (const std::string name = name_of(found, row); !name.empty()) socket["name"] = name;
      one["sockets"].push_back(std::move(socket));
    }
    into["hosts"].push_back(std::move(one));
  }
  into["names"] = json::array();
  for (const NamedHost& named : found.named_hosts) {
    json one{{"netns", named.name}, {"host", named.host}, {"is", word_for(named.is)}};
    if (!named.why.empty()) one["why"] = named.why;
    into["names"].push_back(std::move(one));
  }
  into["programs"] = json::array();
  for (const Resident& resident : found.residents)
    into["programs"].push_back({{"host", resident.host},
                                {"pid", resident.who.process.pid},
                                {"command", resident.who.command},
                                {"by_lab", resident.by_lab}});
  return into;
}

}  // namespace lab::persist
