// SPDX-License-Identifier: MIT
#include "collect/counters.hpp"

#include <algorithm>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {

Counters counters_from(std::string_view text) {
  Counters counters;
  const auto all = lines(text);
  for (std::size_t at = 0; at + 1 < all.size(); at += 2) {
    const auto names = words(all[at]), values = words(all[at + 1]);
    if (names.empty() || !names[0].ends_with(':')) continue;
    const std::string group(names[0].substr(0, names[0].size() - 1));
    for (std::size_t each = 1; each < std::min(names.size(), values.size()); ++each)
      counters[group + std::string(names[each])] = to_integer<long>(values[each]).value_or(0);
  }
  return counters;
}

Counters read_counters(const Namespace& space) {
  Counters counters;
  for (const char* path : {"/proc/thread-self/net/snmp", "/proc/thread-self/net/netstat"})
    counters.merge(counters_from(in(space, [&] { return read_file(path); })));
  return counters;
}

Counters growth(const Counters& before, const Counters& after) {
  Counters grown;
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (const long more = value - (old == before.end() ? 0 : old->second); more > 0)
      grown[name] = more;
  }
  return grown;
}

}  // namespace lab::collect
