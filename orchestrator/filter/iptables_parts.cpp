// SPDX-License-Identifier: MIT
#include "filter/iptables_parts.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <fmt/format.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>
#include <linux/netfilter/nfnetlink.h>

#include <optional>
#include <string_view>
#include <utility>

#include "filter/mnl_attributes.hpp"
#include "filter/mnl_socket.hpp"
#include "filter/netfilter.hpp"

namespace lab::filter {
namespace {

// Those of a target have the same numbers.
static_assert(int{NFTA_MATCH_NAME} == int{NFTA_TARGET_NAME} &&
              int{NFTA_MATCH_REV} == int{NFTA_TARGET_REV} &&
              int{NFTA_MATCH_INFO} == int{NFTA_TARGET_INFO});

std::optional<IptablesPart> part_in(const nlattr* expression) {
  const auto has = attributes_in<NFTA_EXPR_MAX>(expression);
  if (!has[NFTA_EXPR_NAME]) return std::nullopt;
  const std::string_view kind = ::mnl_attr_get_str(has[NFTA_EXPR_NAME]);
  if (kind != "match" && kind != "target") return std::nullopt;
  IptablesPart part;
  part.is_target = kind == "target";
  const auto data = attributes_in<NFTA_MATCH_MAX>(has[NFTA_EXPR_DATA]);
  if (data[NFTA_MATCH_NAME]) part.name = ::mnl_attr_get_str(data[NFTA_MATCH_NAME]);
  if (data[NFTA_MATCH_REV]) part.revision = ntohl(::mnl_attr_get_u32(data[NFTA_MATCH_REV]));
  if (const nlattr* info = data[NFTA_MATCH_INFO]) {
    const auto* first = static_cast<const std::byte*>(::mnl_attr_get_payload(info));
    part.info.assign(first, first + ::mnl_attr_get_payload_len(info));
  }
  return part;
}

void add_rule(const nlmsghdr* message, IptablesParts& into) {
  const auto has = attributes_of<NFTA_RULE_MAX>(message, sizeof(nfgenmsg));
  if (!has[NFTA_RULE_TABLE] || !has[NFTA_RULE_HANDLE] || !has[NFTA_RULE_EXPRESSIONS]) return;
  std::vector<IptablesPart> parts;
  const auto add = [](const nlattr* each, void* to) {
    if (auto part = part_in(each))
      static_cast<std::vector<IptablesPart>*>(to)->push_back(std::move(*part));
    return MNL_CB_OK;
  };
  ::mnl_attr_parse_nested(has[NFTA_RULE_EXPRESSIONS], add, &parts);
  if (parts.empty()) return;
  const auto* header = static_cast<const nfgenmsg*>(::mnl_nlmsg_get_payload(message));
  const std::string table = fmt::format("{} {}", table_family(header->nfgen_family),
                                        ::mnl_attr_get_str(has[NFTA_RULE_TABLE]));
  into[table][be64toh(::mnl_attr_get_u64(has[NFTA_RULE_HANDLE]))] = std::move(parts);
}

}  // namespace

IptablesParts iptables_parts(const Namespace& space) {
  MnlSocket netlink(space, NETLINK_NETFILTER, "NETLINK_NETFILTER");
  nlmsghdr* request = netlink.request(NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETRULE, NLM_F_DUMP);
  netlink.with_header<nfgenmsg>(request)->version = NFNETLINK_V0;
  IptablesParts parts;
  const int error =
      netlink.ask(request, [&](const nlmsghdr* message) { add_rule(message, parts); });
  return error == 0 ? parts : IptablesParts{};
}

}  // namespace lab::filter
