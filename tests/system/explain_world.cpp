// SPDX-License-Identifier: MIT
#include "explain_world.hpp"

#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "capture/capture.hpp"
#include "program.hpp"
#include "util/error.hpp"
#include "util/text.hpp"
#include "view/sock_diag.hpp"

namespace lab::test {
namespace {

void must(Result result, const char* call) {
  if (!result.ok()) throw SystemError(call, "a socket of the test", result.error);
}

// The same port, and the same address if it is known.
bool matches(const Endpoint& seen, const Endpoint& wanted) {
  return seen.port == wanted.port && (wanted.address.is_any() || seen.address == wanted.address);
}

// What these packets say of a SYN from `source`; empty: nothing yet.
std::string verdict(const std::vector<Packet>& packets, const Endpoint& source,
                    const Endpoint& destination) {
  // On lo each packet is seen twice, as it leaves and as it comes.
  int sent = 0, came = 0;
  for (const Packet& packet : packets) {
    if (packet.icmp && packet.icmp->about && packet.icmp->about->destination == destination &&
        matches(packet.icmp->about->source, source))
      return "icmp";
    if (!packet.segment) continue;
    const Segment& segment = *packet.segment;
    const bool there = matches(segment.source, source) && segment.destination == destination;
    const bool back = segment.source == destination && matches(segment.destination, source);
    if (there && segment.flags.syn && !segment.flags.ack) {
      ++(packet.outgoing ? sent : came);
      if (sent > 1 || came > 1) return "nothing";
    } else if (back && (sent > 0 || came > 0)) {
      if (segment.flags.rst) return "rst";
      if (segment.flags.syn && segment.flags.ack) return "syn-ack";
      if (segment.flags.ack) return "ack";
    }
  }
  return "";
}

bool any_tcp(const std::vector<Packet>& packets) {
  return std::ranges::any_of(packets, [](const Packet& each) { return each.segment.has_value(); });
}

// It was told that it cannot be: no neighbour has answered, for one.
bool has_failed(const TcpSocket& socket) {
  pollfd look{socket.fd(), 0, 0};
  return ::poll(&look, 1, 0) > 0;
}

}  // namespace

std::string program() {
  const char* path = std::getenv("ORCHESTRATOR");
  return path ? path : ORCHESTRATOR;
}

Happened send(const Syn& syn) {
  Capture capture(syn.to, "here");
  TcpSocket socket = TcpSocket::create(syn.from, syn.destination.address.family());
  must(socket.set_reuse_address(true), "SO_REUSEADDR");
  must(socket.bind(syn.source), "bind");
  // Before connect(): afterwards the socket may have lost it again.
  const Endpoint source{syn.source.address, socket.local().port};
  const int error = socket.connect(syn.destination).error;
  if (error != 0 && error != EINPROGRESS && error != ECONNREFUSED) return {"not-sent", error};
  if (syn.then) syn.then();
  std::vector<Packet> packets;
  const Deadline deadline(std::chrono::seconds(20));
  for (;;) {
    const bool failed = has_failed(socket);
    capture.drain(packets);
    const std::string answer = verdict(packets, source, syn.destination);
    // The socket gets it with the SYN that is sent again, if connect() still held it.
    if (answer == "icmp") return {answer, socket.await_connected(soon()).error};
    if (!answer.empty()) return {answer, 0};
    if (failed && !any_tcp(packets)) return {"not-sent", socket.await_connected(deadline).error};
    // Dropped before the capture could see it. Of that no event tells.
    if (!failed && socket.info().total_retransmissions > 0) return {"nothing", 0};
    if (deadline.passed()) return {"no decision in 20 s", 0};
    constexpr int look_again_ms = 50;
    std::array<pollfd, 2> waited{{{capture.fd(), POLLIN, 0}, {socket.fd(), 0, 0}}};
    ::poll(waited.data(), waited.size(), look_again_ms);
  }
}

Said explain(const Namespace& space, const std::vector<std::string>& words) {
  std::vector<std::string> argv{program(), "explain",
                                "--netns", fmt::format("/proc/{}/fd/{}", ::getpid(), space.fd()),
                                "-f",      "json"};
  argv.insert(argv.end(), words.begin(), words.end());
  const Ran ran = run(argv);
  Said said;
  said.status = ran.status;
  said.text = ran.out + ran.err;
  said.json = nlohmann::json::parse(ran.out, nullptr, false);
  if (said.json.is_discarded()) said.json = nlohmann::json::object();
  return said;
}

Said explain(const Namespace& space, const Endpoint& source, const Endpoint& destination,
             const std::vector<std::string>& more) {
  std::vector<std::string> words{destination.str(), "from", source.str()};
  words.insert(words.end(), more.begin(), more.end());
  return explain(space, words);
}

void expect_predicted(const Said& said, const std::string& cause, const Happened& happened) {
  EXPECT_EQ(said.cause(), cause) << said.text;
  const std::string answer = said.answer();
  std::vector<std::string> fulfilled{answer};
  if (answer == "simultaneous-open") fulfilled = {"syn-ack"};
  // Of an address without a host the sender's own kernel says so, by ICMP to itself.
  if (answer == "elsewhere") fulfilled = {"nothing", "not-sent", "icmp"};
  EXPECT_TRUE(std::ranges::count(fulfilled, happened.answer))
      << "predicted: " << answer << "; happened: " << happened.answer << " "
      << errno_name(happened.error) << "\n"
      << said.text;
  if (said.json.contains("errno") && happened.error != 0) {
    EXPECT_EQ(said.json["errno"], errno_name(happened.error)) << said.text;
  }
  const bool answered = happened.answer == "syn-ack";
  EXPECT_EQ(said.status, answered ? 0 : 1) << said.text;
}

bool run_in(const Namespace& space, const std::string& command) {
  return run_printed(
      fmt::format("nsenter --net=/proc/{}/fd/{} {}", ::getpid(), space.fd(), command));
}

bool run_printed(const std::string& command) {
  const char* shell = "/bin/sh";
  if (::access(shell, X_OK) != 0) return false;
  const Ran ran = run({shell, "-c", command});
  constexpr int not_found = 127;
  if (ran.status == not_found) return false;
  EXPECT_EQ(ran.status, 0) << command << "\n" << ran.out << ran.err;
  return true;
}

TcpSocket bound(const Namespace& space, const Endpoint& local) {
  TcpSocket socket = TcpSocket::create(space, local.address.family());
  must(socket.set_reuse_address(true), "SO_REUSEADDR");
  must(socket.bind(local), "bind");
  return socket;
}

TcpSocket listening(const Namespace& space, const Endpoint& local, int backlog) {
  TcpSocket socket = bound(space, local);
  must(socket.listen(backlog), "listen");
  return socket;
}

TcpSocket connected(const Namespace& space, const Endpoint& local, const Endpoint& remote) {
  TcpSocket socket = bound(space, local);
  if (const Result result = socket.connect(remote); result.error != EINPROGRESS)
    must(result, "connect");
  must(socket.await_connected(soon()), "connect");
  return socket;
}

TcpSocket deferring(const Namespace& space, const Endpoint& local, int backlog) {
  TcpSocket socket = bound(space, local);
  const int seconds = 60;
  checked(::setsockopt(socket.fd(), IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof seconds),
          "setsockopt", "TCP_DEFER_ACCEPT");
  must(socket.listen(backlog), "listen");
  return socket;
}

// tcp_close() of a socket under repair disconnects it, and sends nothing.
void vanish(TcpSocket socket) {
  const int on = 1;
  checked(::setsockopt(socket.fd(), IPPROTO_TCP, TCP_REPAIR, &on, sizeof on), "setsockopt",
          "TCP_REPAIR");
  socket.close();
}

void await_row(const Namespace& space, const std::function<bool(const Row&)>& is_it) {
  SockDiag diag = in(space, [] { return SockDiag::open_here(); });
  const Deadline deadline = soon();
  while (!std::ranges::any_of(diag.read().ehash, is_it))
    if (deadline.passed()) throw EnvironmentError("no such socket after ten seconds");
}

// "TcpExt: name name …" and, in the next line, "TcpExt: value value …"
long counter(const Namespace& space, const std::string& name) {
  const std::string text = in(space, [] { return read_file("/proc/thread-self/net/netstat"); });
  const auto all = lines(text);
  for (std::size_t at = 0; at + 1 < all.size(); at += 2) {
    const auto names = words(all[at]), values = words(all[at + 1]);
    const auto found = std::ranges::find(names, name);
    if (found != names.end())
      return to_integer<long>(values.at(static_cast<std::size_t>(found - names.begin()))).value();
  }
  throw EnvironmentError("no counter " + name);
}

}  // namespace lab::test
