// SPDX-License-Identifier: MIT
//
// Queueing disciplines that are too small for a SYN or an answer, by their options as rtnetlink
// lists them. Pure.
#pragma once

#include <linux/netlink.h>

#include <string>
#include <string_view>

namespace lab::filter {

// What of it is too small, "limit 0", "burst 40 bytes"; empty: it is not, or not known to be.
// `options`: TCA_OPTIONS; null: there are none.
std::string too_small(std::string_view kind, const nlattr* options);

}  // namespace lab::filter
