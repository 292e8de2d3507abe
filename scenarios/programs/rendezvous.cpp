// SPDX-License-Identifier: MIT
//
// rendezvous PORT
//
// The third party of TCP hole punching (RFC 5128, section 3.4): two peers that
// cannot reach each other connect to it, and it sends each the other's address and port. Behind a
// NAT that is the outer one, which the peer itself does not know. See punch.cpp for the rest.
//
// To each peer it writes one line, the other's "ADDRESS:PORT". When both have
// closed, it waits for the next two. Runs until it is killed.
#include "tcp.hpp"

namespace {

using namespace lab;

// The peers keep this connection while they punch, so that a NAT keeps its mapping. They close
// first, so the TIME-WAIT is theirs.
void await_close(const Fd& peer) {
  while (read_line(peer)) continue;
}

void introduce(const Fd& first, const Fd& second) {
  const Endpoint one = remote_end(first), other = remote_end(second);
  send_line(first, fmt::format("{}\n", other.str()));
  send_line(second, fmt::format("{}\n", one.str()));
  say("told {} of {}, and each other", one.str(), other.str());
  await_close(first);
  await_close(second);
}

int serve(std::uint16_t port) {
  const Fd listener = listen_on(port);
  say("listening on port {}", port);
  for (;;) {
    const Fd first = accept_from(listener);
    say("first peer: {}", remote_end(first).str());
    const Fd second = accept_from(listener);
    say("second peer: {}", remote_end(second).str());
    try {
      introduce(first, second);
    } catch (const SystemError& error) {
      say("a peer has gone: {}", error.what());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Tells each two peers where the other one is."};
  std::uint16_t port = 0;
  app.add_option("PORT", port, "The port to listen on")->required();
  return run(app, argc, argv, [&] { return serve(port); });
}
