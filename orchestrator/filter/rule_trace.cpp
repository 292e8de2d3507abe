// SPDX-License-Identifier: MIT
#include "filter/rule_trace.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "filter/mnl_attributes.hpp"
#include "filter/netfilter.hpp"
#include "util/error.hpp"
#include "util/printable.hpp"
#include "util/text.hpp"

namespace lab::filter {
namespace {

// Before defragmentation (-400) and every table of iptables; after every other chain.
constexpr int before_all = -2147483647, after_all = 2147483646;

// For the messages of some segments at some hundred rules.
constexpr int receive_buffer = 4 * 1024 * 1024;

std::string port_match(const char* which, std::uint16_t port) {
  return port == 0 ? "" : fmt::format(" tcp {} {}", which, port);
}

std::string hex(const Address& address) {
  std::string text = "0x";
  for (std::size_t at = 0; at < address.size(); ++at)
    text += fmt::format("{:02x}", address.bytes()[at]);
  return text;
}

// The SYN, its answers, and ICMP errors about it.
std::string matches(const RuleFlow& flow) {
  const bool inet = flow.source.address.family() == Family::inet;
  const char* ip = inet ? "ip" : "ip6";
  const std::string source = flow.source.address.str(),
                    destination = flow.destination.address.str();
  std::string rules = fmt::format("    {0} saddr {1} {0} daddr {2}{3}{4} meta nftrace set 1\n", ip,
                                  source, destination, port_match("sport", flow.source.port),
                                  port_match("dport", flow.destination.port));
  // Where a NAT rule has sent the SYN elsewhere, the answer has another source until it is
  // translated back; no other connection has our port.
  rules += flow.source.port != 0
               ? fmt::format("    {0} daddr {1} tcp dport {2} meta nftrace set 1\n", ip, source,
                             flow.source.port)
               : fmt::format("    {0} saddr {1} {0} daddr {2}{3} meta nftrace set 1\n", ip,
                             destination, source, port_match("sport", flow.destination.port));
  // The header of the SYN begins 8 octets into the ICMP error.
  if (flow.source.port != 0)
    rules += fmt::format(
        "    {} daddr {} meta l4proto {} @th,{},{} {} @th,{},16 {} meta nftrace set 1\n", ip,
        source, inet ? "icmp" : "ipv6-icmp", inet ? 160 : 128, inet ? 32 : 128,
        hex(flow.source.address), inet ? 224 : 384, flow.source.port);
  return rules;
}

const char* verdict_word(std::int32_t code) {
  switch (code) {
    case NFT_CONTINUE:
      return "continue";
    case NFT_BREAK:
      return "break";
    case NFT_RETURN:
      return "return";
    case NFT_JUMP:
      return "jump";
    case NFT_GOTO:
      return "goto";
    default:
      break;
  }
  switch (code & NF_VERDICT_MASK) {
    case NF_DROP:
      return "drop";
    case NF_ACCEPT:
      return "accept";
    case NF_STOLEN:
      return "stolen";
    case NF_QUEUE:
      return "queue";
    default:
      return "?";
  }
}

std::uint32_t number(const nlattr* attribute) {
  return attribute && ::mnl_attr_get_payload_len(attribute) >= 4
             ? ntohl(::mnl_attr_get_u32(attribute))
             : 0;
}

std::string word(const nlattr* attribute) {
  if (!attribute) return "";
  const auto* text = static_cast<const char*>(::mnl_attr_get_payload(attribute));
  return printable_line({text, ::strnlen(text, ::mnl_attr_get_payload_len(attribute))});
}

std::string verdict_of(const nlattr* nested) {
  const auto has = attributes_in<NFTA_VERDICT_MAX>(nested);
  if (!has[NFTA_VERDICT_CODE]) return "?";
  const std::string verdict =
      verdict_word(static_cast<std::int32_t>(number(has[NFTA_VERDICT_CODE])));
  const nlattr* chain = has[NFTA_VERDICT_CHAIN];
  return chain ? fmt::format("{} {}", verdict, word(chain)) : verdict;
}

// By handle, what each rule of a chain consists of.
std::map<std::uint64_t, nlohmann::json> statements_in(const std::string& chain_as_json) {
  std::map<std::uint64_t, nlohmann::json> all;
  const nlohmann::json list = nlohmann::json::parse(chain_as_json);
  for (const nlohmann::json& object : list.at("nftables"))
    if (object.contains("rule"))
      all[object["rule"].at("handle")] = object["rule"].value("expr", nlohmann::json::array());
  return all;
}

}  // namespace

bool can_be_quoted(const std::string& device) {
  return device.find_first_of("\"\\*$") == std::string::npos &&
         std::ranges::all_of(device, [](char each) { return each > ' ' && each < 0x7f; });
}

std::string trace_table(const std::string& name, const std::vector<RuleFlow>& flows,
                        const LinkHooks& links) {
  const bool inet = flows.front().source.address.family() == Family::inet;
  std::string segments = "  chain segments {\n";
  for (const RuleFlow& flow : flows) segments += matches(flow);
  segments += "  }\n";
  const auto table = [&](const char* family, const std::string& chains) {
    return fmt::format("table {} {} {{\n  flags owner\n{}{}}}\n", family, name, segments, chains);
  };
  const auto hook = [](const std::string& at, const std::string& where, bool enters) {
    return fmt::format(
        "  chain {0}{1} {{ type filter hook {0}{5} priority {2};{4} }}\n"
        "  chain {0}{3} {{ type filter hook {0}{5} priority {6}; }}\n",
        at, first_of_hook, before_all, last_of_hook, enters ? " jump segments;" : "", where,
        after_all);
  };
  std::string hooks;
  for (const char* at : {"prerouting", "input", "forward", "output", "postrouting"})
    hooks += hook(at, "", std::string_view(at) == "prerouting" || std::string_view(at) == "output");
  std::string tables = table(inet ? "ip" : "ip6", hooks);
  if (links.bridge) tables += table("bridge", hooks);
  if (!links.devices.empty())
    tables += table(
        "netdev",
        hook("ingress", fmt::format(" devices = {{ \"{}\" }}", fmt::join(links.devices, "\", \"")),
             true));
  return tables;
}

std::optional<Segment> segment_from(Family family, const std::uint8_t* network,
                                    std::size_t network_size, const std::uint8_t* transport,
                                    std::size_t transport_size) {
  const bool inet = family == Family::inet;
  constexpr std::size_t flags_at = 13;
  if (network_size < (inet ? 20U : 40U) || transport_size <= flags_at) return std::nullopt;
  if (inet && network[9] != IPPROTO_TCP) return std::nullopt;
  if (!inet && network[6] == IPPROTO_ICMPV6) return std::nullopt;
  const std::size_t source_at = inet ? 12 : 8, size = inet ? 4 : 16;
  const auto port = [&](std::size_t at) {
    return static_cast<std::uint16_t>(transport[at] << 8 | transport[at + 1]);
  };
  Segment segment;
  segment.source = {Address::from_bytes(family, network + source_at), port(0)};
  segment.destination = {Address::from_bytes(family, network + source_at + size), port(2)};
  segment.flags = TcpFlags::from_byte(transport[flags_at]);
  return segment;
}

RuleTrace::RuleTrace(const Namespace& space, std::size_t place, const std::vector<RuleFlow>& flows,
                     const LinkHooks& links)
    : place_(place), table_(fmt::format("lab_probe_{}", ::getpid())), nftables_(space) {
  netlink_.reset(in(
      space, [] { return ::mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC | SOCK_NONBLOCK); }));
  if (!netlink_) throw_errno("socket", "NETLINK_NETFILTER");
  checked(::mnl_socket_bind(netlink_.get(), 0, MNL_SOCKET_AUTOPID), "bind", "NETLINK_NETFILTER");
  int group = NFNLGRP_NFTRACE;
  checked(::mnl_socket_setsockopt(netlink_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof group),
          "setsockopt", "NFNLGRP_NFTRACE");
  // More than rmem_max only as root of the machine; if not, lost() tells.
  ::setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer);
  if (const std::string error = nftables_.run(trace_table(table_, flows, links)); !error.empty())
    throw EnvironmentError(fmt::format(
        "the table that asks for their trace could not be made; it ends with its owner, which "
        "Linux 5.12 and later know: {}",
        error));
}

