// SPDX-License-Identifier: MIT
//
// What the matches and targets of iptables say that stand in a rule of nftables (nft_compat.c), as
// the statements of nft (libnftables-json(5)) that do the same. nft itself only names them. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "record/address.hpp"

namespace lab::filter {

// As the kernel lists it: NFTA_MATCH_NAME, NFTA_MATCH_REV, NFTA_MATCH_INFO; those of a target.
struct IptablesPart {
  bool is_target = false;
  std::string name;  // "conntrack"
  std::uint32_t revision = 0;
  std::vector<std::byte> info;
};

// The statements that do the same; nothing: it is not known what it does.
std::optional<std::vector<nlohmann::json>> native_of(const IptablesPart& part, Family family);

// The parts of each rule, in their order: by table ("ip filter"), then by the rule's handle.
using IptablesParts = std::map<std::string, std::map<std::uint64_t, std::vector<IptablesPart>>>;

// The expressions of a rule, with those of iptables replaced that are understood. As they are, if
// these are not the rule's parts: it has been changed between two listings.
nlohmann::json with_native(const nlohmann::json& expressions,
                           const std::vector<IptablesPart>& parts, Family family);

}  // namespace lab::filter
