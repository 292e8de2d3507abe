// SPDX-License-Identifier: MIT
//
// For requests that libnl has no function for. Apart from netlink.hpp, since libnl's header of
// messages includes net/if.h, which does not go with linux/if.h.
#pragma once

#include <netlink/handlers.h>
#include <netlink/msg.h>

#include <cstddef>
#include <functional>
#include <memory>

#include "net/netlink.hpp"

namespace lab {

using NlMessage = std::unique_ptr<nl_msg, Release<nlmsg_free>>;
using NlCallback = std::unique_ptr<nl_cb, Release<nl_cb_put>>;

// Asks for a list (NLM_F_DUMP): `header` is that of the message's family, `visit` gets each
// message. Returns the kernel's errno, 0 for success; a list that was cut short is none.
int dump(Netlink& netlink, int type, const void* header, std::size_t size,
         const std::function<void(nlmsghdr*)>& visit);

}  // namespace lab
