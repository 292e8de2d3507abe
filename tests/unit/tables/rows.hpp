// SPDX-License-Identifier: MIT
//
// Rows of tables, written down in a line.
#pragma once

#include <string>
#include <vector>

#include "record/table_view.hpp"

namespace lab::tables::testing {

inline Row row(TcpState state, const std::string& local, const std::string& remote = "") {
  Row made;
  made.state = state;
  made.local = Endpoint::parse(local).value();
  made.remote = remote.empty() ? Endpoint{Address::any(made.local.address.family()), 0}
                               : Endpoint::parse(remote).value();
  return made;
}

inline TableEntry entry(Row made, const std::string& process = "nobody") {
  return {std::move(made), process, {}};
}

inline TableEntry listener(const std::string& local, std::uint64_t cookie = 0,
                      const std::string& process = "nginx (pid 7, fd 3)") {
  Row made = row(TcpState::listen, local);
  made.accept_queue = 0;
  made.accept_queue_max = 128;
  if (cookie != 0) made.cookie = cookie;
  return entry(made, process);
}

inline TableEntry connection(const std::string& local, const std::string& remote,
                        TcpState state = TcpState::established, std::uint64_t cookie = 0) {
  Row made = row(state, local, remote);
  if (cookie != 0) made.cookie = cookie;
  return entry(made, "curl (pid 9, fd 5)");
}

inline ObservedTable seen(Table table, std::vector<TableEntry> entries,
                          Witness witness = Witness::module) {
  ObservedTable made;
  made.table = table;
  made.witness = witness;
  made.entries = std::move(entries);
  return made;
}

}  // namespace lab::tables::testing
