// SPDX-License-Identifier: MIT
//
// The sources of what was seen.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

enum class Witness {
  module,     // the tables and answers of tcp_lookup.ko
  sock_diag,  // the tables of NETLINK_SOCK_DIAG
  packets,    // what the captures saw
  socket,     // what a system call on a socket returned
  program,    // what a program wrote, and how it ended
  trace,      // the module's trace of the receive path
};

// "sock_diag": as stored documents, reports and scenarios have it.
std::string_view to_string(Witness witness);
std::optional<Witness> witness_from(std::string_view word);

// The witnesses of one check: none, one, or several that are compared.
class Witnesses {
 public:
  Witnesses() = default;
  Witnesses(Witness one) : all_{one} {}  // implicit: most checks have one
  Witnesses(std::initializer_list<Witness> all) : all_(all) {}
  // "module, sock_diag"; "": none. Nothing: one of the words is no witness.
  static std::optional<Witnesses> parse(std::string_view text);

  bool contains(Witness witness) const;
  bool empty() const { return all_.empty(); }
  std::string str() const;

  bool operator==(const Witnesses&) const = default;
  auto operator<=>(const Witnesses&) const = default;

 private:
  std::vector<Witness> all_;
};

}  // namespace lab