void RuleTrace::drain(std::vector<TracedRule>& into) {
  alignas(nlmsghdr) std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t got = ::mnl_socket_recvfrom(netlink_.get(), buffer.data(), buffer.size());
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno != ENOBUFS) return;
      lost_ = true;
      continue;
    }
    int left = static_cast<int>(got);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
    for (; ::mnl_nlmsg_ok(message, left); message = ::mnl_nlmsg_next(message, &left))
      add(message, into);
  }
}

RuleTrace::Seen& RuleTrace::seen_at(std::uint32_t id, const TracedRule& rule, bool is_policy) {
  Seen& seen = packets_[id];
  if (seen.number == 0) seen.number = ++packets_seen_;
  // A packet that is traced already has a message of each rule in our chain, and one of its policy.
  if (!rule.own || !is_policy || !rule.chain.ends_with(first_of_hook)) return seen;
  // No packet comes into a hook twice.
  if (!seen.begun.insert(rule.family + " " + rule.chain).second)
    seen = {++packets_seen_, {rule.family + " " + rule.chain}, seen.segment};
  return seen;
}

void RuleTrace::add(const nlmsghdr* message, std::vector<TracedRule>& into) {
  if (message->nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_TRACE)) return;
  const auto has = attributes_of<NFTA_TRACE_MAX>(message, sizeof(nfgenmsg));
  TracedRule rule;
  rule.place = place_;
  const std::uint32_t id = number(has[NFTA_TRACE_ID]);
  rule.table = word(has[NFTA_TRACE_TABLE]);
  rule.chain = word(has[NFTA_TRACE_CHAIN]);
  rule.family =
      table_family(static_cast<const nfgenmsg*>(::mnl_nlmsg_get_payload(message))->nfgen_family);
  rule.own = rule.table == table_;
  // Somebody else may trace other packets here.
  if (!rule.own && !packets_.contains(id)) return;
  const std::uint32_t type = number(has[NFTA_TRACE_TYPE]);
  const bool is_policy = type == NFT_TRACETYPE_POLICY;
  Seen& seen = seen_at(id, rule, is_policy);
  rule.packet = seen.number;
  const nlattr* network = has[NFTA_TRACE_NETWORK_HEADER];
  const nlattr* transport = has[NFTA_TRACE_TRANSPORT_HEADER];
  if (network && transport && ::mnl_attr_get_payload_len(network) > 0) {
    const auto* bytes = static_cast<const std::uint8_t*>(::mnl_attr_get_payload(network));
    seen.segment = segment_from(bytes[0] >> 4 == 4 ? Family::inet : Family::inet6, bytes,
                                ::mnl_attr_get_payload_len(network),
                                static_cast<const std::uint8_t*>(::mnl_attr_get_payload(transport)),
                                ::mnl_attr_get_payload_len(transport));
  }
  rule.segment = seen.segment;
  if (type == NFT_TRACETYPE_RULE && has[NFTA_TRACE_RULE_HANDLE])
    rule.handle = be64toh(::mnl_attr_get_u64(has[NFTA_TRACE_RULE_HANDLE]));
  if (is_policy)
    rule.verdict = verdict_word(static_cast<std::int32_t>(number(has[NFTA_TRACE_POLICY])));
  else if (has[NFTA_TRACE_VERDICT])
    rule.verdict = verdict_of(has[NFTA_TRACE_VERDICT]);
  // Of our own table only where the packet has been; of others not that a chain has ended.
  if (!is_policy && (rule.own || rule.handle == 0)) return;
  into.push_back(std::move(rule));
}

