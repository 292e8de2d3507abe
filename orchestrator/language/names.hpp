// SPDX-License-Identifier: MIT
//
// The names that a scenario's file has defined so far. Steps are read in order, so a name that
// is missing here is used before it is defined.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "language/reading.hpp"
#include "scenario/model.hpp"
#include "scenario/topology.hpp"

namespace lab::language {

// The state of a socket that later steps depend on.
struct SocketUse {
  std::string host;
  bool listening = false;
  bool connecting = false;  // a connect with `wait: false` is pending
  bool closed = false;
};

class Names {
 public:
  // The topology is read with Names(); then the hosts and links are known.
  Names() = default;
  Names(const std::vector<scenario::Host>& hosts, const std::vector<scenario::Link>& links);

  // The word as a host, an open socket, or a socket that may be closed. Each throws Problem with
  // the nearest names if there is none.
  std::string host(const YamlNode& node) const;
  SocketUse& open_socket(const YamlNode& node);
  const SocketUse& any_socket(const YamlNode& node) const;
  // A program that was started in the background.
  std::string program(const YamlNode& node) const;

  // A host that has at least one link, and that host's interface.
  std::string linked_host(const YamlNode& node) const;
  void require_device(const std::string& host, const YamlNode& device) const;

  // Adds a new name; throws Problem if it was used before. An alias is a second name of an
  // existing socket.
  std::string add_socket(const YamlNode& node, const std::string& host);
  void add_alias(const YamlNode& node, const SocketUse& socket);
  void add_program(const YamlNode& node);
  void add_value(const YamlNode& node);

  // The steps since `before` may be skipped at run time, so whatever was possible with a socket
  // before them is still possible.
  void may_not_have_passed(const Names& before);

  // "server:8888", "server@eth1:8888", "any:$port". The host may also be a word of place.hpp.
  // Port 0 is allowed only with `port_zero`.
  scenario::Place place(const YamlNode& node, bool port_zero) const;
  // An end of a segment: a place with a real address; the port is optional.
  scenario::Place end(std::string_view word, Position at) const;
  // "8888", "$port", "$isn+1"; `what` names it in messages.
  scenario::Number number(std::string_view word, std::string_view what, Position at) const;
  // Every $WORD in the text is a host or a value.
  void require_variables(std::string_view text, Position at) const;

  // After a Packets step with `then: nothing` no other such step may follow at its host.
  void end_packets(const std::string& host) { ended_.insert(host); }
  void require_packets(const std::string& host, Position at) const;

  // Tracks which hosts hold packets, and which have a mark.
  void hold(const std::string& host, Position at);
  void mark(const std::string& host, Position at);
  void release(const std::string& host, bool until_mark, Position at);

 private:
  scenario::Place address(std::string_view word, Position at) const;  // a place without its port

  std::vector<std::string> hosts_;
  std::map<std::string, std::vector<std::string>> devices_;    // host → its interfaces
  std::map<std::string, std::vector<std::string>> addresses_;  // host → the words after "@"
  std::map<std::string, SocketUse> sockets_;
  std::set<std::string> programs_, values_;
  std::set<std::string> holding_, marked_, ended_;
};

}  // namespace lab::language
