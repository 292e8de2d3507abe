// SPDX-License-Identifier: MIT
//
// Who is at the two ends of a connection, in this network namespace and in the
// others of this machine. A process that has failed to connect often ends at
// once, so whose a connect() is is noted while it is under way.
//
// One thread. Throws nothing but SystemError for what should not fail.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "explain/diagnosis.hpp"
#include "record/incident.hpp"
#include "net/namespace.hpp"
#include "view/sock_diag.hpp"

namespace lab::collect {

class Companions {
 public:
  // `netns` is what the user called `here`; empty: where we are.
  Companions(const Namespace& here, std::string netns);

  void remember(const Connecting& connecting);

  // "curl (pid 99, fd 5)"; empty: not found out.
  std::string local_process(const Incident& incident);
  // Besides, the namespace if it is another one.
  std::string remote_process(const Incident& incident);

  // Why the client was turned away or got no answer, as the tables are now.
  // Nothing: they have changed since, or the server is on another machine.
  std::optional<explain::Conclusion> conclude(const Incident& incident);

 private:
  using Ends = std::pair<Endpoint, Endpoint>;  // local, remote
  using Clock = std::chrono::steady_clock;

  struct Space {
    Namespace space;
    std::string netns;
    std::string name;
    SockDiag diag;
    std::vector<Interface> interfaces;
  };
  struct Concluded {
    Clock::time_point when;
    std::optional<explain::Conclusion> conclusion;
  };

  // cookie 0: not known.
  std::string process_of(SockDiag& diag, const Ends& ends, std::uint64_t cookie);
  bool is_ours(const Address& address);
  // The other namespace that has this address; null: none that may be entered,
  // or several, of which it is not known who is meant.
  Space* space_with(const Address& address);
  void look_for_spaces();
  std::optional<explain::Conclusion> ask(const Namespace& space, const std::string& netns,
                                         const Endpoint& destination, const Endpoint& source);

  const Namespace& here_;
  std::string netns_;
  SockDiag diag_;
  std::vector<Interface> interfaces_;
  std::vector<Space> spaces_;
  std::optional<Clock::time_point> looked_;  // for spaces, last
  Clock::time_point may_search_{};           // for processes, again
  std::map<Ends, std::string> processes_;    // of the connects under way
  std::deque<Ends> order_;                   // in which they came
  std::map<std::pair<ino_t, Ends>, Concluded> concluded_;
};

}  // namespace lab::collect
