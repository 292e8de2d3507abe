// SPDX-License-Identifier: MIT
#pragma once

#include <linux/filter.h>

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "record/machine_facts.hpp"

namespace lab::collect {

// What the listeners on `port` may refuse by themselves, read from a borrowed descriptor of one
// of their holders. Those that may not be borrowed are left out.
std::map<std::uint64_t, ListenerOptions> listener_options(const std::vector<Row>& listeners,
                                                          std::uint16_t port,
                                                          const Processes& processes);

// Those that have SO_REUSEADDR, by inode, read in the same way.
std::set<std::uint64_t> reusing_address(const std::vector<Row>& rows, const Processes& processes);

// What a program of classic BPF does to every segment, as far as its instructions alone tell. Pure.
ListenerOptions::Filter effect_of(const std::vector<sock_filter>& program);

}  // namespace lab::collect
