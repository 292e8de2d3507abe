// SPDX-License-Identifier: MIT
//
// Runs a scenario once, for one address family, and returns its timeline.
//
// One thread does everything: it enters a host's network namespace only to open a descriptor,
// and then uses the descriptor from outside. So the order of the steps is the order of the
// system calls, and there are no locks. When the process ends, for any reason, the kernel
// closes the descriptors and removes namespaces, links and queues.
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

// A connect whose check failed because it was refused or not answered.
struct Unanswered {
  const Namespace& netns;  // the receiving host's
  std::string host;        // its name
  Endpoint destination;
  std::optional<Address> source;             // nothing: the receiving host sent it
  const std::vector<SocketRecord>& sockets;  // the scenario's
};

// Finds the cause from the current state (Check::cause). Empty: unknown.
using FindCause = std::function<std::string(const Unanswered&)>;

// Callbacks during the run. Each may be empty.
struct Audience {
  std::function<void(const Timeline&)> begun;  // the hosts are built, no step has run
  std::function<void(const Timeline&, const StepRecord&)> stepped;
  // The run is over and the timeline complete. Hosts, sockets and programs exist until this
  // returns.
  std::function<void(RunContext&)> over = {};
  FindCause cause = {};
  // The run goes on after a step that only looked (StepClass::observes) and whose check
  // failed: what follows does not depend on it.
  bool goes_on = false;
};

// What the programs that a scenario runs may do.
enum class Programs {
  as_we_may,  // the same as this process
  confined,   // process/confinement.hpp; any port may be bound. Needs root
};

// Waits for what the kernel must start before anything is captured (timestamps.hpp). A
// process forked afterwards does not wait again. If this fails, play() says why.
void prepare_to_play();

// Runs the steps in order and judges each. A step whose condition does not hold in this kernel
// is recorded as skipped, with the reason; a step for another family or variant is not
// recorded. Stops at the first failed check, because later steps would fail for the same
// reason; see Audience::goes_on. Throws EnvironmentError if this machine cannot build the hosts.
Timeline play(const scenario::Scenario& scenario, Family family, const Audience& audience = {},
              Programs programs = Programs::as_we_may);

}  // namespace lab::run
