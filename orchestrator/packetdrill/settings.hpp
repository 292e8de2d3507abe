// SPDX-License-Identifier: MIT
//
// What a script's options, and those of the command line, set. Defaults: packetdrill's
// (set_default_config()), with the local address that its runner gives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "packetdrill/script.hpp"
#include "record/address.hpp"

namespace lab::packetdrill {

struct Settings {
  Family family = Family::inet;
  bool mapped = false;  // sockets of IPv6 with IPv4-mapped addresses; packets are of IPv4
  std::optional<Address> local, remote;  // nothing: the defaults of the family
  std::uint16_t bind_port = 8080, connect_port = 8080;
  int mtu = 1500;
  std::chrono::microseconds tolerance{4000};
  double tolerance_percent = 12.5;
  bool scaled_echoes = false;  // --tcp_ts_ecr_scaled
  std::uint32_t tick = 0;      // --tcp_ts_tick_usecs: of outbound timestamps; 0: not compared
  bool strict_segments = false;  // a long outbound packet must not come in parts
  int mss = 0;  // bytes of data in each part of a longer inbound packet; 0: it has no parts

  Address local_address() const;
  Address remote_address() const;
};

// Whether packetdrill has an option of that name.
bool is_option(const std::string& name);

// `given` has precedence: option → its value. Throws yaml::Problem for what is no option, for a
// wrong value, and for an option that cannot be obeyed.
Settings settings_of(const std::vector<Option>& options,
                     const std::map<std::string, std::string>& given);

}  // namespace lab::packetdrill
