// SPDX-License-Identifier: MIT
//
// hello-server PORT
//
// A minimal server: listens on PORT, over IPv4 and IPv6, greets each client with the client's
// address, and closes the connection. Runs until it is killed.
#include "tcp.hpp"

namespace {

using namespace lab;

int serve(std::uint16_t port) {
  const Fd listener = listen_on(port);
  say("listening on port {}", port);
  for (;;) {
    const Fd peer = accept_from(listener);
    try {
      const Endpoint who = remote_end(peer);
      send_line(peer, fmt::format("hello {}\n", who.str()));
      say("greeted {}", who.str());
    } catch (const SystemError& error) {
      say("a peer has gone: {}", error.what());  // ENOTCONN, ECONNRESET
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Greets whoever connects by the address it sees."};
  std::uint16_t port = 0;
  app.add_option("PORT", port, "The port to listen on")->required();
  return run(app, argc, argv, [&] { return serve(port); });
}
