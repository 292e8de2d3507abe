// SPDX-License-Identifier: MIT
//
// The buckets that a run's tables and lookups have shown. A bucket depends only on what is
// hashed, and on a secret that the kernel draws once (inet_ehash_secret, net_hash_mix()): it is
// the same for the whole run, also at moments at which no table was read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "record/timeline.hpp"

namespace lab::sequence {

class Buckets {
 public:
  explicit Buckets(const Timeline& timeline);

  // Nothing: no witness has shown it on this host.
  // inet_ehashfn(): of both ends.
  std::optional<std::uint32_t> ehash(const std::string& host, const Endpoint& local,
                                     const Endpoint& remote) const;
  // ipv4_portaddr_hash(): of address and port. The wildcards of both families share a bucket.
  std::optional<std::uint32_t> lhash2(const std::string& host, const Endpoint& local) const;
  // inet_bhashfn(): of the port.
  std::optional<std::uint32_t> bhash(const std::string& host, std::uint16_t port) const;

 private:
  void add(const std::string& host, const LookupAnswer& answer);
  std::optional<std::uint32_t> find(const std::string& key) const;

  std::map<std::string, std::uint32_t> known_;
};

}  // namespace lab::sequence
