// SPDX-License-Identifier: MIT
//
// Rulesets as nft lists them as JSON, made in one line, and a SYN that meets them.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "filter/ruleset.hpp"

namespace lab::filter {

inline Endpoint at(const char* text) { return Endpoint::parse(text).value(); }

// A SYN that comes in on eth0 for a server at port 80.
inline SegmentOnWay syn(const char* source = "10.0.0.1:40000",
                        const char* destination = "10.0.0.2:80") {
  SegmentOnWay way;
  way.segment.source = at(source);
  way.segment.destination = at(destination);
  way.segment.flags = TcpFlags{.syn = true};
  way.segment.in = "eth0";
  way.segment.state = "new";
  way.hooks = {"prerouting", "input"};
  return way;
}

// A table with one chain at a hook, whose rules have these expressions.
inline std::string list_of(const std::vector<std::string>& expressions,
                           const char* policy = "accept", const char* hook = "input",
                           const std::string& more = "", int priority = 0,
                           const char* family = "inet") {
  std::string rules;
  int handle = 10;
  for (const std::string& each : expressions)
    rules += fmt::format(
        R"(,{{"rule":{{"family":"{}","table":"f","chain":"i","handle":{},"expr":{}}}}})", family,
        ++handle, each);
  return fmt::format(
      R"({{"nftables":[{{"metainfo":{{}}}},{{"table":{{"family":"{0}","name":"f"}}}},)"
      R"({{"chain":{{"family":"{0}","table":"f","name":"i","type":"filter","hook":"{1}","prio":{2},)"
      R"("policy":"{3}"}}}}{4}{5}]}})",
      family, hook, priority, policy, more, rules);
}

inline std::string match(const std::string& left, const std::string& right, const char* op = "==") {
  return fmt::format(R"({{"match":{{"op":"{}","left":{},"right":{}}}}})", op, left, right);
}
inline const std::string dport = R"({"payload":{"protocol":"tcp","field":"dport"}})";
inline const std::string saddr = R"({"payload":{"protocol":"ip","field":"saddr"}})";
inline const std::string drop = R"({"drop":null})", accept = R"({"accept":null})";

inline std::string rule(const std::string& first, const std::string& second) {
  return "[" + first + "," + second + "]";
}

}  // namespace lab::filter
