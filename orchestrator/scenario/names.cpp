// SPDX-License-Identifier: MIT
#include "scenario/names.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/fields.hpp"
#include "util/text.hpp"

namespace lab::scenario {

Names::Names(const std::vector<Host>& hosts, const std::vector<Link>& links) {
  for (const Host& host : hosts) hosts_.push_back(host.name);
  for (const Link& link : links)
    for (const Link::End& end : link.ends) linked_.insert(end.host);
}

std::string Names::host(const YamlNode& node) const {
  const std::string word = text_of(node, "host");
  if (std::find(hosts_.begin(), hosts_.end(), word) == hosts_.end())
    throw Problem(node.at, fmt::format("there is no host {}", unknown(word, hosts_)));
  return word;
}

std::string Names::linked_host(const YamlNode& node) const {
  const std::string name = host(node);
  if (!linked_.count(name))
    throw Problem(node.at, fmt::format("host \"{}\" has no link; give it one under "
                                       "topology: links:",
                                       name));
  return name;
}

const SocketUse& Names::any_socket(const YamlNode& node) const {
  const std::string word = text_of(node, "socket");
  const auto found = sockets_.find(word);
  if (found != sockets_.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, use] : sockets_) names.push_back(name);
  const auto near = nearest(word, names);
  throw Problem(
      node.at,
      near.empty()
          ? fmt::format("no socket \"{}\" has been opened before this step; write "
                        "\"socket: {{name: {}, host: ...}}\" above it",
                        word, word)
          : fmt::format("no socket has been opened before this step as {}", unknown(word, names)));
}

SocketUse& Names::open_socket(const YamlNode& node) {
  auto& use = const_cast<SocketUse&>(any_socket(node));
  if (use.closed)
    throw Problem(node.at, fmt::format("socket \"{}\" has been closed before this step; open "
                                       "another one",
                                       node.text));
  return use;
}

std::string Names::add_socket(const YamlNode& node, const std::string& host) {
  const std::string name = scenario::name_of(node, "socket");
  if (!sockets_.emplace(name, SocketUse{host}).second)
    throw Problem(node.at,
                  fmt::format("there is a socket \"{}\" already; choose another name", name));
  return name;
}

Place Names::place(const YamlNode& node, bool port_zero) const {
  const std::string text = text_of(node, "a place");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Problem(node.at, fmt::format("\"{}\" is no place; write HOST:PORT, as \"{}:8888\"", text,
                                       hosts_.front()));
  Place place{text.substr(0, colon), {}, ""};
  const bool special = place.host == "any" || place.host == "loopback";
  if (!special && std::find(hosts_.begin(), hosts_.end(), place.host) == hosts_.end()) {
    std::vector<std::string> known = hosts_;
    known.insert(known.end(), {"any", "loopback"});
    throw Problem(node.at, fmt::format("there is no host {}", unknown(place.host, known)));
  }
  const std::string digits = text.substr(colon + 1);
  const auto port = to_integer<std::uint16_t>(digits);
  if (!port || (*port == 0 && !port_zero))
    throw Problem(node.at, fmt::format("port \"{}\" is out of range; write a number from {} to "
                                       "65535",
                                       digits, port_zero ? 0 : 1));
  place.port = *port;
  return place;
}

void Names::require_end(const std::string& word, Position at) const {
  std::vector<std::string> known = hosts_;
  known.push_back("loopback");
  if (std::find(known.begin(), known.end(), word) == known.end())
    throw Problem(at, fmt::format("there is no host {}", unknown(word, known)));
}

void Names::hold(const std::string& host, Position at) {
  if (!holding_.insert(host).second)
    throw Problem(at, fmt::format("\"{}\" holds already; release it first", host));
}

void Names::mark(const std::string& host, Position at) {
  if (!holding_.count(host))
    throw Problem(at, fmt::format("\"{0}\" holds nothing to mark; write \"hold: {{host: {0}}}\" "
                                  "above this step",
                                  host));
  if (!marked_.insert(host).second)
    throw Problem(at, fmt::format("\"{0}\" has a mark already; write \"release: {{host: {0}, "
                                  "until: mark}}\" above this step",
                                  host));
}

void Names::release(const std::string& host, bool until_mark, Position at) {
  if (!holding_.count(host))
    throw Problem(at, fmt::format("\"{0}\" holds nothing to release; write \"hold: {{host: "
                                  "{0}}}\" above this step",
                                  host));
  if (until_mark && !marked_.count(host))
    throw Problem(at, fmt::format("\"{0}\" has no mark; write \"mark: {{host: {0}}}\" above this "
                                  "step",
                                  host));
  marked_.erase(host);
  if (!until_mark) holding_.erase(host);
}

}  // namespace lab::scenario
