// SPDX-License-Identifier: MIT
#include "commands/connect_cause.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "collect/facts.hpp"
#include "explain/diagnosis.hpp"

namespace lab::commands {
namespace {

// This process holds the scenario's sockets: replace its name with theirs.
void name_sockets(const std::vector<SocketRecord>& sockets, Facts& facts) {
  for (const SocketRecord& socket : sockets)
    if (const auto known = facts.processes.by_inode.find(socket.inode);
        known != facts.processes.by_inode.end())
      for (Holder& holder : known->second)
        holder.command = fmt::format("the scenario's socket {}", socket.name);
}

}  // namespace

std::string cause_of(const run::Unanswered& connect) try {
  collect::Wanted wanted;
  wanted.target.destination = connect.destination;
  wanted.target.source = connect.source;
  wanted.netns = connect.host;
  Facts facts = collect::look(connect.netns, wanted);
  facts.others = {};  // the machine's other networks are not part of the scenario
  name_sockets(connect.sockets, facts);
  const explain::Conclusion conclusion = explain::diagnose(facts).conclusion;
  return explain::is_success(conclusion.answer) ? "" : conclusion.summary;
} catch (const std::runtime_error& error) {
  return fmt::format("not observed: {}", error.what());
}

}  // namespace lab::commands
