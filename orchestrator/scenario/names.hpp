// SPDX-License-Identifier: MIT
//
// The names that a scenario's file has introduced so far. Steps are read in
// order, so a name that is not known here is used before it exists.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "scenario/model.hpp"
#include "scenario/reading.hpp"
#include "scenario/topology.hpp"

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
  // The topology is read with no names at all; these are what it leaves.
  Names() = default;
  Names(const std::vector<Host>& hosts, const std::vector<Link>& links);

  // The word as a host, an open socket, or a socket that may be closed by now.
  // Each throws Problem, with the nearest names, when it is none.
  std::string host(const YamlNode& node) const;
  SocketUse& open_socket(const YamlNode& node);
  const SocketUse& any_socket(const YamlNode& node) const;
  // A program that runs in the background, or has run there.
  std::string program(const YamlNode& node) const;

  // A host that has at least one link, and that host's interface.
  std::string linked_host(const YamlNode& node) const;
  void require_device(const std::string& host, const YamlNode& device) const;

  // Takes a new name; throws Problem if it was used before. An alias is another
  // name for a socket that there is.
  std::string add_socket(const YamlNode& node, const std::string& host);
  void add_alias(const YamlNode& node, const SocketUse& socket);
  void add_program(const YamlNode& node);
  void add_value(const YamlNode& node);

  // Whether the steps since `before` are played is known only in the play. So what
  // could be done with a socket then can still be done with it now.
  void may_not_have_passed(const Names& before);

  // "server:8888", "server@eth1:8888", "any:$port". The host may be one of the
  // words of place.hpp too. Port 0 is allowed only with `port_zero`.
  Place place(const YamlNode& node, bool port_zero) const;
  // An end of a segment: a place with a real address, whose port may be left out.
  Place end(std::string_view word, Position at) const;
  // "8888", "$port", "$isn+1"; `what` names it in messages.
  Number number(std::string_view word, std::string_view what, Position at) const;
  // Every $WORD in the text is a host or a value.
  void require_variables(std::string_view text, Position at) const;

  // Holding: whether the host holds, and whether a mark stands in what it holds.
  void hold(const std::string& host, Position at);
  void mark(const std::string& host, Position at);
  void release(const std::string& host, bool until_mark, Position at);

 private:
  Place address(std::string_view word, Position at) const;  // a place without its port

  std::vector<std::string> hosts_;
  std::map<std::string, std::vector<std::string>> devices_;    // host → its interfaces
  std::map<std::string, std::vector<std::string>> addresses_;  // host → what stands after "@"
  std::map<std::string, SocketUse> sockets_;
  std::set<std::string> programs_, values_;
  std::set<std::string> holding_, marked_;
};

}  // namespace lab::scenario
