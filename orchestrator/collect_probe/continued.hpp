// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "record/machine_facts.hpp"
#include "record/probe.hpp"

namespace lab::collect {

// Looks where NAT or IPVS has sent the probe that `asked` is about, from the next source port: the
// probe's own has a connection there now, if it was answered. Nothing: it was not redirected,
// nobody on this machine has that address, or the namespace has gone meanwhile.
std::optional<Facts> look_where_it_went(const Probe& probe, const Facts& asked);

}  // namespace lab::collect
