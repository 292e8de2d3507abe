// SPDX-License-Identifier: MIT
//
// Whether the network namespaces that a probe's SYN and its answer cross send them on: by their
// routes, forwarding, reverse path filters and neighbour tables.
#pragma once

#include <optional>

#include "collect_probe/namespace_path.hpp"
#include "record/probe.hpp"
#include "record/router_loss.hpp"

namespace lab::collect {

// The first on the way of the SYN that does not. Nothing: none is known not to.
std::optional<RouterLoss> loss_of_syn(const NamespacePath& path);

// The same of the answer, from the end of that path back to the sender. Nothing, too, where the
// path does not lead to the destination, or where no way back is known.
std::optional<RouterLoss> loss_of_answer(Places& places, const NamespacePath& path);

}  // namespace lab::collect
