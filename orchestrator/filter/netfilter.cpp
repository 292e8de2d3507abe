// SPDX-License-Identifier: MIT
#include "filter/netfilter.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include "filter_bpf/bpf.hpp"
#include "net/netlink_message.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::filter {

const char* table_family(std::uint8_t family) {
  switch (family) {
    case NFPROTO_INET:
      return "inet";
    case NFPROTO_IPV4:
      return "ip";
    case NFPROTO_IPV6:
      return "ip6";
    case NFPROTO_NETDEV:
      return "netdev";
    case NFPROTO_BRIDGE:
      return "bridge";
    case NFPROTO_ARP:
      return "arp";
    default:
      return "?";
  }
}

namespace {

constexpr int device_prefix = 2;  // NFTA_DEVICE_PREFIX, Linux 6.17: every name that begins so

std::string hook_word(std::uint8_t family, std::uint32_t hook) {
  static constexpr std::array<const char*, 6> words{"prerouting", "input",       "forward",
                                                    "output",     "postrouting", "ingress"};
  if (family == NFPROTO_NETDEV) return hook == 0 ? "ingress" : "egress";
  return hook < words.size() ? words[hook] : std::to_string(hook);
}

std::vector<std::string> devices_of(const std::array<nlattr*, NFTA_HOOK_MAX + 1>& hook) {
  std::vector<std::string> devices;
  if (hook[NFTA_HOOK_DEV]) devices.emplace_back(nla_get_string(hook[NFTA_HOOK_DEV]));
  if (!hook[NFTA_HOOK_DEVS]) return devices;
  const nlattr* each = nullptr;
  int left = 0;
  nla_for_each_nested(each, hook[NFTA_HOOK_DEVS], left) {
    std::string name = nla_get_string(const_cast<nlattr*>(each));
    if (nla_type(each) == device_prefix) name += '*';
    devices.push_back(std::move(name));
  }
  return devices;
}

// A base chain; a chain without a hook is reached from one.
void add_chain(nlmsghdr* message, std::vector<NetfilterHook>& into) {
  std::array<nlattr*, NFTA_CHAIN_MAX + 1> has{};
  nlmsg_parse(message, sizeof(nfgenmsg), has.data(), NFTA_CHAIN_MAX, nullptr);
  if (!has[NFTA_CHAIN_HOOK] || !has[NFTA_CHAIN_TABLE] || !has[NFTA_CHAIN_NAME]) return;
  const std::uint8_t family = static_cast<const nfgenmsg*>(nlmsg_data(message))->nfgen_family;
  std::array<nlattr*, NFTA_HOOK_MAX + 1> hook{};
  nla_parse_nested(hook.data(), NFTA_HOOK_MAX, has[NFTA_CHAIN_HOOK], nullptr);
  const std::uint32_t number =
      hook[NFTA_HOOK_HOOKNUM] ? ntohl(nla_get_u32(hook[NFTA_HOOK_HOOKNUM])) : 0;
  NetfilterHook chain{NetfilterHook::Kind::chain,
                      table_family(family),
                      nla_get_string(has[NFTA_CHAIN_TABLE]),
                      nla_get_string(has[NFTA_CHAIN_NAME]),
                      hook_word(family, number),
                      devices_of(hook)};
  chain.text = fmt::format("nftables {} {} {} (hook {})", chain.family, chain.table, chain.chain,
                           chain.hook);
  into.push_back(std::move(chain));
}

// False: they may not be listed.
bool add_nftables(const Namespace& space, std::vector<NetfilterHook>& into) {
  const NlSocket socket(allocated(nl_socket_alloc()));
  if (const int error = in(space, [&] { return nl_connect(socket.get(), NETLINK_NETFILTER); });
      error < 0)
    return error == -NLE_PROTO_MISMATCH;
  const NlMessage message(
      allocated(nlmsg_alloc_simple(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETCHAIN, NLM_F_DUMP)));
  nfgenmsg header{NFPROTO_UNSPEC, NFNETLINK_V0, 0};
  nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO);
  int refused = 0;
  struct Visit {
    std::vector<NetfilterHook>* into;
    int* refused;
  } visit{&into, &refused};
  nl_socket_modify_cb(
      socket.get(), NL_CB_VALID, NL_CB_CUSTOM,
      [](nl_msg* each, void* to) -> int {
        add_chain(nlmsg_hdr(each), *static_cast<Visit*>(to)->into);
        return NL_OK;
      },
      &visit);
  nl_socket_modify_err_cb(
      socket.get(), NL_CB_CUSTOM,
      [](sockaddr_nl*, nlmsgerr* error, void* to) -> int {
        *static_cast<Visit*>(to)->refused = -error->error;
        return NL_STOP;
      },
      &visit);
  if (nl_send_auto(socket.get(), message.get()) < 0) return false;
  const int result = nl_recvmsgs_default(socket.get());
  // EINVAL, EOPNOTSUPP: this kernel has no nftables.
  if (refused != 0) return refused == EINVAL || refused == EOPNOTSUPP;
  return result >= 0;
}

bool add_legacy(const Namespace& space, std::vector<NetfilterHook>& into) try {
  for (const char* name : {"ip_tables_names", "ip6_tables_names"}) {
    const std::string path = fmt::format("/proc/thread-self/net/{}", name);
    try {
      const std::string text = in(space, [&] { return read_file(path); });
      for (const std::string_view table : lines(text))
        if (!table.empty())
          into.push_back({.kind = NetfilterHook::Kind::legacy,
                          .family = name[2] == '6' ? "ip6" : "ip",
                          .table = std::string(table),
                          .text = fmt::format("{}tables-legacy table {}",
                                              name[2] == '6' ? "ip6" : "ip", table)});
    } catch (const SystemError& error) {
      if (error.error() != ENOENT) throw;
    }
  }
  return true;
} catch (const SystemError&) {
  return false;
}

}  // namespace

std::optional<std::vector<NetfilterHook>> netfilter_hooks(const Namespace& space,
                                                          ArpChains of_arp) {
  std::vector<NetfilterHook> hooks;
  if (!add_nftables(space, hooks) || !add_legacy(space, hooks)) return std::nullopt;
  if (of_arp == ArpChains::left_out)
    std::erase_if(hooks, [](const NetfilterHook& each) { return each.family == "arp"; });
  return hooks;
}

bool has_connection_tracking(const Namespace& space) {
  // Kernels before 5.13 hide its sysctls in a namespace of another user.
  return ::access("/sys/module/nf_conntrack", F_OK) == 0 || in(space, [] {
           return ::access("/proc/sys/net/netfilter/nf_conntrack_count", F_OK) == 0;
         });
}

std::vector<NetfilterHook> other_hooks(const Namespace& space) {
  std::vector<NetfilterHook> others;
  if (has_connection_tracking(space))
    others.push_back({.kind = NetfilterHook::Kind::tracking, .text = "connection tracking"});
  if (in(space, [] { return ::access("/proc/thread-self/net/ip_vs", F_OK) == 0; }))
    others.push_back({.kind = NetfilterHook::Kind::ipvs, .text = "IPVS"});
  for (const std::string& program : netfilter_programs())
    others.push_back({.kind = NetfilterHook::Kind::bpf_program, .text = "BPF program " + program});
  return others;
}

}  // namespace lab::filter
