// SPDX-License-Identifier: MIT
#include "filter/statement.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace lab::filter {
namespace {

using nlohmann::json;

struct Code {
  std::string_view name;
  IcmpCode icmp;
};

// icmp_code_type, icmpv6_code_type of nftables, src/datatype.c
constexpr std::array<Code, 7> inet{{{"net-unreachable", {3, 0}},
                                    {"host-unreachable", {3, 1}},
                                    {"prot-unreachable", {3, 2}},
                                    {"port-unreachable", {3, 3}},
                                    {"net-prohibited", {3, 9}},
                                    {"host-prohibited", {3, 10}},
                                    {"admin-prohibited", {3, 13}}}};
constexpr std::array<Code, 6> inet6{{{"no-route", {1, 0}},
                                     {"admin-prohibited", {1, 1}},
                                     {"addr-unreachable", {1, 3}},
                                     {"port-unreachable", {1, 4}},
                                     {"policy-fail", {1, 5}},
                                     {"reject-route", {1, 6}}}};
// icmpx, of either family: nft_reject_icmp_code(), nft_reject_icmpv6_code()
constexpr std::array<Code, 4> both4{{{"no-route", {3, 0}},
                                     {"port-unreachable", {3, 3}},
                                     {"host-unreachable", {3, 1}},
                                     {"admin-prohibited", {3, 13}}}};
constexpr std::array<Code, 4> both6{{{"no-route", {1, 0}},
                                     {"port-unreachable", {1, 4}},
                                     {"host-unreachable", {1, 3}},
                                     {"admin-prohibited", {1, 1}}}};

template <typename Codes>
std::optional<Rejection> code_in(const Codes& codes, const std::string& name) {
  const auto found = std::ranges::find(codes, std::string_view(name), &Code::name);
  if (found == codes.end()) return std::nullopt;
  return Rejection{.icmp = found->icmp};
}

}  // namespace

bool is_key_of(const json& mangle, const char* kind, const char* key) {
  const json left = mangle.is_object() ? mangle.value("key", json::object()) : json::object();
  return left.is_object() && left.contains(kind) && left[kind].is_object() &&
         left[kind].value("key", "") == key;
}

bool changes_tracking(const json& statement) {
  if (statement.contains("notrack")) return true;
  if (statement.contains("mangle")) return is_key_of(statement["mangle"], "ct", "zone");
  if (!statement.contains("xt") || !statement["xt"].is_object()) return false;
  const std::string name = statement["xt"].value("name", "");
  return name == "CT" || name == "NOTRACK";
}

namespace {

// What else may is not told, or new.
bool is_harmless_target(const json& xt) {
  constexpr std::array<std::string_view, 14> harmless{
      "LOG",  "NFLOG",      "TCPMSS", "CHECKSUM", "TRACE",    "AUDIT",  "NOTRACK",
      "SNAT", "MASQUERADE", "DNAT",   "REDIRECT", "CLASSIFY", "REJECT", "SECMARK"};
  return std::ranges::find(harmless, std::string_view(xt.value("name", ""))) != harmless.end();
}

bool may_set(const char* kind, const json& statement) {
  if (statement.contains("mangle")) return is_key_of(statement["mangle"], kind, "mark");
  if (!statement.contains("xt")) return false;
  const json& xt = statement["xt"];
  // A match looks; what is not told may be anything.
  return !xt.is_object() || (xt.value("type", "") != "match" && !is_harmless_target(xt));
}

}  // namespace

bool may_set_mark(const json& statement) { return may_set("meta", statement); }
bool may_set_ct_mark(const json& statement) { return may_set("ct", statement); }

std::optional<Rejection> rejection_of(const json& options, Family family) {
  const bool is_inet = family == Family::inet;
  // nft leaves out what is the default.
  if (options.is_null() || (options.is_object() && options.empty()))
    return is_inet ? code_in(inet, "port-unreachable") : code_in(inet6, "port-unreachable");
  if (!options.is_object() || !options.contains("type") || !options["type"].is_string())
    return std::nullopt;
  const std::string type = options["type"];
  if (type == "tcp reset") return Rejection{.resets = true, .icmp = {}};
  if (!options.contains("expr") || !options["expr"].is_string()) return std::nullopt;
  const std::string name = options["expr"];
  if (type == "icmpx") return is_inet ? code_in(both4, name) : code_in(both6, name);
  if (type == "icmp" && is_inet) return code_in(inet, name);
  if (type == "icmpv6" && !is_inet) return code_in(inet6, name);
  return std::nullopt;
}

}  // namespace lab::filter
