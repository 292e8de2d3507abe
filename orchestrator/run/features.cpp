// SPDX-License-Identifier: MIT
#include "run/features.hpp"

#include <fmt/format.h>

#include <map>
#include <stdexcept>

#include "net/hold.hpp"
#include "net/impairment.hpp"
#include "net/interfaces.hpp"
#include "net/link.hpp"
#include "net/namespace.hpp"
#include "net/nftables.hpp"
#include "net/vrf.hpp"
#include "util/error.hpp"
#include "view/module.hpp"

namespace lab::run {
namespace {

// A new namespace.
struct Scratch {
  Namespace netns = Namespace::create("scratch");
  Netlink netlink{netns};
  LinkEnd loopback{"lo", {}, loopback_index};
};

using Answer = std::optional<std::string>;

Answer unless(bool there, const char* why) { return there ? std::nullopt : Answer(why); }

Answer veth() {
  const Namespace here = Namespace::current();
  Netlink netlink(here);
  return unless(has_veth(netlink), "this kernel has no veth");
}

Answer netem() {
  Scratch scratch;
  return unless(impair(scratch.netlink, scratch.loopback, {}), "this kernel has no sch_netem");
}

Answer plug() {
  Scratch scratch;
  return unless(make_plug_hold({scratch.netlink, scratch.loopback, {}, {}}) != nullptr,
                "this kernel has no sch_plug");
}

Answer vrf() {
  Scratch scratch;
  constexpr std::uint32_t table = 1000;
  return unless(add_vrf(scratch.netlink, "vrf", highest_index(scratch.netlink) + 1, table),
                "this kernel has no VRF");
}

// Whether nftables accepts these rules in a chain at the hook "prerouting".
Answer rules(const char* what, const char* rules) {
  Scratch scratch;
  try {
    const std::string error = Nftables(scratch.netns)
                                  .run(fmt::format("table inet scratch {{\n"
                                                   "  chain scratch {{\n"
                                                   "    type filter hook prerouting priority 0\n"
                                                   "    {}\n"
                                                   "  }}\n"
                                                   "}}\n",
                                                   rules));
    if (error.empty()) return std::nullopt;
    return fmt::format("this kernel's nftables have no {}: {}", what, error);
  } catch (const SystemError&) {
    throw;
  } catch (const EnvironmentError& error) {
    return error.what();
  }
}

Answer nftables() { return rules("chains", "tcp dport 1 counter drop"); }

Answer tproxy() {
  return rules("tproxy",
               "meta nfproto ipv4 tcp dport 1 tproxy ip to 127.0.0.1:1\n"
               "    meta nfproto ipv6 tcp dport 1 tproxy ip6 to [::1]:1");
}

Answer conntrack() {
  return rules("conntrack", "ct state established accept");
}

Answer module() {
  Scratch scratch;
  const ModuleHere here = in(scratch.netns, [] { return Module::open_here(); });
  return here.module ? std::nullopt : Answer(here.why_not);
}

using Try = Answer (*)();
const std::map<std::string, Try> tries{
    {"veth", veth},         {"netem", netem},   {"plug", plug},           {"vrf", vrf},
    {"nftables", nftables}, {"tproxy", tproxy}, {"conntrack", conntrack}, {"module", module}};

}  // namespace

std::optional<std::string> why_missing(const std::string& feature) {
  static std::map<std::string, Answer> known;
  const auto found = known.find(feature);
  if (found != known.end()) return found->second;
  const auto tried = tries.find(feature);
  if (tried == tries.end()) throw std::logic_error("there is no feature " + feature);
  return known[feature] = tried->second();
}

}  // namespace lab::run
