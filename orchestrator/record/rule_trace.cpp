// SPDX-License-Identifier: MIT
#include "record/rule_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>

namespace lab {

std::string TracedRule::what() const {
  if (!segment) return "an ICMP error";
  return fmt::format("{} {} > {}", flags_in_words(segment->flags), segment->source.str(),
                     segment->destination.str());
}

std::optional<LostInHook> lost_in_hook(const std::vector<TracedRule>& rules) {
  // Of a segment that was sent again, what became of the last one.
  using Where = std::tuple<std::size_t, std::string, std::string, std::string>;
  std::map<Where, std::optional<LostInHook>> lost;
  for (auto each = rules.begin(); each != rules.end(); ++each) {
    if (!each->own || !each->chain.ends_with(first_of_hook)) continue;
    const std::string hook = each->chain.substr(0, each->chain.size() - first_of_hook.size());
    const std::string last = hook + std::string(last_of_hook);
    bool came_out = false;
    const TracedRule* taken_by = nullptr;
    for (auto later = std::next(each); later != rules.end(); ++later) {
      if (later->place != each->place || later->packet != each->packet) continue;
      came_out = came_out || later->drops();  // last_drop() tells
      if (later->own && later->family == each->family && later->chain == last) came_out = true;
      if (later->queues() || later->steals()) taken_by = &*later;
    }
    auto& entry = lost[{each->place, each->family, hook, each->what()}];
    entry.reset();
    if (!came_out) entry = LostInHook{each->place, each->family, hook, each->what(), taken_by};
  }
  const auto found = std::ranges::find_if(lost, [](const auto& each) { return !!each.second; });
  return found == lost.end() ? std::nullopt : found->second;
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
