// SPDX-License-Identifier: MIT
#include "packetdrill/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "util/text.hpp"
#include "yaml/yaml_node.hpp"

namespace lab::packetdrill {
namespace {

using yaml::Problem;

template <typename Number>
Number number_in(const Option& option, Number least, Number most) {
  const std::string text = option.value.value_or("");
  const auto number = to_integer<Number>(text);
  if (!number || *number < least || *number > most)
    throw Problem(option.at, fmt::format("--{}={}: write a number from {} to {}", option.name, text,
                                         least, most));
  return *number;
}

double per_cent_in(const Option& option) {
  const std::string text = option.value.value_or("");
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || !(number >= 0 && number <= 100))
    throw Problem(option.at,
                  fmt::format("--{}={}: write a number from 0 to 100", option.name, text));
  return number;
}

// "192.0.2.1", "192.0.2.1/24": the prefix is that of a network of addresses, which the lab does not
// need.
Address address_in(const Option& option) {
  const std::string text = option.value.value_or("");
  const auto address = Address::parse(text.substr(0, text.find('/')));
  if (!address)
    throw Problem(option.at, fmt::format("--{}={}: write an IP address", option.name, text));
  return *address;
}

void set_version(Settings& settings, const Option& option) {
  const std::string text = option.value.value_or("");
  settings.mapped = text == "ipv4-mapped-ipv6";
  settings.family = text == "ipv6" ? Family::inet6 : Family::inet;
  if (text != "ipv4" && text != "ipv6" && !settings.mapped)
    throw Problem(option.at,
                  fmt::format("--ip_version={}: write ipv4, ipv6 or ipv4-mapped-ipv6", text));
}

// Of how packetdrill works, not of what it does.
const std::set<std::string>& harmless() {
  static const std::set<std::string> names = {"define", "send_omit_free", "verbose", "debug"};
  return names;
}

const std::set<std::string>& unplayable() {
  static const std::set<std::string> names = {
      "code_command",      "code_format",    "code_sockopt",     "gateway_ip",
      "netmask_ip",        "speed",          "init_scripts",     "wire_client",
      "wire_server",       "so_filename",    "so_flags",         "non_fatal",
      "udp_encapsulation", "dry_run",        "is_anyip",         "psp_udp_port",
      "wire_server_ip",    "wire_server_at", "wire_server_port", "wire_client_dev",
      "wire_server_dev"};
  return names;
}

using Set = void (*)(Settings&, const Option&);
const std::map<std::string, Set>& setters() {
  static const std::map<std::string, Set> all = {
      {"ip_version", set_version},
      {"local_ip", [](Settings& to, const Option& from) { to.local = address_in(from); }},
      {"remote_ip", [](Settings& to, const Option& from) { to.remote = address_in(from); }},
      {"bind_port",
       [](Settings& to, const Option& from) {
         to.bind_port = number_in<std::uint16_t>(from, 1, UINT16_MAX);
       }},
      {"connect_port",
       [](Settings& to, const Option& from) {
         to.connect_port = number_in<std::uint16_t>(from, 1, UINT16_MAX);
       }},
      {"mtu", [](Settings& to, const Option& from) { to.mtu = number_in(from, 68, 65535); }},
      {"tolerance_usecs",
       [](Settings& to, const Option& from) {
         to.tolerance = std::chrono::microseconds(number_in(from, 1, 1'000'000'000));
       }},
      {"tolerance_percent",
       [](Settings& to, const Option& from) { to.tolerance_percent = per_cent_in(from); }},
      {"mss", [](Settings& to, const Option& from) { to.mss = number_in(from, 1, 65535); }},
      {"tcp_ts_tick_usecs",
       [](Settings& to, const Option& from) {
         to.tick = number_in<std::uint32_t>(from, 0, 1'000'000);
       }},
      {"strict_segments", [](Settings& to, const Option&) { to.strict_segments = true; }},
      {"tcp_ts_ecr_scaled", [](Settings& to, const Option&) { to.scaled_echoes = true; }},
  };
  return all;
}

void apply(Settings& settings, const Option& option) {
  if (harmless().contains(option.name)) return;
  if (unplayable().contains(option.name))
    throw Problem(option.at, fmt::format("the option --{} cannot be played", option.name));
  const auto setter = setters().find(option.name);
  if (setter == setters().end())
    throw Problem(option.at, fmt::format("packetdrill has no option --{}", option.name));
  setter->second(settings, option);
}

void require_family(const Settings& settings, const std::optional<Address>& address,
                    std::string_view which) {
  if (!address || address->family() == settings.family) return;
  throw Problem({1, 1}, fmt::format("{} is not an address of --ip_version={}: set it with "
                                    "--{}, or --set {}=ADDRESS",
                                    address->str(), family_name(settings.family), which, which));
}

}  // namespace

Address Settings::local_address() const {
  if (local) return *local;
  return *Address::parse(family == Family::inet ? "192.168.0.1" : "fd3d:a0b:17d6::1");
}

Address Settings::remote_address() const {
  if (remote) return *remote;
  return *Address::parse(family == Family::inet ? "192.0.2.1" : "fd3d:fa7b:d17d::1");
}

bool is_option(const std::string& name) {
  return harmless().contains(name) || unplayable().contains(name) || setters().contains(name);
}

Settings settings_of(const std::vector<Option>& options,
                     const std::map<std::string, std::string>& given) {
  Settings settings;
  for (const Option& option : options)
    if (!given.contains(option.name)) apply(settings, option);
  for (const auto& [name, value] : given) apply(settings, {name, value, {1, 1}});
  require_family(settings, settings.local, "local_ip");
  require_family(settings, settings.remote, "remote_ip");
  return settings;
}

}  // namespace lab::packetdrill
