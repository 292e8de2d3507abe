// SPDX-License-Identifier: MIT
//
// punch RENDEZVOUS:PORT [--local-port P] [--deadline SECONDS]
//
// TCP hole punching by simultaneous open (RFC 5382, section 4, REQ-2; RFC 5128,
// section 3.4). It asks the rendezvous for its peer's address, and connects there from the same
// port while the peer does the same: the two SYNs cross and open one connection between two
// sockets that never listened (RFC 9293, 3.5, figure 7). A NAT lets the peer's SYN in because
// ours went out.
//
// A SYN that arrives too early should be dropped (RFC 5382, REQ-4) and is retransmitted. If a NAT
// or the peer refuses it instead, this program tries again; but then the SYNs cross only by
// chance, which is better on slow links.
#include <poll.h>
#include <sys/time.h>

#include <chrono>

#include "tcp.hpp"
#include "util/clock.hpp"

namespace {

using namespace lab;

struct Options {
  std::string rendezvous;
  std::uint16_t local_port = 0;  // 0: the kernel chooses
  int deadline = 10;             // seconds
};

// Calls on the socket fail when the deadline passes: EINPROGRESS from
// connect(2), EAGAIN from recv(2) (socket(7), SO_SNDTIMEO).
void limit(const Fd& socket, const Deadline& deadline) {
  const int left = std::max(deadline.poll_timeout(), 1);  // ms; 0 would mean for ever
  const timeval time{left / 1000, left % 1000 * 1000};
  for (const int option : {SO_SNDTIMEO, SO_RCVTIMEO})
    checked(::setsockopt(socket.get(), SOL_SOCKET, option, &time, sizeof time), "setsockopt",
            "SO_SNDTIMEO, SO_RCVTIMEO");
}

// Two sockets share one port, so both need SO_REUSEPORT; SO_REUSEADDR because the port may still be
// in TIME-WAIT from an earlier run.
Fd socket_at(Family family, std::uint16_t port, const Deadline& deadline) {
  Fd socket = open_socket(family);
  set(socket, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
  set(socket, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
  bind_to(socket, {Address::any(family), port});
  limit(socket, deadline);
  return socket;
}

// The peer is not ready, or its NAT is not open yet.
bool may_work_later(int error) { return error == ECONNREFUSED || error == EHOSTUNREACH; }

// There is no event for the peer's start; the pause avoids a flood.
void pause_a_moment() {
  constexpr int moment = 20;  // ms
  ::poll(nullptr, 0, moment);
}

Fd punch(std::uint16_t port, const Endpoint& peer, const Deadline& deadline, int& tries) {
  for (;;) {
    Fd socket = socket_at(peer.address.family(), port, deadline);
    ++tries;
    const int error = connect_to(socket, peer);
    if (error == 0) return socket;
    if (!may_work_later(error) || deadline.passed())
      throw SystemError("connect", fmt::format("{}, try {}", peer.str(), tries), error);
    pause_a_moment();
  }
}

void exchange_greetings(const Fd& socket) {
  send_line(socket, fmt::format("hello from {}\n", local_end(socket).str()));
  const auto line = read_line(socket);
  if (!line) throw std::runtime_error("the peer closed without a word");
  say("the peer says: {}", *line);
}

int run_with(const Options& options) {
  const Deadline deadline{std::chrono::seconds(options.deadline)};
  const Endpoint rendezvous = endpoint_in(options.rendezvous);
  const Fd asked = socket_at(rendezvous.address.family(), options.local_port, deadline);
  if (const int error = connect_to(asked, rendezvous))
    throw SystemError("connect", rendezvous.str(), error);
  const Endpoint own = local_end(asked);
  say("asking {} from {}", rendezvous.str(), own.str());
  const auto answer = read_line(asked);
  if (!answer) throw std::runtime_error("the rendezvous closed without an answer");
  const Endpoint peer = endpoint_in(*answer);
  say("the peer is at {}", peer.str());

  int tries = 0;
  const Fd socket = punch(own.port, peer, deadline, tries);
  say("connected {} > {} at try {}, without ever calling listen()", local_end(socket).str(),
      remote_end(socket).str(), tries);
  exchange_greetings(socket);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Connects to a peer that connects to us, by a rendezvous that knows both."};
  Options options;
  app.add_option("RENDEZVOUS", options.rendezvous, "ADDRESS:PORT of the rendezvous")->required();
  app.add_option("--local-port", options.local_port, "From which port (else the kernel chooses)");
  app.add_option("--deadline", options.deadline, "Seconds until it gives up");
  return run(app, argc, argv, [&] { return run_with(options); });
}
