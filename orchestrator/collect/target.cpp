// SPDX-License-Identifier: MIT
#include "collect/target.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "util/error.hpp"
#include "util/text.hpp"

namespace lab::collect {
namespace {

constexpr const char* usage =
    "write DST:PORT, or DST:PORT from SRC[:PORT], as in 127.0.0.1:8888 or "
    "[fd00::2]:80 from [fd00::1]:40000";

// A place as it was typed, its parts not looked at yet.
struct Words {
  std::string host;
  std::optional<std::string> port;
  std::string device;  // after '%'
};

// What a URL has before and after the place.
void refuse_url(const std::string& word) {
  const std::size_t scheme = word.find("://");
  if (scheme == std::string::npos) return;
  std::string place = word.substr(scheme + 3);
  place.resize(std::min(place.find_first_of("/?#]"), place.size()));
  if (word.find('[', scheme) != std::string::npos && place.starts_with('[')) {
    place = word.substr(scheme + 3);
    const std::size_t end = place.find_first_of("/?#", std::min(place.find(']'), place.size()));
    place.resize(std::min(end, place.size()));
  }
  const std::size_t start = word.starts_with('[') ? 1 : 0;
  const std::string name = word.substr(start, scheme - start);
  const bool has_port = place.rfind(':') != std::string::npos &&
                        (!place.starts_with('[') || place.find("]:") != std::string::npos);
  if (!has_port) {
    const servent* service = ::getservbyname(name.c_str(), "tcp");
    place += service ? fmt::format(":{}", ntohs(static_cast<std::uint16_t>(service->s_port)))
                     : std::string(":PORT");
  }
  throw UsageError(fmt::format("'{}' is a URL: write {}", word, place));
}

void refuse_blank(const std::string& word) {
  if (word.find_first_of(" \t\n\r") == std::string::npos) return;
  throw UsageError(
      fmt::format("'{}' has a blank in it: an address and its port are one word", word));
}

// "10.0.0.0/24:80"
void refuse_prefix(const std::string& word, const std::string& host) {
  const std::size_t slash = host.find('/');
  if (slash == std::string::npos) return;
  throw UsageError(
      fmt::format("'{}': one address is meant: leave '{}' out", word, host.substr(slash)));
}

// A port after an IPv6 address can be told from the address only by brackets.
Words split(const std::string& word) {
  refuse_blank(word);
  refuse_url(word);
  Words parts;
  std::size_t colon = word.rfind(':');
  if (word.starts_with('[')) {
    const std::size_t end = word.find(']');
    if (end == std::string::npos)
      throw UsageError(fmt::format("'{}': the ']' after the IPv6 address is missing", word));
    parts.host = word.substr(1, end - 1);
    if (end + 1 < word.size()) {
      if (word[end + 1] != ':')
        throw UsageError(fmt::format("'{}': after ']' comes ':PORT'", word));
      parts.port = word.substr(end + 2);
    }
  } else if (colon == std::string::npos || word.find(':') != colon) {
    parts.host = word;  // no port, or an IPv6 address without brackets
  } else {
    parts.host = word.substr(0, colon);
    parts.port = word.substr(colon + 1);
  }
  if (const std::size_t percent = parts.host.find('%'); percent != std::string::npos) {
    parts.device = parts.host.substr(percent + 1);
    parts.host.resize(percent);
  }
  refuse_prefix(word, parts.host);
  return parts;
}

std::uint16_t port_from(const std::string& word, const std::string& text, bool zero_is_good) {
  if (const auto port = to_integer<std::uint16_t>(text); port && (*port != 0 || zero_is_good))
    return *port;
  std::string help = "a port is a number from 1 to 65535";
  if (const servent* service = ::getservbyname(text.c_str(), "tcp"))
    help = fmt::format("{} is port {}: write that", text,
                       ntohs(static_cast<std::uint16_t>(service->s_port)));
  // "80-90", "80,81", "80/tcp"
  const std::size_t digits = text.find_first_not_of("0123456789");
  if (digits != 0 && digits != std::string::npos && text.find_first_of("-,/:") == digits)
    help = fmt::format("one port is meant, and one of TCP: write {}", text.substr(0, digits));
  throw UsageError(fmt::format("'{}': {}", word, help));
}

// "write [::1:80]:PORT, or [::1]:80 if 80 is the port": without brackets a port looks like the
// address's last group.
std::string with_port(const Words& parts) {
  const std::string& host = parts.host;
  if (host.empty()) return "write ADDRESS:PORT";
  if (!parts.device.empty()) return fmt::format("write [{}%{}]:PORT", host, parts.device);
  const std::size_t colon = host.rfind(':');
  if (colon == std::string::npos) return fmt::format("write {}:PORT", host);
  std::string words = fmt::format("write [{}]:PORT", host);
  const std::string before = host.substr(0, colon), last = host.substr(colon + 1);
  const auto port = to_integer<std::uint16_t>(last);
  if (port.value_or(0) != 0 && Address::parse(before))
    words += fmt::format(", or [{}]:{} if {} is the port", before, last, last);
  return words;
}

[[noreturn]] void throw_port_missing(const std::string& word, const Words& parts) {
  // A lone number is more likely a port than a host.
  if (to_integer<std::uint16_t>(word))
    throw UsageError(
        fmt::format("'{}': on which address? 127.0.0.1:{}, or one that others use", word, word));
  throw UsageError(fmt::format("'{}': the port is missing: {}", word, with_port(parts)));
}

// The address that a word means, of that family if there is a choice.
Address address_from(const std::string& host, std::optional<Family> family, Target& target,
                     std::vector<Address> (*resolve)(const std::string&)) {
  if (const auto address = Address::parse(host)) {
    if (const auto mapped = address->unmapped()) {
      target.remarks.push_back(
          fmt::format("{} is IPv4 on the wire: {}", address->str(), mapped->str()));
      return *mapped;
    }
    return *address;
  }
  const std::vector<Address> all = resolve(host);
  const auto chosen = std::ranges::find_if(
      all, [&](const Address& each) { return !family || each.family() == *family; });
  if (chosen == all.end())
    throw UsageError(
        fmt::format("'{}' has no {} address", host, *family == Family::inet ? "IPv4" : "IPv6"));
  std::string remark = fmt::format("{} is {}", host, chosen->str());
  std::vector<std::string> others;
  for (const Address& each : all)
    if (each != *chosen) others.push_back(each.str());
  if (!others.empty())
    remark += fmt::format("; also {}, which a client may try, too", fmt::join(others, ", "));
  target.remarks.push_back(remark);
  return *chosen;
}

// connect(2) takes the wildcard to mean this host: over IPv4 the socket's own address, if it is
// bound to one (ip_route_output_key_hash()), over IPv6 always ::1 (tcp_v6_connect()).
Address destination_from(const Address& address, const std::optional<Address>& source,
                         Target& target) {
  if (!address.is_any()) return address;
  const Address meant =
      source && address.family() == Family::inet ? *source : Address::loopback(address.family());
  target.remarks.push_back(
      fmt::format("to connect() to {} is to connect to {}", address.str(), meant.str()));
  return meant;
}

// connect() passes over the scope of any other address (__ipv6_addr_needs_scope_id()).
void refuse_scope(const std::string& word, const std::string& device, const Address& address) {
  const bool is_multicast = address.family() == Family::inet6 && address.bytes()[0] == 0xff;
  if (device.empty() || address.is_link_local() || is_multicast) return;
  throw UsageError(fmt::format(
      "'{}': only link-local addresses (fe80::/10) go with an interface: leave '%{}' out, and for "
      "a SYN that comes in there add --device {}",
      word, device, device));
}

}  // namespace

std::vector<Address> resolve_name(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(name.c_str(), nullptr, &hints, &found);
  if (error != 0)
    throw UsageError(fmt::format("'{}' is no address, and as a name it cannot be resolved: {}; {}",
                                 name, ::gai_strerror(error), usage));
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* each = found; each; each = each->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, each->ai_addr, each->ai_addrlen);
    const Address address = Endpoint::from_sockaddr(storage).address;
    if (std::ranges::find(addresses, address) == addresses.end()) addresses.push_back(address);
  }
  return addresses;
}

