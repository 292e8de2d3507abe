// SPDX-License-Identifier: MIT
#pragma once

#include "filter/iptables_native.hpp"
#include "net/namespace.hpp"

namespace lab::filter {

// The matches and targets of iptables in the rules of nftables (NFT_MSG_GETRULE). Empty where they
// cannot be listed. Throws SystemError if nothing can be sent or received.
IptablesParts iptables_parts(const Namespace& space);

}  // namespace lab::filter
