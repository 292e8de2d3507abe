// SPDX-License-Identifier: MIT
//
// The hosts of a scenario and the links between them.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "record/address.hpp"
#include "scenario/place.hpp"

namespace lab::scenario {

// Whether a host's kernel runs TCP/IP on the links. Without a stack it owns no addresses and
// answers nothing; only injected packets leave it.
enum class Stack { kernel, none };

// A route through the neighbour `via` to every network of host `to`. `to` empty: the default
// route.
struct Route {
  std::string to;
  std::string via;
  Position at;
};

struct Host {
  std::string name;
  std::map<std::string, std::string> sysctls;  // "net.ipv4.tcp_syncookies" → "0"
  Stack stack = Stack::kernel;
  bool forwards = false;  // a router
  std::vector<Route> routes;
  std::map<std::string, std::string> addresses;          // "second" → "eth0": one more address
  std::map<std::string, std::vector<std::string>> vrfs;  // "red" → its interfaces
  std::string nftables;  // a ruleset; $client is the address of host client
  Position at;
};

// As many as the assigned addresses have room for (run/addresses.hpp), with some to spare;
// a file with more would be larger than one may be (yaml::largest_text).
inline constexpr std::size_t most_hosts = 4096, most_links = 4096;

struct Link {
  struct End {
    std::string host;
    std::string device;
  };
  std::array<End, 2> ends;
  // Both ends' addresses if the file sets them; otherwise they are assigned.
  std::map<Family, std::array<Address, 2>> addresses;
  std::chrono::milliseconds delay{0};  // in each direction
  int loss = 0;                        // per cent, in each direction
  int mtu = 0;                         // bytes; 0: the kernel's default
  bool offload = true;                 // TSO, GSO and checksums as of a real network card
  Position at;
};

}  // namespace lab::scenario
