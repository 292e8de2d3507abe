// SPDX-License-Identifier: MIT
//
// The lookup of a segment that arrived, in the receiver's tables: the established hash, then the
// listener hash with the exact address, then with the wildcard. From the trace; without one,
// inferred from the tables. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/timeline.hpp"
#include "sequence/model.hpp"
#include "sequence/tables_at.hpp"

namespace lab::html {

// One search of one table.
struct Search {
  LookupStepName step = LookupStepName::ehash;
  std::string function;  // "inet_lhash2_lookup", in the segment's family
  std::string asker;     // the function that called it: "tcp_v4_rcv"; empty: not known
  std::string hash;      // "inet_ehashfn(client:40000, server:8888) & ehash_mask"
  std::optional<std::uint32_t> bucket;  // nothing: not observed
  std::optional<LookupResult> result;   // nothing: not observed
  std::string why_not;                  // why there is no result
  std::string socket;                   // "srv, LISTEN": what was found
  std::optional<std::uint64_t> cookie;  // of it
};

struct ArrivalLookup {
  std::vector<Search> searches;  // in the order of the receive path
  // The bind table, which no segment is looked up in: the sockets that hold the destination's port.
  std::optional<std::uint32_t> bind_bucket;
  std::vector<Row> holders;
  bool holders_known = false;
  bool forgotten = false;  // one of them has called neither listen() nor connect()
  bool inferred = false;   // from the tables, not from the trace
  std::string verdict;     // "answered with RST, no socket was found (NO_SOCKET)"; may be empty
  std::string why_not;     // why nothing is known; then there are no searches
};

// The lookup of a message that arrived as a segment. `tables`: the receiver's, before it arrived.
ArrivalLookup arrival_lookup_of(const Timeline& timeline, const sequence::Message& message,
           const sequence::Buckets& buckets, const sequence::TablesAt& tables);

}  // namespace lab::html
