// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <vector>

#include "net/namespace.hpp"
#include "record/ipsec.hpp"
#include "record/machine_facts.hpp"

namespace lab::filter {

// The policies of IPsec that apply to the SYN of the question, and to its answer, in the order in
// which the kernel asks them (xfrm_policy_lookup_bytype(): the lowest priority value first, up to
// the first that certainly applies). Looks at the question, the arrival and whether the source
// port is assumed. Nothing: this process may not list them.
std::optional<std::vector<IpsecPolicy>> ipsec_policies(const Namespace& space, const Facts& facts);

}  // namespace lab::filter
