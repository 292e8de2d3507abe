// SPDX-License-Identifier: MIT
//
// A host's firewall: nft(8) as a library (libnftables), in one namespace. Commands are
// in the language of nft's files, and errors are nft's own messages.
//
// Threading: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "net/namespace.hpp"

struct nft_ctx;

namespace lab {

struct NftDeleter {
  void operator()(nft_ctx* context) const;
};

class Nftables {
 public:
  using Variables = std::map<std::string, std::string>;  // "client" → "10.0.0.1", for $client

  // `space` must outlive it. Throws EnvironmentError where the kernel has no nftables.
  explicit Nftables(const Namespace& space);
  Nftables(Nftables&&) = default;

  // Runs commands as `nft -f` does: all of them or none. Returns "" on success, else the
  // error: "line 2:3-5: Error: syntax error, …". A table with `flags owner` ends with
  // this object, and no other Nftables can change or flush it (NFT_TABLE_F_OWNER,
  // linux/netfilter/nf_tables.h).
  [[nodiscard]] std::string run(const std::string& commands, const Variables& variables = {});

  // Removes everything but the tables that another Nftables owns. Throws
  // EnvironmentError.
  void flush();

  // All rules, as nft prints them; "list ruleset". Throws EnvironmentError.
  std::string ruleset();
  // The same with each object's handle ("# handle 4" at the end of its line), and without the
  // elements of sets and the values of counters. Throws EnvironmentError.
  std::string ruleset_with_handles();
  // The same as JSON (libnftables-json(5)), with the elements of sets. Not where a table has
  // exactly one flag: libnftables before 1.0.8 then uses what it has freed (table_flags_json()).
  // Throws EnvironmentError.
  std::string ruleset_as_json();
  // One table ("inet filter") of it.
  std::string table_as_json(const std::string& table);
  // One chain ("inet filter input") and its rules as JSON. Throws EnvironmentError.
  std::string chain_as_json(const std::string& chain);

  // The comment and the packet count of each rule of a chain ("netdev lab lost") that
  // has both a comment and a counter. Throws EnvironmentError if there is no such chain.
  std::map<std::string, std::uint64_t> packets_counted(const std::string& chain);

 private:
  std::string list(const std::string& what, unsigned flags);

  const Namespace* space_;
  std::unique_ptr<nft_ctx, NftDeleter> context_;
};

}  // namespace lab
