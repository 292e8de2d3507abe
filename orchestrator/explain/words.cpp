// SPDX-License-Identifier: MIT
#include "explain/words.hpp"

#include <fmt/format.h>

#include "util/text.hpp"

namespace lab::explain {

std::string ask_there(const OtherNetns& space, const Endpoint& destination,
                      const std::optional<Address>& source) {
  std::string place = destination.str();
  // Of a link-local address, the interface that has it there.
  if (const Interface* owner = owner_of(space.interfaces, destination.address);
      owner && destination.address.is_link_local())
    place = fmt::format("'[{}%{}]:{}'", destination.address.str(), owner->name, destination.port);
  std::string command = fmt::format("orchestrator explain {}", place);
  if (source) command += fmt::format(" from {}", source->str());
  return space.netns.empty() ? command : fmt::format("{} --netns {}", command, space.netns);
}

std::string route_function(Family family, bool local_sender) {
  if (local_sender) return family == Family::inet ? "ip_route_output_flow" : "ip6_dst_lookup_flow";
  return family == Family::inet ? "ip_route_input_noref" : "ip6_route_input";
}

std::string sysctl_command(const std::string& name, const std::string& value) {
  const bool needs_quotes = value.find(' ') != std::string::npos;
  const std::string quote = needs_quotes ? "'" : "";
  return fmt::format("sysctl -w {}{}={}{}", quote, name, value, quote);
}

std::string command_in(const Question& question, const std::string& command) {
  const std::string& netns = question.netns;
  if (netns.empty() || command.starts_with("orchestrator ")) return command;
  if (to_integer<pid_t>(netns)) return fmt::format("nsenter -t {} -n {}", netns, command);
  if (netns.find('/') != std::string::npos)
    return fmt::format("nsenter --net={} {}", netns, command);
  return fmt::format("ip netns exec {} {}", netns, command);
}

}  // namespace lab::explain
