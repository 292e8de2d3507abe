// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "net/namespace.hpp"

namespace lab {

// The interfaces of `space`, by index, that belong to one of `other`: the other end of a veth, the
// device below a macvlan. Throws SystemError.
std::vector<int> links_to(const Namespace& space, const Namespace& other);

}  // namespace lab
