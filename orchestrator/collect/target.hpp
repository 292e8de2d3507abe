// SPDX-License-Identifier: MIT
//
// What the user typed, understood: "localhost:8888 from 10.0.0.1:40000".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab::collect {

struct Target {
  Endpoint destination;
  std::optional<Address> source;
  std::optional<std::uint16_t> source_port;
  // The interface of a link-local address, of "[fe80::1%eth0]:80", at either end; empty: none.
  std::string scope;
  std::string source_scope;          // that of the source alone, as it was typed
  std::vector<std::string> remarks;  // where it was not taken word for word
};

// A host name becomes its addresses (getaddrinfo(3)), in the order of preference.
// Throws UsageError. A function, so that tests need no resolver.
std::vector<Address> resolve_name(const std::string& name);

// From the positional words: DST:PORT, or DST:PORT from SRC[:PORT]. Throws
// UsageError, which says what to write instead.
Target parse_target(const std::vector<std::string>& words,
                    std::vector<Address> (*resolve)(const std::string&) = resolve_name);

}  // namespace lab::collect
