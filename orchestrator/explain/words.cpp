// SPDX-License-Identifier: MIT
#include "explain/words.hpp"

#include <fmt/format.h>

namespace lab::explain {

std::string ask_there(const OtherNetns& space, const Endpoint& destination,
                      const std::optional<Address>& source) {
  std::string command = fmt::format("orchestrator explain {}", destination.str());
  if (source) command += fmt::format(" from {}", source->str());
  return space.netns.empty() ? command : fmt::format("{} --netns {}", command, space.netns);
}

std::string route_function(Family family, bool local_sender) {
  if (local_sender) return family == Family::inet ? "ip_route_output_flow" : "ip6_dst_lookup_flow";
  return family == Family::inet ? "ip_route_input_noref" : "ip6_route_input";
}

}  // namespace lab::explain
