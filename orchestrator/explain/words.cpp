// SPDX-License-Identifier: MIT
#include "explain/words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "util/text.hpp"

namespace lab::explain {

namespace {

// The other host would take the interface by which its answer leaves for the one on which the SYN
// comes in, and that is another one where `source` is no neighbour's address.
bool comes_in_elsewhere_than_expected(const Interface& owner, const Address& source) {
  return !owner.loopback && std::ranges::none_of(owner.addresses, [&](const InterfaceAddress& own) {
    return own.address.family() == source.family() &&
           source.has_prefix(own.address, own.prefix_length);
  });
}

}  // namespace

std::string ask_there(const OtherNetns& space, const Endpoint& destination,
                      const std::optional<Endpoint>& source, bool is_neighbour) {
  std::string place = destination.str();
  const Interface* owner = owner_of(space.interfaces, destination.address);
  const bool is_link_local = destination.address.is_link_local();
  // Of a link-local address, the interface that has it there.
  if (owner && is_link_local)
    place = fmt::format("'[{}%{}]:{}'", destination.address.str(), owner->name, destination.port);
  std::string command = fmt::format("orchestrator explain {}", place);
  if (source)
    command += fmt::format(" from {}", source->port != 0 ? source->str() : source->address.str());
  if (owner && source && is_neighbour && !is_link_local &&
      comes_in_elsewhere_than_expected(*owner, source->address))
    command += fmt::format(" --device {}", owner->name);
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
