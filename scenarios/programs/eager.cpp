// SPDX-License-Identifier: MIT
//
// eager ADDRESS:PORT DATA [--bind ADDRESS:PORT]
//
// Sends before its connection is established. connect(2) does not block, but send(2) does: in
// SYN-SENT it sleeps until the handshake is over (sk_stream_wait_connect()), then sends the data.
// Such a program works by accident: with O_NONBLOCK left on, send(2) fails with EAGAIN. A second
// thread reports when the first one sleeps there.
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tcp.hpp"
#include "util/text.hpp"

namespace {

using namespace lab;

// The file status flags, of which O_NONBLOCK is one.
void set_waiting(const Fd& socket, bool waits) {
  const int flags = checked(::fcntl(socket.get(), F_GETFL), "fcntl", "F_GETFL");
  const int wanted = waits ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
  checked(::fcntl(socket.get(), F_SETFL, wanted), "fcntl", "F_SETFL");
}

// proc(5), /proc/PID/syscall: the number of the system call in which a thread
// sleeps; "running" while it does not.
bool sleeps_in_send(pid_t thread) {
  const std::string call = read_file(fmt::format("/proc/self/task/{}/syscall", thread));
  return call.starts_with(fmt::format("{} ", SYS_sendto));
}

int write_early(const std::string& target, const std::string& data, const std::string& local) {
  const Endpoint remote = endpoint_in(target);
  const Fd socket = open_socket(remote.address.family());
  if (!local.empty()) bind_to(socket, endpoint_in(local));
  set_waiting(socket, false);
  if (const int error = connect_to(socket, remote); error != EINPROGRESS)
    throw SystemError("connect", target, error);
  set_waiting(socket, true);
  std::atomic<bool> over = false;
  std::jthread watcher([&over, writer = ::gettid()] {
    while (!over && !sleeps_in_send(writer)) std::this_thread::yield();
    if (!over) say("asleep in send()");
  });
  const ssize_t written = ::send(socket.get(), data.data(), data.size(), MSG_NOSIGNAL);
  over = true;
  checked(written, "send", target);
  watcher.join();
  say("written: {} bytes", written);
  read_line(socket);  // until the peer closes
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Writes to a connection that is not there yet."};
  std::string target, data, local;
  app.add_option("TARGET", target, "ADDRESS:PORT")->required();
  app.add_option("DATA", data, "What to write")->required();
  app.add_option("--bind", local, "ADDRESS:PORT to connect from");
  return run(app, argc, argv, [&] { return write_early(target, data, local); });
}
