// SPDX-License-Identifier: MIT
#include "collect/scope.hpp"

#include <fmt/format.h>

#include "collect/device.hpp"
#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

// "fe80::1%2": the index does as well (RFC 4007, section 11.2).
std::string name_of(const std::string& word, const std::vector<Interface>& interfaces) {
  std::string name = word;
  if (const auto index = to_integer<int>(word))
    for (const Interface& each : interfaces)
      if (each.index == *index) name = each.name;
  require_device(interfaces, name);
  return name;
}

}  // namespace

std::string scope_of(const Target& target, const std::vector<Interface>& interfaces) {
  const std::string scope = name_of(target.scope, interfaces);
  const std::string of_source = name_of(target.source_scope, interfaces);
  // tcp_v6_connect(): a socket that bind() has bound to one interface does not connect over
  // another.
  if (!of_source.empty() && of_source != scope)
    throw UsageError(
        fmt::format("the SYN goes to %{} and comes from %{}: both must be the same interface, that "
                    "of this host",
                    scope, of_source));
  return scope;
}

}  // namespace lab::collect
