// SPDX-License-Identifier: MIT
//
// knock ADDRESS:PORT [--until self|connected] [--check-peer]
//                    [--bind ADDRESS:PORT | --bind-low] [--times N] [--stay]
//
// Connects to a port repeatedly without a pause, like a client that waits for its server. If the
// port is on this machine, has no listener, and is an ephemeral one
// (net.ipv4.ip_local_port_range), then sooner or later the kernel chooses it for connect(2): the
// SYN returns to the socket that sent it, which treats it as its peer's in a simultaneous open
// (RFC 9293, 3.5). The client is connected to itself.
//
// Two remedies: check whether both ends are the same (--check-peer), or bind to a port outside
// that range (--bind-low).
#include <netinet/tcp.h>
#include <unistd.h>

#include <csignal>

#include "tcp.hpp"
#include "util/text.hpp"

namespace {

using namespace lab;

struct Options {
  std::string target;
  std::string until = "connected";
  bool check_peer = false;
  std::string bind;
  bool bind_low = false;
  long times = 100'000;
  bool stay = false;
};

// The local address; nothing: connect(2) chooses it.
std::optional<Endpoint> local_for(const Options& options, const Endpoint& target) {
  if (!options.bind.empty()) return endpoint_in(options.bind);
  if (!options.bind_low) return std::nullopt;
  // "32768	60999"; 1023 and below are for root (RFC 6335, section 6).
  const std::string range = read_file("/proc/sys/net/ipv4/ip_local_port_range");
  const auto lowest = to_integer<std::uint16_t>(words(range).at(0)).value();
  auto port = static_cast<std::uint16_t>(lowest - 1);
  if (port == target.port) --port;
  return Endpoint{Address::any(target.address.family()), port};
}

// Whether this is the wanted connection; if so, prints it.
bool is_the_end(const Options& options, const Fd& socket, long attempt) {
  const Endpoint local = local_end(socket), remote = remote_end(socket);
  const bool itself = local == remote;
  const std::string ends = fmt::format("{} > {}", local.str(), remote.str());
  if (itself && options.check_peer) {
    say("attempt {}: closed a connection to itself, {}", attempt, ends);
    return false;
  }
  if (!itself && options.until == "self") return false;
  say("connected to {} after {} attempts: {}", itself ? "itself" : "a peer", attempt, ends);
  return true;
}

// ECONNREFUSED is the only expected error.
int knock(const Options& options) {
  const Endpoint target = endpoint_in(options.target);
  const std::optional<Endpoint> local = local_for(options, target);
  for (long attempt = 1; attempt <= options.times; ++attempt) {
    const Fd socket = open_socket(target.address.family());
    if (local) {
      set(socket, SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
      bind_to(socket, *local);
    }
    const int error = connect_to(socket, target);
    if (error != 0 && error != ECONNREFUSED) throw SystemError("connect", target.str(), error);
    if (error != 0 || !is_the_end(options, socket, attempt)) continue;
    if (options.stay) ::pause();  // until a signal ends it
    return 0;
  }
  say("not connected after {} attempts", options.times);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Connects again and again until it succeeds."};
  Options options;
  app.add_option("TARGET", options.target, "ADDRESS:PORT")->required();
  app.add_option("--until", options.until, "What ends it: any connection, or only one to itself")
      ->check(CLI::IsMember({"connected", "self"}));
  app.add_flag("--check-peer", options.check_peer,
               "Close a connection whose two ends are the same, and go on");
  auto* bind = app.add_option("--bind", options.bind, "ADDRESS:PORT to connect from");
  app.add_flag("--bind-low", options.bind_low,
               "Connect from a port that the kernel gives to nobody")
      ->excludes(bind);
  app.add_option("--times", options.times, "Attempts before it gives up, with exit status 1");
  app.add_flag("--stay", options.stay, "Stay connected until a signal comes");
  return run(app, argc, argv, [&] { return knock(options); });
}
