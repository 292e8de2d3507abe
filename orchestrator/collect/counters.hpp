// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "net/namespace.hpp"

namespace lab::collect {

// SNMP counters by group and name as nstat(8) writes them: "TcpOutRsts", "TcpExtListenDrops".
using Counters = std::map<std::string, long>;

// Of /proc/net/snmp and netstat: a line of names, then one of values. Pure.
Counters counters_from(std::string_view text);

// All of the namespace.
Counters read_counters(const Namespace& space);

// By how much those that grew have grown. Pure.
Counters growth(const Counters& before, const Counters& after);

}  // namespace lab::collect
