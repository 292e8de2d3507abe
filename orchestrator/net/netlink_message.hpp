// SPDX-License-Identifier: MIT
//
// For requests that libnl has no function for. Apart from netlink.hpp, since libnl's header of
// messages includes net/if.h, which does not go with linux/if.h.
#pragma once

#include <netlink/handlers.h>
#include <netlink/msg.h>

#include <memory>

#include "net/netlink.hpp"

namespace lab {

using NlMessage = std::unique_ptr<nl_msg, Release<nlmsg_free>>;
using NlCallback = std::unique_ptr<nl_cb, Release<nl_cb_put>>;

}  // namespace lab
