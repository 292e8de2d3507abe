// SPDX-License-Identifier: MIT
#include "record/rule_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>

namespace lab {

bool TracedPlace::has_legacy() const {
  return std::ranges::any_of(hooks, [](const std::string& hook) {
    return hook.find("tables-legacy") != std::string::npos;
  });
}

std::string TracedRule::what() const {
  if (!segment) return "an ICMP error";
  return fmt::format("{} {} > {}", flags_in_words(segment->flags), segment->source.str(),
                     segment->destination.str());
}

std::optional<LostInHook> lost_in_hook(const std::vector<TracedRule>& rules) {
  // Of a segment that was sent again, what became of the last one.
  using Where = std::tuple<std::size_t, std::string, std::string, std::string>;
  std::map<Where, bool> came_out;
  for (auto each = rules.begin(); each != rules.end(); ++each) {
    if (!each->own || !each->chain.ends_with(first_of_hook)) continue;
    const std::string hook = each->chain.substr(0, each->chain.size() - first_of_hook.size());
    bool ends = false;
    for (auto later = std::next(each); later != rules.end(); ++later) {
      if (later->place != each->place || later->packet != each->packet) continue;
      if (later->family != each->family && later->own) continue;
      if (later->own && later->chain == each->chain) break;  // the number is used again
      ends = ends || later->drops() || later->verdict == "stolen" || later->verdict == "queue" ||
             (later->own && later->chain == hook + std::string(last_of_hook));
    }
    came_out[{each->place, hook, each->what(), each->family}] = ends;
  }
  for (const auto& [where, ends] : came_out)
    if (!ends) return LostInHook{std::get<0>(where), std::get<1>(where), std::get<2>(where)};
  return std::nullopt;
}

const TracedRule* last_drop(const std::vector<TracedRule>& rules) {
  const auto drop = std::find_if(rules.rbegin(), rules.rend(), std::mem_fn(&TracedRule::drops));
  if (drop == rules.rend()) return nullptr;
  // The same segment was sent again, and that one was let pass.
  const bool passed = std::any_of(rules.rbegin(), drop, [&](const TracedRule& later) {
    return later.own && later.place == drop->place && later.packet != drop->packet &&
           later.chain.ends_with(first_of_hook) && later.what() == drop->what();
  });
  return passed ? nullptr : &*drop;
}

}  // namespace lab
