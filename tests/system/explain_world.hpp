// SPDX-License-Identifier: MIT
//
// Reality, for the tests of `explain`: sockets and links that are really there,
// and a real SYN whose answer is seen on the wire. Included by tests that link
// the modules net, capture and view.
//
//   client eth0 10.0.0.1, fd00::1  ----  10.0.0.2, fd00::2 eth0 server
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "unit/net/two_hosts.hpp"

namespace lab::test {

// The orchestrator that is tested.
std::string program();

// What came back for a SYN: "syn-ack", "rst", "ack"; "nothing": the client sent
// it a second time first; "icmp": an ICMP error; "not-sent": connect() failed at once.
struct Happened {
  std::string answer;
  int error = 0;  // of connect(), if it failed at once or by ICMP
};

struct Syn {
  const Namespace& from;
  const Namespace& to;  // where the wire is watched
  Endpoint source;      // the wildcard, and port 0: the kernel chooses
  Endpoint destination;
  // Called once the SYN has been sent.
  std::function<void()> then = {};
};
Happened send(const Syn& syn);

// What `orchestrator explain` says, in that namespace, as data.
struct Said {
  int status = 0;
  nlohmann::json json;
  std::string text;  // all that was printed, to be shown when a test fails

  std::string cause() const { return json.value("cause", "?"); }
  std::string answer() const { return json.value("answer", "?"); }
};
Said explain(const Namespace& space, const std::vector<std::string>& words);
Said explain(const Namespace& space, const Endpoint& source, const Endpoint& destination,
             const std::vector<std::string>& more = {});

// The answer that `explain` predicted is the one that came.
void expect_predicted(const Said& said, const std::string& cause, const Happened& happened);

// Runs a command in that namespace: "ip route add blackhole 10.9.0.0/16". False: this system has
// no such program. Fails the test when the command fails.
bool run_in(const Namespace& space, const std::string& command);
// Runs a command as it was printed. False: this system has no such program.
bool run_printed(const std::string& command);

// Sockets. Each throws when it does not come about.
TcpSocket bound(const Namespace& space, const Endpoint& local);
TcpSocket listening(const Namespace& space, const Endpoint& local, int backlog = 8);
TcpSocket connected(const Namespace& space, const Endpoint& local, const Endpoint& remote);
// The listener passes over the handshake's last ACK, so that requests stay.
TcpSocket deferring(const Namespace& space, const Endpoint& local, int backlog = 8);
// Closes without a word to the peer, as a host does that loses its power.
void vanish(TcpSocket socket);
// Waits until sock_diag shows such a row in the namespace.
void await_row(const Namespace& space, const std::function<bool(const Row&)>& is_it);

// A counter of the group TcpExt in /proc/net/netstat.
long counter(const Namespace& space, const std::string& name);

}  // namespace lab::test