Target parse_target(const std::vector<std::string>& words,
                    std::vector<Address> (*resolve)(const std::string&)) {
  if (words.empty()) throw UsageError(fmt::format("explain what? {}", usage));
  if (words.size() == 2 || words.size() > 3 || (words.size() == 3 && words[1] != "from"))
    throw UsageError(fmt::format("'{}' is not understood: {}", fmt::join(words, " "), usage));

  Target target;
  const Words to = split(words[0]);
  if (!to.port) throw_port_missing(words[0], to);
  if (to.host.empty())
    throw UsageError(fmt::format("'{}': on which address? 127.0.0.1:{}, or one that others use",
                                 words[0], *to.port));
  target.destination.port = port_from(words[0], *to.port, false);
  target.scope = to.device;

  Words from;
  std::optional<Family> family;
  if (words.size() == 3) {
    from = split(words[2]);
    if (from.host.empty())
      throw UsageError(fmt::format("'{}': the source's address is missing; {}", words[2], usage));
    // What is an address decides the family of what is a name.
    if (const auto address = Address::parse(from.host)) family = address->family();
  }
  const Address destination = address_from(to.host, family, target, resolve);
  refuse_scope(words[0], to.device, destination);
  if (words.size() == 3) {
    const Address source = address_from(from.host, destination.family(), target, resolve);
    if (source.family() != destination.family())
      throw UsageError(fmt::format(
          "a SYN from {} to {}: one is IPv4 and the other IPv6; both must be of one family",
          source.str(), destination.str()));
    if (source.is_any())
      throw UsageError(fmt::format(
          "a SYN never comes from {}: give the address that the client has", source.str()));
    refuse_scope(words[2], from.device, source);
    target.source = source;
    if (from.port)
      if (const std::uint16_t port = port_from(words[2], *from.port, true); port != 0)
        target.source_port = port;
    target.source_scope = from.device;
    if (target.scope.empty()) target.scope = from.device;
  }
  target.destination.address = destination_from(destination, target.source, target);
  return target;
}

}  // namespace lab::collect
