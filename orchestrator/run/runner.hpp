// SPDX-License-Identifier: MIT
//
// Plays a scenario, once, for one address family, and leaves a timeline.
//
// One thread does everything: it enters a host's network namespace for the
// moment in which a descriptor is opened and works from outside with what it
// holds. So the order of the steps is the order of the system calls, and there
// is nothing to lock. When the process ends, however it ends, the descriptors
// are closed and the kernel takes the namespaces, the links and the queues down.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "net/namespace.hpp"
#include "record/timeline.hpp"
#include "scenario/model.hpp"

namespace lab::run {

struct RunContext;

// A connect whose check failed, because it was refused or had no answer.
struct Unanswered {
  const Namespace& space;  // the receiving host's
  std::string host;        // its name
  Endpoint destination;
  std::optional<Address> source;             // nothing: that host itself sent it
  const std::vector<SocketRecord>& sockets;  // the scenario's
};

// Says why, from what can be seen at this moment (Check::cause). Empty: not known.
using FindCause = std::function<std::string(const Unanswered&)>;

// Who wants to see the run as it happens. Each may be empty.
struct Audience {
  std::function<void(const Timeline&)> begun;  // the hosts stand, nothing is played yet
  std::function<void(const Timeline&, const StepRecord&)> stepped;
  // It was played to its end, the timeline is complete, and everything still
  // stands: hosts, sockets, programs. They go when this returns.
  std::function<void(RunContext&)> over = {};
  FindCause cause = {};
};

// What the programs that a scenario runs may do.
enum class Programs {
  as_we_may,  // what this process may
  confined,   // net/confinement.hpp; any port may be bound. Needs root
};

// Waits for what the kernel must begin before anything is captured (timestamps.hpp).
// A process that is forked afterwards and plays does not wait for it again. Where this
// is not possible play() says why.
void prepare_to_play();

// Plays the steps in order and judges each. One whose condition does not hold in
// this kernel is recorded as skipped, with the reason; one that is for another
// family or variant is not recorded at all. Stops at the first step with a
// failed check: what would follow would fail for that same reason.
// Throws EnvironmentError where this machine cannot build the hosts.
Timeline play(const scenario::Scenario& scenario, Family family, const Audience& audience = {},
              Programs programs = Programs::as_we_may);

}  // namespace lab::run
