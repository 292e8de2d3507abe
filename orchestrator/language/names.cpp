// SPDX-License-Identifier: MIT
#include "language/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "language/reading.hpp"
#include "util/text.hpp"

namespace lab::language {

using scenario::any4_word;
using scenario::any6_word;
using scenario::any_word;
using scenario::Host;
using scenario::Link;
using scenario::loopback_word;
using scenario::nowhere_word;
using scenario::Number;
using scenario::Place;

namespace {

constexpr std::string_view words_for_addresses[] = {any_word, any4_word, any6_word, loopback_word,
                                                    nowhere_word};
constexpr std::string_view wildcards[] = {any_word, any4_word, any6_word};

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Names::Names(const std::vector<Host>& hosts, const std::vector<Link>& links) {
  for (const Link& link : links)
    for (const Link::End& end : link.ends) devices_[end.host].push_back(end.device);
  for (const Host& host : hosts) {
    hosts_.push_back(host.name);
    addresses_[host.name] = devices_[host.name];
    for (const auto& [name, device] : host.addresses) addresses_[host.name].push_back(name);
  }
}

std::string Names::host(const YamlNode& node) const {
  const std::string word = text_of(node, "host");
  if (std::find(hosts_.begin(), hosts_.end(), word) == hosts_.end())
    throw Problem(node.at, fmt::format("there is no host {}", unknown(word, hosts_)));
  return word;
}

std::string Names::linked_host(const YamlNode& node) const {
  const std::string name = host(node);
  if (devices_.at(name).empty())
    throw Problem(node.at, fmt::format("host \"{}\" has no link; give it one under "
                                       "topology: links:",
                                       name));
  return name;
}

void Names::require_device(const std::string& host, const YamlNode& device) const {
  const std::string word = text_of(device, "device");
  const auto& known = devices_.at(host);
  if (std::find(known.begin(), known.end(), word) == known.end())
    throw Problem(device.at,
                  fmt::format("host \"{}\" has no interface {}", host, unknown(word, known)));
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
                        "\"socket: {{name: {}, host: ...}}\" above this step",
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

std::string Names::program(const YamlNode& node) const {
  const std::string word = text_of(node, "program");
  if (!programs_.contains(word))
    throw Problem(
        node.at,
        fmt::format("no program runs in the background as {}",
                    unknown(word, std::vector<std::string>(programs_.begin(), programs_.end()))));
  return word;
}

std::string Names::add_socket(const YamlNode& node, const std::string& host) {
  add_alias(node, SocketUse{host});
  return node.text;
}

void Names::add_alias(const YamlNode& node, const SocketUse& socket) {
  const std::string name = yaml::name_of(node, "socket");
  if (!sockets_.emplace(name, socket).second)
    throw Problem(node.at,
                  fmt::format("there already is a socket \"{}\"; choose another name", name));
}

void Names::add_program(const YamlNode& node) {
  const std::string name = yaml::name_of(node, "program");
  if (!programs_.insert(name).second)
    throw Problem(node.at,
                  fmt::format("there already is a program \"{}\"; choose another name", name));
}

void Names::add_value(const YamlNode& node) {
  const std::string name = yaml::name_of(node, "value");
  if (std::find(hosts_.begin(), hosts_.end(), name) != hosts_.end())
    throw Problem(node.at, fmt::format("${} is the address of a host; choose another name", name));
  values_.insert(name);
}

Number Names::number(std::string_view word, std::string_view what, Position at) const {
  if (!word.starts_with('$')) {
    const auto number = to_integer<std::uint32_t>(word);
    if (!number) throw Problem(at, fmt::format("{} is \"{}\"; write a number", what, word));
    return {*number, ""};
  }
  const std::size_t sign = word.find_first_of("+-", 1);
  const std::string name(word.substr(1, sign == std::string_view::npos ? sign : sign - 1));
  if (!values_.contains(name))
    throw Problem(
        at,
        fmt::format("no earlier step defines the value {}; write \"let: {{name: {}, "
                    "...}}\" above this step",
                    unknown(name, std::vector<std::string>(values_.begin(), values_.end())), name));
  if (sign == std::string_view::npos) return {0, name};
  const auto difference = to_integer<std::uint32_t>(word.substr(sign + 1));
  if (!difference)
    throw Problem(at, fmt::format("{} is \"{}\"; write ${}+1 or ${}-1", what, word, name, name));
  return {word[sign] == '-' ? -std::int64_t{*difference} : std::int64_t{*difference}, name};
}

void Names::require_variables(std::string_view text, Position at) const {
  for (std::size_t dollar = text.find('$'); dollar != std::string_view::npos;
       dollar = text.find('$', dollar + 1)) {
    const std::string_view rest = text.substr(dollar + 1);
    if (rest.starts_with('$')) {  // a plain dollar
      ++dollar;
      continue;
    }
    const std::size_t length =
        rest.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    const std::string name(rest.substr(0, length));
    std::vector<std::string> known = hosts_;
    known.insert(known.end(), values_.begin(), values_.end());
    known.emplace_back(loopback_word);
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw Problem(at,
                    fmt::format("${} is neither a host nor a value that an earlier step defines: "
                                "{}",
                                name, unknown(name, known)));
  }
}

void Names::may_not_have_passed(const Names& before) {
  ended_ = before.ended_;
  for (const auto& [name, use] : before.sockets_) {
    SocketUse& now = sockets_.at(name);
    now.listening |= use.listening;
    now.connecting |= use.connecting;
    now.closed &= use.closed;
  }
}

Place Names::address(std::string_view word, Position at) const {
  const std::size_t separator = word.find('@');
  Place place{std::string(word.substr(0, separator)), {}, ""};
  if (is_one_of(place.host, words_for_addresses) && separator == std::string_view::npos)
    return place;
  if (std::find(hosts_.begin(), hosts_.end(), place.host) == hosts_.end()) {
    std::vector<std::string> known = hosts_;
    known.insert(known.end(), std::begin(words_for_addresses), std::end(words_for_addresses));
    throw Problem(at, fmt::format("there is no host {}", unknown(place.host, known)));
  }
  if (separator == std::string_view::npos) return place;
  place.at = word.substr(separator + 1);
  const auto& known = addresses_.at(place.host);
  if (std::find(known.begin(), known.end(), place.at) == known.end())
    throw Problem(at, fmt::format("host \"{}\" has no interface or address {}", place.host,
                                  unknown(place.at, known)));
  return place;
}

Place Names::place(const YamlNode& node, bool port_zero) const {
  const std::string text = text_of(node, "a place");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == text.size())
    throw Problem(node.at, fmt::format("\"{}\" is not a place; write HOST:PORT, as in \"{}:8888\"",
                                       text, hosts_.front()));
  Place place = address(std::string_view(text).substr(0, colon), node.at);
  const std::string digits = text.substr(colon + 1);
  if (digits.starts_with('$')) {
    place.port = number(digits, "port", node.at);
    return place;
  }
  const auto port = to_integer<std::uint16_t>(digits);
  if (!port || (*port == 0 && !port_zero))
    throw Problem(node.at, fmt::format("port \"{}\" is out of range; write a number from {} to "
                                       "65535",
                                       digits, port_zero ? 0 : 1));
  place.port = *port;
  return place;
}

Place Names::end(std::string_view word, Position at) const {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.at = at;
  node.text = word;
  const Place place =
      word.find(':') == std::string_view::npos ? address(word, at) : this->place(node, false);
  if (is_one_of(place.host, wildcards))
    throw Problem(at, "a segment carries a real address; write a host's name or loopback");
  return place;
}

void Names::require_packets(const std::string& host, Position at) const {
  if (ended_.contains(host))
    throw Problem(at, fmt::format("an earlier step says that nothing more is seen at \"{}\"; write "
                                  "then: nothing in the last packets step at that host",
                                  host));
}

void Names::hold(const std::string& host, Position at) {
  if (!holding_.insert(host).second)
    throw Problem(at, fmt::format("\"{}\" already holds; release it first", host));
}

void Names::mark(const std::string& host, Position at) {
  if (!holding_.count(host))
    throw Problem(at, fmt::format("\"{0}\" holds nothing to mark; write \"hold: {{host: {0}}}\" "
                                  "above this step",
                                  host));
  if (!marked_.insert(host).second)
    throw Problem(at, fmt::format("\"{0}\" already has a mark; write \"release: {{host: {0}, "
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

}  // namespace lab::language
