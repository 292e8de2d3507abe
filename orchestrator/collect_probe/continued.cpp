// SPDX-License-Identifier: MIT
#include "collect_probe/continued.hpp"

#include "collect/facts.hpp"
#include "collect/netns.hpp"
#include "util/error.hpp"

namespace lab::collect {

std::optional<Facts> look_where_it_went(const Probe& probe, const Facts& asked) try {
  if (!probe.was_redirected() || probe.arrives_name.empty()) return std::nullopt;
  const Translation& last = probe.translations.back();
  const std::uint16_t port = last.new_source.port == 0xffff
                                 ? std::uint16_t{1024}
                                 : static_cast<std::uint16_t>(last.new_source.port + 1);
  Wanted wanted;
  wanted.target = {last.new_destination, last.new_source.address, port, "", {}, {}};
  wanted.netns = probe.arrives_netns;
  // They are the sender's, wherever it is asked; look() leaves them out where it is elsewhere.
  wanted.uid = asked.question.uid;
  wanted.mark = asked.question.mark;
  wanted.reuses_address = asked.question.reuses_address;
  return look(netns_or_own(probe.arrives_netns), wanted);
} catch (const EnvironmentError&) {
  return std::nullopt;
}

}  // namespace lab::collect
