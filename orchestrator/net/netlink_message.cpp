// SPDX-License-Identifier: MIT
#include "net/netlink_message.hpp"

#include <algorithm>

namespace lab {

int dump(Netlink& netlink, int type, const void* header, std::size_t size,
         const std::function<void(nlmsghdr*)>& visit) {
  const NlMessage message(allocated(nlmsg_alloc_simple(type, NLM_F_DUMP)));
  nlmsg_append(message.get(), const_cast<void*>(header), size, NLMSG_ALIGNTO);
  const NlCallback callback(
      allocated(nl_cb_clone(NlCallback(nl_socket_get_cb(netlink.get())).get())));
  std::function<void(nlmsghdr*)> visitor = visit;
  nl_cb_set(
      callback.get(), NL_CB_VALID, NL_CB_CUSTOM,
      [](nl_msg* each, void* into) -> int {
        (*static_cast<std::function<void(nlmsghdr*)>*>(into))(nlmsg_hdr(each));
        return NL_OK;
      },
      &visitor);
  // What was sent is a positive number of bytes.
  if (const int error = netlink.error_of(std::min(nl_send_auto(netlink.get(), message.get()), 0));
      error != 0)
    return error;
  return netlink.error_of(nl_recvmsgs(netlink.get(), callback.get()));
}

}  // namespace lab
