// SPDX-License-Identifier: MIT
//
// The topology: hosts, and the links between them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "language/types.hpp"
#include "language/verbs.hpp"
#include "parser/parse_parts.hpp"
#include "util/path_component.hpp"

namespace lab::parser {

using language::duration;
using language::flag;
using language::integer;
using language::list;
using language::one_of;
using language::sysctls;
using language::text;
using scenario::any4_word;
using scenario::any6_word;
using scenario::any_word;
using scenario::Host;
using scenario::Link;
using scenario::loopback_word;
using scenario::most_hosts;
using scenario::most_links;
using scenario::nowhere_word;
using scenario::Route;
using scenario::Stack;
using yaml::unknown;

namespace {

YamlNode as_text(const YamlEntry& key) {  // a key that is a name
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.at = key.at;
  node.text = key.key;
  return node;
}

void require_device_name(std::string_view device, Position at) {
  constexpr std::size_t longest = 15;  // IFNAMSIZ - 1
  if (!is_path_component(device) || device == "lo" || device.size() > longest ||
      device.find_first_of(": @") != std::string_view::npos)
    throw Problem(at, fmt::format("\"{}\" cannot be an interface's name; write at most {} letters "
                                  "and digits, such as eth0",
                                  device, longest));
}

// --- hosts ---

// Names of other hosts and of interfaces are checked after all are read.
const MapType<Route>& route() {
  static const auto type =
      MapType<Route>("a route", "A route through a neighbour.")
          .need("to", text(), &Route::to, "b", "the destination: every network of this host")
          .need("via", text(), &Route::via, "router",
                "the neighbour: the host at the other end of a link")
          .rule([](Route& route, const Fields& fields, Names&) { route.at = fields.at(); });
  return type;
}

template <typename Value>
Type<std::map<std::string, Value>> map_of(const Type<Value>& value, std::string words,
                                          std::string key_is) {
  return {std::move(words),
          [=]() -> nlohmann::json {
            return {{"type", "object"}, {"additionalProperties", value.schema()}};
          },
          [=](const YamlNode& node, std::string_view what, Names& names) {
            if (node.kind != YamlNode::Kind::map)
              throw Problem(node.at, fmt::format("{} must be a map", what));
            std::map<std::string, Value> values;
            for (const YamlEntry& entry : node.entries)
              values[name_of(as_text(entry), key_is)] = value.read(entry.value, entry.key, names);
            return values;
          }};
}

const MapType<Host>& host_map() {
  static const auto type =
      MapType<Host>("a host",
                    "The settings of a host, possibly none. A host is a network namespace "
                    "with `lo` up.")
          .may("sysctls", sysctls(), &Host::sysctls, "{net.ipv4.tcp_syncookies: 0}",
               "written before interfaces are created; only names that begin with `net.`, because "
               "only those are per host")
          .may("stack", one_of<Stack>("stack", {{"kernel", Stack::kernel}, {"none", Stack::none}}),
               &Host::stack, "none",
               "`none`: a host without a stack. Its kernel does not own its addresses and answers "
               "nothing; it sends only injected packets")
          .may("forwards", flag(), &Host::forwards, "true", "makes it a router")
          .declare("gateway", false, text(), "router", "the neighbour of its default route")
          .may("routes", list(route().type("`{to: HOST, via: HOST}`")), &Host::routes,
               "[{to: b, via: router}]", "more routes")
          .may("addresses", map_of(text(), "a map from new names to interfaces", "address"),
               &Host::addresses, "{second: eth0}",
               "more addresses on an interface or `lo`, by name; use them as "
               "`server@second:8888`")
          .may("vrfs", map_of(list(text(), true), "a map from new names to interfaces", "VRF"),
               &Host::vrfs, "{red: [eth0]}", "VRF devices, and the interfaces enslaved to each")
          .may("nftables", text(), &Host::nftables, "\"table inet filter { ... }\"",
               "its firewall, in the language of nft(8); `$client` is the address of host client, "
               "`$client_eth1` that of its eth1")
          .rule([](Host& host, const Fields& fields, Names&) {
            if (const auto* gateway = fields.find("gateway"))
              host.routes.push_back({"", text_of(*gateway, "gateway"), gateway->at});
          });
  return type;
}

Host parse_host(const YamlEntry& entry, Names& names) {
  const std::string name = name_of(as_text(entry), "host");
  for (const std::string_view word : {any_word, any4_word, any6_word, loopback_word, nowhere_word})
    if (name == word)
      throw Problem(entry.at,
                    fmt::format("\"{}\" is a word for an address; choose another name", name));
  Host host = host_map().read(entry.value, names, fmt::format("host \"{}\"", name));
  host.name = name;
  host.at = entry.at;
  return host;
}

// --- links ---

Link::End parse_end(const YamlNode& node, const std::vector<Host>& hosts) {
  const std::string text = text_of(node, "an endpoint");
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Problem(node.at, fmt::format("\"{}\" is not an endpoint; write HOST:INTERFACE, as in "
                                       "\"{}:eth0\"",
                                       text, hosts.front().name));
  const Link::End end{text.substr(0, colon), text.substr(colon + 1)};
  if (std::ranges::find(hosts, end.host, &Host::name) == hosts.end()) {
    std::vector<std::string> names;
    for (const Host& host : hosts) names.push_back(host.name);
    throw Problem(node.at, fmt::format("there is no host {}", unknown(end.host, names)));
  }
  require_device_name(end.device, node.at);
  return end;
}

Type<std::map<Family, std::array<Address, 2>>> link_addresses() {
  return {"a map, such as `{ipv4: [10.9.0.1, 10.9.0.2], ipv6: [\"fd09::1\", \"fd09::2\"]}`",
          []() -> nlohmann::json {
            return {{"type", "object"},
                    {"properties", {{"ipv4", {{"type", "array"}}}, {"ipv6", {{"type", "array"}}}}},
                    {"additionalProperties", false}};
          },
          [](const YamlNode& node, std::string_view what, Names&) {
            static const Fields::Known known{{"ipv4", "[10.9.0.1, 10.9.0.2]", false},
                                             {"ipv6", "[\"fd09::1\", \"fd09::2\"]", false}};
            const Fields fields(node, std::string(what), known);
            std::map<Family, std::array<Address, 2>> result;
            for (const auto& [word, family] :
                 {std::pair{"ipv4", Family::inet}, std::pair{"ipv6", Family::inet6}}) {
              const YamlNode* pair = fields.find(word);
              if (!pair) continue;
              if (pair->kind != YamlNode::Kind::sequence || pair->items.size() != 2)
                throw Problem(pair->at,
                              fmt::format("{} needs an address for each end; write two", word));
              for (std::size_t end = 0; end < 2; ++end) {
                const auto address = Address::parse(text_of(pair->items[end], "an address"));
                if (!address || address->family() != family)
                  throw Problem(pair->items[end].at,
                                fmt::format("\"{}\" is not an {} address", pair->items[end].text,
                                            family == Family::inet ? "IPv4" : "IPv6"));
                result[family][end] = *address;
              }
            }
            return result;
          }};
}

const MapType<Link>& link_map() {
  constexpr std::int64_t largest_mtu = 65535;
  constexpr std::int64_t least_mtu = 68;  // RFC 791, section 3.2; IPv6 needs 1280
  static const auto type =
      MapType<Link>("a link", "A veth pair. Each end has an address of each family.")
          .declare("endpoints", true, list(text()), "[\"a:eth0\", \"b:eth0\"]",
                   "its two ends, as HOST:INTERFACE")
          .may("addresses", link_addresses(), &Link::addresses, "{ipv4: [10.9.0.1, 10.9.0.2]}",
               "the ends' addresses (/24 and /64); default: assigned by the lab")
          .may("delay", duration(), &Link::delay, "10ms", "in each direction; needs sch_netem")
          .may("loss", integer(0, 100), &Link::loss, "5",
               "per cent, in each direction; needs sch_netem")
          .may("mtu", integer(least_mtu, largest_mtu), &Link::mtu, "1400", "in bytes")
          .may("offload", flag(), &Link::offload, "false",
               "`false`: neither TSO nor GSO, and checksums filled in, so that a capture shows "
               "segments as a wire would; default: `true`, as a network card");
  return type;
}

Link parse_link(const YamlNode& node, const std::vector<Host>& hosts, Names& names) {
  const YamlNode& ends = link_map().fields(node).need("endpoints");
  if (ends.kind != YamlNode::Kind::sequence || ends.items.size() != 2)
    throw Problem(ends.at, "a link has two endpoints; write [\"a:eth0\", \"b:eth0\"]");
  Link link = link_map().read(node, names);
  link.ends = {parse_end(ends.items[0], hosts), parse_end(ends.items[1], hosts)};
  link.at = node.at;
  if (link.ends[0].host == link.ends[1].host)
    throw Problem(ends.at, "a link joins two hosts; write two different ones");
  return link;
}

// --- checks of the whole topology ---

bool are_linked(const Scenario& scenario, const std::string& a, const std::string& b) {
  return std::ranges::any_of(scenario.links, [&](const Link& link) {
    return (link.ends[0].host == a && link.ends[1].host == b) ||
           (link.ends[1].host == a && link.ends[0].host == b);
  });
}

void require_routes(const Scenario& scenario, const Host& host,
                    const std::vector<std::string>& hosts) {
  for (const Route& route : host.routes) {
    for (const std::string& word : {route.via, route.to})
      if (!word.empty() && std::ranges::find(hosts, word) == hosts.end())
        throw Problem(route.at, fmt::format("there is no host {}", unknown(word, hosts)));
    if (!are_linked(scenario, host.name, route.via))
      throw Problem(route.at,
                    fmt::format("\"{}\" has no link to \"{}\", so a route cannot go through it",
                                host.name, route.via));
  }
}

void require_devices(const Scenario& scenario, const Host& host) {
  if (host.vrfs.empty() && host.addresses.empty()) return;
  std::vector<std::string> devices;
  for (const Link& link : scenario.links)
    for (const Link::End& end : link.ends)
      if (end.host == host.name) devices.push_back(end.device);
  std::set<std::string> enslaved;
  for (const auto& [vrf, members] : host.vrfs) {
    require_device_name(vrf, host.at);
    for (const std::string& device : members) {
      if (std::ranges::find(devices, device) == devices.end())
        throw Problem(host.at, fmt::format("host \"{}\" has no interface {}", host.name,
                                           unknown(device, devices)));
      if (!enslaved.insert(device).second)
        throw Problem(host.at, fmt::format("\"{}\" is in two VRFs; keep one", device));
    }
  }
  devices.emplace_back("lo");
  for (const auto& [name, device] : host.addresses)
    if (std::ranges::find(devices, device) == devices.end())
      throw Problem(host.at, fmt::format("host \"{}\" has no interface {}", host.name,
                                         unknown(device, devices)));
}

void require_distinct_addresses(const Scenario& scenario) {
  std::map<Address, std::string> owner;
  for (const Link& link : scenario.links)
    for (const auto& [family, addresses] : link.addresses)
      for (std::size_t end = 0; end < 2; ++end) {
        const std::string name = fmt::format("{}:{}", link.ends[end].host, link.ends[end].device);
        const auto [found, fresh] = owner.try_emplace(addresses[end], name);
        if (!fresh)
          throw Problem(link.at, fmt::format("{} is the address of {} and of {}; give each its own",
                                             addresses[end].str(), found->second, name));
      }
}

struct Topology {};  // its keys go into a Scenario
const MapType<Topology>& topology_map() {
  static const auto type =
      MapType<Topology>("topology", "The hosts, and the links between them.")
          .declare("hosts", true,
                   map_of(host_map().type("a host"), "a map from names to hosts", "host"),
                   "{a: , b: }", "a map from host names to hosts")
          .declare("links", false, list(link_map().type("a link")),
                   "[{endpoints: [\"a:eth0\", \"b:eth0\"]}]", "the links; a host may have none");
  return type;
}

}  // namespace

const std::vector<Key>& topology_keys() { return topology_map().keys(); }
const std::vector<Key>& host_keys() { return host_map().keys(); }
const std::vector<Key>& link_keys() { return link_map().keys(); }

void parse_topology(const YamlNode& node, Scenario& into) {
  const Fields fields = topology_map().fields(node);
  const YamlNode& hosts = fields.need("hosts");
  if (hosts.kind != YamlNode::Kind::map || hosts.entries.empty())
    throw Problem(hosts.at, "hosts must be a map with at least one host; write {a: , b: }");
  if (hosts.entries.size() > most_hosts)
    throw Problem(hosts.at, fmt::format("there are {} hosts; a scenario has at most {}",
                                        hosts.entries.size(), most_hosts));
  Names none;
  for (const YamlEntry& entry : hosts.entries) into.hosts.push_back(parse_host(entry, none));

  if (const YamlNode* links = fields.find("links")) {
    if (links->items.size() > most_links)
      throw Problem(links->at, fmt::format("there are {} links; a scenario has at most {}",
                                           links->items.size(), most_links));
    std::set<std::pair<std::string, std::string>> taken;
    for (const YamlNode& item : list_of(*links, "links")) {
      into.links.push_back(parse_link(item, into.hosts, none));
      for (const Link::End& end : into.links.back().ends)
        if (!taken.emplace(end.host, end.device).second)
          throw Problem(item.at,
                        fmt::format("\"{}:{}\" is an end of two links; give each its own interface",
                                    end.host, end.device));
    }
  }
  std::vector<std::string> names;
  for (const Host& host : into.hosts) names.push_back(host.name);
  for (const Host& host : into.hosts) {
    require_routes(into, host, names);
    require_devices(into, host);
  }
  require_distinct_addresses(into);
}

}  // namespace lab::parser