void RuleTrace::add_texts(std::vector<TracedRule>& rules) try {
  const auto texts = rule_texts(nftables_.ruleset_with_handles());
  std::map<std::string, std::map<std::uint64_t, nlohmann::json>> statements;  // by chain
  for (TracedRule& rule : rules) {
    if (rule.place != place_ || rule.handle == 0) continue;
    const auto table = texts.find(rule.family + " " + rule.table);
    if (table == texts.end()) continue;  // it is gone
    if (const auto text = table->second.find(rule.handle); text != table->second.end())
      rule.text = text->second;
    const std::string chain = rule.chain_name();
    if (!statements.contains(chain))
      statements[chain] = statements_in(nftables_.chain_as_json(chain));
    rule.action = action_of(statements[chain][rule.handle], rule.text);
  }
} catch (const EnvironmentError&) {
  lost_ = true;  // the handles are known still, and not what those rules do
} catch (const nlohmann::json::exception&) {
  lost_ = true;
}

TracedRule::Action action_of(const nlohmann::json& statements, const std::string& text) {
  using Action = TracedRule::Action;
  struct Known {
    const char *statement, *target;
    Action action;
  };
  static constexpr std::array<Known, 5> all{{{"reject", "REJECT", Action::rejects},
                                             {"tproxy", "TPROXY", Action::proxies},
                                             {"dnat", "DNAT", Action::redirects},
                                             {"redirect", "REDIRECT", Action::redirects},
                                             {"synproxy", "SYNPROXY", Action::answers}}};
  for (const Known& known : all) {
    for (const nlohmann::json& each : statements) {
      if (!each.is_object()) continue;
      if (each.contains(known.statement)) return known.action;
      const nlohmann::json xt = each.value("xt", nlohmann::json());
      if (xt.is_object() && xt.value("type", "") == "target" &&
          xt.value("name", "") == known.target)
        return known.action;
    }
    // Where nft does not tell the target as data. A comment of the rule has no quotes in it.
    if (text.find(fmt::format("xt target \"{}\"", known.target)) != std::string::npos)
      return known.action;
  }
  return Action::none;
}

std::map<std::string, std::map<std::uint64_t, std::string>> rule_texts(const std::string& ruleset) {
  constexpr std::string_view mark = " # handle ", table_word = "table ";
  std::map<std::string, std::map<std::uint64_t, std::string>> texts;
  std::map<std::uint64_t, std::string>* table = nullptr;
  for (std::string_view line : lines(ruleset)) {
    const std::size_t at = line.rfind(mark);
    if (line.starts_with(table_word)) {
      const auto name = words(line);
      table = name.size() >= 3 ? &texts[fmt::format("{} {}", name[1], name[2])] : nullptr;
      continue;
    }
    if (!table || at == std::string_view::npos) continue;
    const auto handle = to_integer<std::uint64_t>(line.substr(at + mark.size()));
    line = line.substr(0, at);
    line.remove_prefix(std::min(line.find_first_not_of("\t "), line.size()));
    if (!handle || line.ends_with('{')) continue;  // a chain or set; not a rule
    (*table)[*handle] = printable_line(line);
  }
  return texts;
}

}  // namespace lab::filter
