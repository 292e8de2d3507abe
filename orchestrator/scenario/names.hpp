// SPDX-License-Identifier: MIT
//
// The names that a scenario's file has introduced so far. Steps are read in
// order, so a name that is not known here is used before it exists.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/yaml_node.hpp"

namespace lab::scenario {

// What has been done with a socket, as far as later steps depend on it.
struct SocketUse {
  std::string host;
  bool listening = false;
  bool connecting = false;  // a connect that did not wait has not been waited for
  bool closed = false;
};

class Names {
 public:
  explicit Names(const std::vector<Host>& hosts, const std::vector<Link>& links);

  // The word as a host, an open socket, or a socket that may be closed by now.
  // Each throws Problem, with the nearest names, when it is none.
  std::string host(const YamlNode& node) const;
  SocketUse& open_socket(const YamlNode& node);
  const SocketUse& any_socket(const YamlNode& node) const;

  // A host that has at least one link.
  std::string linked_host(const YamlNode& node) const;

  // Takes a new socket's name; throws Problem if it was used before.
  std::string add_socket(const YamlNode& node, const std::string& host);

  // "server:8888". The host may be "any" or "loopback" too. Port 0 is allowed
  // only with `port_zero`.
  Place place(const YamlNode& node, bool port_zero) const;

  // A host's name or "loopback", as a segment's ends are written.
  void require_end(const std::string& word, Position at) const;

  // Holding: whether the host holds, and whether a mark stands in what it holds.
  void hold(const std::string& host, Position at);
  void mark(const std::string& host, Position at);
  void release(const std::string& host, bool until_mark, Position at);

 private:
  std::vector<std::string> hosts_;
  std::set<std::string> linked_;
  std::map<std::string, SocketUse> sockets_;
  std::set<std::string> holding_, marked_;
};

}  // namespace lab::scenario
