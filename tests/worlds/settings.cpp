// SPDX-License-Identifier: MIT
#include "worlds/settings.hpp"

#include <fmt/format.h>

#include "net/namespace.hpp"
#include "worlds/machine.hpp"

namespace lab::worlds {

void Ip::apply(Machine& machine) const { machine.ip(host_, words_); }

std::string Ip::script() const {
  return fmt::format("ip netns exec {} ip {}\n", name_of(host_), words_);
}

void Sysctl::apply(Machine& machine) const { write_sysctl(machine.at(host_), name_, value_); }

std::string Sysctl::script() const {
  return fmt::format("ip netns exec {} sysctl -qw '{}={}'\n", name_of(host_), name_, value_);
}

void Nft::apply(Machine& machine) const { machine.nft(host_, commands_); }

std::string Nft::script() const {
  return fmt::format("ip netns exec {} nft -f - <<'E'\n{}\nE\n", name_of(host_), commands_);
}

}  // namespace lab::worlds
