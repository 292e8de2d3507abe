// SPDX-License-Identifier: MIT
#include "net/losses.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "util/error.hpp"

namespace lab {
namespace {

constexpr const char* lost_chain = "netdev lab_losses lost";

void run(Nftables& nftables, const std::string& commands) {
  if (const std::string error = nftables.run(commands); !error.empty())
    throw EnvironmentError(fmt::format("cannot drop segments here: {}", error));
}

std::string any_of(const std::vector<Address>& addresses) {
  std::vector<std::string> words;
  for (const Address& address : addresses) words.push_back(address.str());
  return fmt::format("{{ {} }}", fmt::join(words, ", "));
}

// As nft names them; "ecn" is ECE.
std::string flags_of(const TcpFlags& flags) {
  std::vector<std::string_view> set;
  const auto add = [&](bool is_set, std::string_view name) {
    if (is_set) set.push_back(name);
  };
  add(flags.fin, "fin");
  add(flags.syn, "syn");
  add(flags.rst, "rst");
  add(flags.psh, "psh");
  add(flags.ack, "ack");
  add(flags.ece, "ecn");
  add(flags.cwr, "cwr");
  add(flags.urg, "urg");
  return set.empty() ? "0x0" : fmt::format("{}", fmt::join(set, "|"));
}

std::string match_of(const SegmentFilter& filter) {
  const char* ip = filter.sources.front().family() == Family::inet ? "ip" : "ip6";
  std::string match = fmt::format("{0} saddr {1} {0} daddr {2} ", ip, any_of(filter.sources),
                                  any_of(filter.destinations));
  if (filter.source_port != 0) match += fmt::format("tcp sport {} ", filter.source_port);
  if (filter.destination_port != 0) match += fmt::format("tcp dport {} ", filter.destination_port);
  return match +
         fmt::format("tcp flags & (fin|syn|rst|psh|ack|urg|ecn|cwr) == {}", flags_of(filter.flags));
}

}  // namespace

Losses::Losses(const Namespace& space, const std::vector<std::string>& devices) : nftables_(space) {
  // Runs before any chain that a scenario may have at the same hook.
  constexpr int first = -1000;
  const auto table = [&](std::string_view flags) {
    return fmt::format("table netdev lab_losses {{\n"
                       "  {}\n"
                       "  chain lost {{\n"
                       "    type filter hook ingress devices = {{ {} }} priority {}\n"
                       "  }}\n"
                       "}}\n",
                       flags, fmt::join(devices, ", "), first);
  };
  // Tables have owners since 5.12. In older kernels a scenario's flush removes ours, too,
  // and done() reports it.
  if (!nftables_.run(table("flags owner")).empty()) run(nftables_, table(""));
}

void Losses::lose(const SegmentFilter& filter, unsigned count) {
  // A token bucket that begins full and gets its next token in a day makes a rule
  // match exactly `count` times (nft_limit_eval).
  run(nftables_,
      fmt::format("add rule {} {} limit rate 1/day burst {} packets counter drop comment \"{}\"\n",
                  lost_chain, match_of(filter), count, counts_.size()));
  counts_.push_back(count);
}

bool Losses::done() {
  if (counts_.empty()) return true;
  const auto counted = nftables_.packets_counted(lost_chain);
  for (std::size_t number = 0; number < counts_.size(); ++number)
    if (counted.at(std::to_string(number)) < counts_[number]) return false;
  return true;
}

}  // namespace lab
