// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenario/fields.hpp"
#include "scenario/parse_parts.hpp"

namespace lab::scenario {
namespace {

// A key of /proc/sys with dots for slashes. Only net. belongs to a network
// namespace; anything else would change the machine that the lab runs on.
void require_sysctl(const YamlEntry& entry) {
  const std::string& key = entry.key;
  const bool plain = std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  if (!plain || !key.starts_with("net.") || key.find("..") != std::string::npos ||
      key.ends_with('.'))
    throw Problem(entry.at, fmt::format("\"{}\" is no sysctl of a host; write one that begins "
                                        "with net., as net.ipv4.tcp_syncookies",
                                        key));
}

Host parse_host(const YamlEntry& entry) {
  YamlNode as_text;  // a key is a name like any other
  as_text.kind = YamlNode::Kind::scalar;
  as_text.at = entry.at;
  as_text.text = entry.key;
  Host host;
  host.name = name_of(as_text, "host");
  host.at = entry.at;
  if (host.name == "any" || host.name == "loopback")
    throw Problem(entry.at, fmt::format("\"{}\" means an address of every host; choose another "
                                        "name",
                                        host.name));
  const Fields fields(entry.value, fmt::format("host \"{}\"", host.name),
                      {{"sysctls", "{net.ipv4.tcp_syncookies: 0}"}});
  if (const YamlNode* sysctls = fields.find("sysctls")) {
    if (sysctls->kind != YamlNode::Kind::map)
      throw Problem(sysctls->at, "sysctls must be a map; write {net.ipv4.tcp_syncookies: 0}");
    for (const YamlEntry& sysctl : sysctls->entries) {
      require_sysctl(sysctl);
      host.sysctls[sysctl.key] = text_of(sysctl.value, sysctl.key);
    }
  }
  return host;
}

Link::End parse_end(const YamlNode& node, const std::vector<Host>& hosts) {
  constexpr std::size_t longest = 15;  // IFNAMSIZ - 1
  const std::string text = text_of(node, "an endpoint");
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Problem(node.at, fmt::format("\"{}\" is no endpoint; write HOST:INTERFACE, as "
                                       "\"{}:eth0\"",
                                       text, hosts.front().name));
  const Link::End end{text.substr(0, colon), text.substr(colon + 1)};
  std::vector<std::string> names;
  for (const Host& host : hosts) names.push_back(host.name);
  if (std::find(names.begin(), names.end(), end.host) == names.end())
    throw Problem(node.at, fmt::format("there is no host {}", unknown(end.host, names)));
  if (end.device == "lo" || end.device.size() > longest ||
      end.device.find_first_of("/: \t") != std::string::npos || end.device[0] == '.')
    throw Problem(node.at, fmt::format("\"{}\" cannot be an interface's name; write at most {} "
                                       "letters and digits, as eth0",
                                       end.device, longest));
  return end;
}

Link parse_link(const YamlNode& node, const std::vector<Host>& hosts) {
  const Fields fields(node, "a link", {{"endpoints", "[\"a:eth0\", \"b:eth0\"]"}});
  const YamlNode& ends = fields.need("endpoints");
  if (ends.kind != YamlNode::Kind::sequence || ends.items.size() != 2)
    throw Problem(ends.at, "a link has two endpoints; write [\"a:eth0\", \"b:eth0\"]");
  Link link;
  link.ends = {parse_end(ends.items[0], hosts), parse_end(ends.items[1], hosts)};
  link.at = fields.at();
  if (link.ends[0].host == link.ends[1].host)
    throw Problem(ends.at, "a link joins two hosts; write two different ones");
  return link;
}

}  // namespace

void parse_topology(const YamlNode& node, Scenario& into) {
  const Fields fields(node, "topology", {{"hosts", "{a: , b: }"}, {"links", "[...]"}});
  const YamlNode& hosts = fields.need("hosts");
  if (hosts.kind != YamlNode::Kind::map || hosts.entries.empty())
    throw Problem(hosts.at, "hosts must be a map with at least one host; write {a: , b: }");
  for (const YamlEntry& entry : hosts.entries) into.hosts.push_back(parse_host(entry));

  const YamlNode* links = fields.find("links");
  if (!links) return;
  std::set<std::pair<std::string, std::string>> taken;
  for (const YamlNode& item : list_of(*links, "links")) {
    into.links.push_back(parse_link(item, into.hosts));
    for (const Link::End& end : into.links.back().ends)
      if (!taken.emplace(end.host, end.device).second)
        throw Problem(item.at, fmt::format("\"{}:{}\" ends two links; give each its own interface",
                                           end.host, end.device));
  }
}

}  // namespace lab::scenario
