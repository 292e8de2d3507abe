// SPDX-License-Identifier: MIT
//
// The processes at the two ends of a connection, in this network namespace and in the
// others of this machine. A process whose connect() fails often exits at once, so it is
// looked up while the connect() is under way.
//
// One thread. Throws nothing but SystemError for what should not fail.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/namespace.hpp"
#include "record/incident.hpp"
#include "record/interface.hpp"
#include "view/sock_diag.hpp"

namespace lab::collect {

class PeerProcesses {
 public:
  // `netns` is what the user called `here`; empty: where we are.
  PeerProcesses(const Namespace& here, std::string netns);

  void remember(const Connecting& connecting);

  // "curl (pid 99, fd 5)"; empty: not found out.
  std::string local_process(const Incident& incident);
  // Besides, the namespace if it is another one.
  std::string remote_process(const Incident& incident);

  // The namespace that has an address.
  struct Place {
    const Namespace* netns;  // valid until the next call
    std::string argument;    // what --netns takes to mean it; empty: the one we are in
    bool ours;               // the one that is watched
  };
  // Nothing: it is on another machine, may not be entered, or several have it.
  std::optional<Place> place_of(const Address& address);

 private:
  using Clock = std::chrono::steady_clock;

  struct Other {
    Namespace netns;
    std::string argument;
    std::string name;
    SockDiag diag;
    std::vector<Interface> interfaces;
  };

  // cookie 0: not known.
  std::string process_of(SockDiag& diag, const EndPair& ends, std::uint64_t cookie);
  bool is_ours(const Address& address);
  // The other namespace that has this address; null: none that may be entered, or
  // several, of which it is not known who is meant.
  Other* netns_with(const Address& address);
  void look_for_others();

  const Namespace& here_;
  std::string netns_;
  SockDiag diag_;
  std::vector<Interface> interfaces_;
  std::vector<Other> others_;
  std::optional<Clock::time_point> looked_;   // for others, last
  Clock::time_point may_search_{};            // for processes, again
  std::map<EndPair, std::string> processes_;  // of the connects under way
  std::deque<EndPair> order_;                 // in which they came
};

}  // namespace lab::collect
