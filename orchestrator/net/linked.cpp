// SPDX-License-Identifier: MIT
#include "net/linked.hpp"

#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>

#include <array>
#include <cstdint>
#include <optional>

#include "net/netlink_message.hpp"
#include "util/error.hpp"

namespace lab {
namespace {

// The number that the one has for the other (RTM_GETNSID). Nothing: no link has needed one yet.
std::optional<std::int32_t> number_of(Netlink& netlink, const Namespace& other) {
  const NlMessage message(allocated(nlmsg_alloc_simple(RTM_GETNSID, 0)));
  rtgenmsg header{};
  nlmsg_append(message.get(), &header, sizeof header, NLMSG_ALIGNTO);
  nla_put_u32(message.get(), NETNSA_FD, static_cast<std::uint32_t>(other.fd()));
  std::int32_t number = NETNSA_NSID_NOT_ASSIGNED;
  const NlCallback callback(
      allocated(nl_cb_clone(NlCallback(nl_socket_get_cb(netlink.get())).get())));
  nl_cb_set(
      callback.get(), NL_CB_VALID, NL_CB_CUSTOM,
      [](nl_msg* reply, void* into) -> int {
        const nlattr* found = nlmsg_find_attr(nlmsg_hdr(reply), sizeof(rtgenmsg), NETNSA_NSID);
        if (found) *static_cast<std::int32_t*>(into) = nla_get_s32(const_cast<nlattr*>(found));
        return NL_OK;
      },
      &number);
  netlink.check(nl_send_auto(netlink.get(), message.get()), "nl_send_auto", "RTM_GETNSID");
  netlink.check(nl_recvmsgs(netlink.get(), callback.get()), "nl_recvmsgs", "RTM_GETNSID");
  netlink.check(nl_wait_for_ack(netlink.get()), "nl_wait_for_ack", "RTM_GETNSID");
  if (number == NETNSA_NSID_NOT_ASSIGNED) return std::nullopt;
  return number;
}

}  // namespace

std::vector<int> links_to(const Namespace& space, const Namespace& other) {
  std::vector<int> links;
  Netlink netlink(space);
  const auto number = number_of(netlink, other);
  if (!number) return links;
  const ifinfomsg header{};
  const int error = dump(netlink, RTM_GETLINK, &header, sizeof header, [&](nlmsghdr* message) {
    const nlattr* id = nlmsg_find_attr(message, sizeof header, IFLA_LINK_NETNSID);
    if (id && nla_get_s32(const_cast<nlattr*>(id)) == *number)
      links.push_back(static_cast<const ifinfomsg*>(nlmsg_data(message))->ifi_index);
  });
  if (error != 0) throw SystemError("RTM_GETLINK", "the interfaces", error);
  return links;
}

}  // namespace lab
