// SPDX-License-Identifier: MIT
#pragma once

#include "net/namespace.hpp"

namespace lab::test {

// From now on everything that comes in for this namespace is dropped, by an
// nftables chain at the hook "input" whose policy is drop. False: this kernel
// has no nftables.
bool drop_all_input(const Namespace& space);

// Whether `explain --probe` can trace rules here: this kernel has nftables' tables that end with
// their owners (Linux 5.12).
bool traces_rules(const Namespace& space);

}  // namespace lab::test
